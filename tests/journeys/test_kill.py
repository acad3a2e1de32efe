"""Nothing is lost and nothing is done twice, whoever is killed at whatever moment."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.killing import Crew

UNITS = ("06184", "24373", "22924")
DOCUMENTS = 60
KILLS = 7  # of each kind
SEED = 20_250_106


def number_of(document: int) -> str:
    return f"{200 + document}/GXN-UBND"


@pytest.fixture
def folders(tmp_path: Path, draw) -> dict[str, Path]:
    """Sixty papers of three units, each with its list; every third has two pages."""
    found = {unit: tmp_path / unit for unit in UNITS}
    for folder in found.values():
        folder.mkdir()
        (folder / "list.csv").write_text("file,holder_name", encoding="utf-8")
    for document in range(DOCUMENTS):
        folder = found[UNITS[document % 3]]
        paper = folder / (f"{document:02}.png" if document // 3 % 3 else f"{document:02}.pdf")
        first = ["ỦY BAN NHÂN DÂN XÃ ĐỒNG ĐĂNG", f"Số: {number_of(document)}", "GIẤY XÁC NHẬN"]
        second = [f"Trang hai của giấy {document}"]
        draw(paper, first, second) if paper.suffix == ".pdf" else draw(paper, first)
        with (folder / "list.csv").open("a", encoding="utf-8") as rows:
            rows.write(f"\n{paper.name},Lê Thị Đào")
    return found


@pytest.mark.slow
def test_importers_workers_and_children_killed_at_random_lose_nothing_and_do_nothing_twice(khoso, folders):
    khoso.settings["KHOSO_LEASE_SECONDS"] = "2"
    imports = {unit: (folder, "--manifest", folder / "list.csv") for unit, folder in folders.items()}
    Crew(khoso, imports, {0}, KILLS).run(SEED)

    for unit, folder in folders.items():
        again = khoso.take_in(folder, "--manifest", folder / "list.csv", "--wait", unit=unit)
        assert (again["files"], again["duplicate"]) == (20, 20)
    check_nothing_lost(khoso, folders)
    check_nothing_twice(khoso)


def check_nothing_lost(khoso: Any, folders: dict[str, Path]) -> None:
    originals = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders.values()
        for path in folder.glob("*.p*")
    }
    assert {
        sha256 for (sha256,) in khoso.rows("SELECT sha256 FROM files WHERE state = 'registered'")
    } == originals
    verified = khoso.json("verify")
    assert verified["problems"] == []
    expected = khoso.rows("SELECT sum(pages), sum(pages) FROM files")
    assert khoso.rows("SELECT count(*), count(DISTINCT file_id * 10 + number) FROM pages") == expected
    assert khoso.rows("SELECT DISTINCT status FROM pages") == [("ok",)]
    assert khoso.rows("SELECT count(*) FROM records WHERE work IN ('ready', 'needs_review')") == [
        (DOCUMENTS,)
    ]
    assert khoso.rows("SELECT count(*) FROM jobs UNION ALL SELECT count(*) FROM outbox") == [(0,), (0,)]
    found = [khoso.found(number_of(document)) for document in range(DOCUMENTS)]
    assert [len(records) for records in found] == [1] * DOCUMENTS


def check_nothing_twice(khoso: Any) -> None:
    assert khoso.rows("SELECT count(*), count(DISTINCT file_id) FROM parts") == [(DOCUMENTS, DOCUMENTS)]
    assert khoso.rows("SELECT count(*) FROM records") == [(DOCUMENTS,)]
    assert khoso.rows("SELECT max(version) FROM fields") == [(1,)]
    assert khoso.rows("SELECT count(*) FROM items WHERE outcome = 'stored'") == [(DOCUMENTS,)]
    assert sorted(Counter(khoso.deeds("file")).values()) == [1] * DOCUMENTS
    for batch in khoso.json("batch", "list")["batches"]:
        outcomes = [batch[name] for name in ("stored", "duplicate", "rejected", "waiting")]
        assert batch["files"] == 20 == sum(outcomes)
        assert outcomes[2:] == [0, 0]
