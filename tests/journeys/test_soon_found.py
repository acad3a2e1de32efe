"""A paper is found within seconds of its receipt, however busy the machine is with reading others."""

import time
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

SECONDS = 5
FILES = 40
LINES = [f"Dòng {number}: thửa đất số {number} tờ bản đồ {number} thôn Khuổi Lầm" for number in range(40)]


def received_at(khoso) -> dict[str, datetime]:
    rows = khoso.rows(
        "SELECT public_id, files.received_at FROM records JOIN parts ON record_id = records.id"
        " JOIN files ON files.id = file_id JOIN units ON units.id = unit_id WHERE units.code = '24373'"
    )
    return {record: datetime.fromisoformat(str(at)).replace(tzinfo=UTC) for record, at in rows}


@pytest.mark.slow  # it needs both cores
def test_record_is_found_within_five_seconds_of_its_receipt_while_both_cores_read(khoso, draw, tmp_path):
    for folder in ("busy", "new"):
        (tmp_path / folder).mkdir()
    for number in range(4):
        draw(tmp_path / "busy" / f"{number}.pdf", *[[f"Trang {page}", *LINES] for page in range(10)])
    for number in range(FILES):
        draw(tmp_path / "new" / f"giấy {number}.png", [f"Số {number}"])
    khoso.take_in(tmp_path / "busy")
    found: dict[str, datetime] = {}
    with ExitStack() as stack:
        workers = [stack.enter_context(khoso.start("work", "--workers", 1)) for _ in range(2)]
        stack.callback(lambda: [worker.kill() for worker in workers])
        while len(khoso.json("status")["lanes"]) < 2 or not khoso.rows("SELECT 1 FROM pages"):
            time.sleep(0.1)
        importer = stack.enter_context(khoso.start("import", tmp_path / "new", "--unit", "24373"))
        deadline = time.monotonic() + 60
        while len(found) < FILES and time.monotonic() < deadline:
            now_found = khoso.found("giấy", "--unit", "24373", "--limit", FILES)
            found |= dict.fromkeys(set(now_found) - set(found), datetime.now(UTC))
            time.sleep(0.1)
        assert importer.wait(60) == 0
        running = sum(lane["running"] for lane in khoso.json("status")["lanes"] if lane["unit"] == "06184")
    assert running == 2, "the workers were to read something else all the while"
    received = received_at(khoso)
    assert set(found) == set(received)
    waits = [(found[record] - received[record]).total_seconds() for record in received]
    assert max(waits) <= SECONDS, f"the last was found after {max(waits):.1f} s"
