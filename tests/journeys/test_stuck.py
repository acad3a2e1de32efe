"""Work that gave up is told, is kept, and comes back when its cause is mended."""

import json
import time
from contextlib import suppress
from typing import Any

import psutil
import pytest

PAPER = ["Số: 12/QĐ-UBND", "QUYẾT ĐỊNH", "Ông Nguyễn Văn Bình"]


def fail(*_: Any, **__: Any) -> Any:
    raise RuntimeError("a fault of ours")


def test_filing_that_fails_three_times_is_stuck_and_retry_brings_the_record_back(
    khoso, scans, draw, monkeypatch
):
    account = khoso.take_in(draw(scans / "a.png", PAPER))
    with monkeypatch.context() as fault:
        fault.setattr("ingest.pipeline.understand", fail)
        khoso.work()
    assert khoso.json("batch", "show", 1)["reading"] == {"records": 1, "read": 0, "waiting": 0, "stuck": 1}
    assert khoso.rows("SELECT kind, state, failures FROM jobs") == [("file", "dead", 3)]
    assert khoso.json("batch", "retry", 1)["queued"] == 1
    khoso.work()
    assert khoso.json("batch", "show", 1)["reading"] == {"records": 1, "read": 1, "waiting": 0, "stuck": 0}
    assert khoso.found("Nguyễn Văn Bình") == account["items"][0]["records"]
    assert khoso.rows("SELECT count(*) FROM jobs") == [(0,)]


@pytest.mark.folder
def test_pages_that_could_not_be_read_are_read_after_retry_and_the_record_is_filed_again(khoso, scans, draw):
    account = khoso.take_in(draw(scans / "a.png", PAPER))
    objects = khoso.home / "objects"
    objects.rename(khoso.home / "away")
    khoso.work()
    [record] = account["items"][0]["records"]
    assert "pages_missing" in khoso.json("show", record)["review"]
    (khoso.home / "away").rename(objects)
    khoso.run("batch", "retry", 1)
    khoso.work()
    shown = khoso.json("show", record)
    assert "pages_missing" not in shown["review"]
    assert [page["status"] for page in shown["pages"]] == ["ok"]


def test_triage_that_fails_is_stuck_and_costs_its_neighbours_nothing(khoso, scans, draw, monkeypatch):
    draw(scans / "a.png", PAPER)
    draw(scans / "b.png", [*PAPER, "thêm"])
    [bad] = [path.read_bytes() for path in [scans / "a.png"]]
    from ingest.reader import Reader

    inspect = Reader.inspect

    def inspect_or_fail(self: Reader, path: Any, password: str) -> Any:
        return fail() if path.read_bytes() == bad else inspect(self, path, password)

    with monkeypatch.context() as fault:
        fault.setattr(Reader, "inspect", inspect_or_fail)
        account = khoso.take_in(scans, code=5)
    assert (account["stored"], account["waiting"], account["stuck"]) == (1, 1, 1)
    assert khoso.take_in(scans, code=5)["batch"] == 1
    khoso.run("batch", "retry", 1)
    assert khoso.take_in(scans)["stored"] == 2


def test_file_that_another_batch_is_stuck_on_is_retried_from_either_batch(khoso, scans, draw, monkeypatch):
    paper = draw(scans / "a.png", PAPER)
    with monkeypatch.context() as fault:
        fault.setattr("ingest.reader.Reader.inspect", fail)
        khoso.take_in(scans, code=5)
        second = khoso.take_in(paper, code=5)
    assert second["batch"] == 2
    assert khoso.json("batch", "retry", 2)["queued"] == 1
    khoso.work()
    outcomes = [khoso.json("batch", "show", batch)["items"][0]["outcome"] for batch in (1, 2)]
    assert outcomes == ["stored", "duplicate"]


@pytest.mark.parametrize("with_wait", [False, True])
def test_import_that_was_stopped_after_receiving_goes_on_where_it_was(
    khoso, scans, draw, monkeypatch, with_wait
):
    draw(scans / "a.png", PAPER)
    with monkeypatch.context() as stopped:
        stopped.setattr("ingest.worker.Worker.triage_own", lambda *_: False)
        assert khoso.take_in(scans)["waiting"] == 1
    if with_wait:
        account = khoso.take_in(scans, "--wait")
        assert account["reading"]["read"] == 1
    else:
        account = khoso.take_in(scans)
    assert (account["batch"], account["stored"]) == (1, 1)


def test_import_that_waits_gets_new_workers_when_its_own_are_killed(khoso, scans, draw):
    khoso.settings["KHOSO_LEASE_SECONDS"] = "2"
    for number in range(6):
        draw(scans / f"{number}.png", [*PAPER, *[f"Dòng {line} của giấy {number}" for line in range(20)]])
    with khoso.start("import", scans, "--unit", "06184", "--wait", "--json") as importer:
        while not khoso.rows("SELECT 1 FROM pages"):
            time.sleep(0.05)
            assert importer.poll() is None
        for process in psutil.Process(importer.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # a tesseract ends while one looks
                if "--workers" in process.cmdline():
                    process.kill()
        out, err = importer.communicate(timeout=120)
    assert importer.returncode == 0, err
    assert json.loads(out)["reading"] == {"records": 6, "read": 6, "waiting": 0, "stuck": 0}


def test_import_that_was_cut_off_before_its_first_file_was_listed_goes_on_as_the_same_batch(
    khoso, scans, draw, monkeypatch
):
    draw(scans / "a.png", PAPER)
    with monkeypatch.context() as fault:
        fault.setattr("ingest.importing.list_items", fail)
        with pytest.raises(RuntimeError):
            khoso.take_in(scans)
    account = khoso.take_in(scans)
    assert (account["batch"], account["stored"]) == (1, 1)
    assert len(khoso.json("batch", "list")["batches"]) == 1
