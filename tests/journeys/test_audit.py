"""The audit log from the command line: anchors, proof, one record's trail taken away and checked elsewhere."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Khoso


@pytest.fixture
def record(khoso: Khoso, scans: Path, draw: Callable[..., Path]) -> str:
    """A record that was taken in and looked at."""
    draw(scans / "a.png", ["QUYẾT ĐỊNH", "Ông Nguyễn Văn Bình"])
    [item] = khoso.take_in(scans)["items"]
    khoso.run("show", item["records"][0])
    return item["records"][0]


def test_a_log_is_proved_against_its_anchors(khoso: Khoso, record: str, tmp_path: Path) -> None:
    first = khoso.json("audit", "anchor")
    out = tmp_path / "kept elsewhere.jsonl"
    second = khoso.json("audit", "anchor", "--out", out)
    assert second["seq"] == first["seq"] + 1
    assert [json.loads(line)["hash"] for line in out.read_text().splitlines()] == [second["hash"]]
    proved = khoso.json("audit", "verify", "--anchor", out)
    assert (proved["ok"], proved["entries"] > second["seq"]) == (True, True)
    assert str(second["seq"]) in proved["anchor"]
    site = khoso.json("verify")
    assert (site["ok"], site["checked"]["audit"] >= proved["entries"], site["anchor"] is None) == (
        True,
        True,
        False,
    )


@pytest.mark.sqlite  # tampers with the file itself
def test_verifying_a_site_finds_what_was_changed_in_its_log(khoso: Khoso, record: str) -> None:
    khoso.run("audit", "anchor")
    with sqlite3.connect(khoso.home / "khoso.db") as database:
        [(seq,)] = database.execute("SELECT seq FROM audit WHERE subject = ?", [record]).fetchall()
        database.execute("UPDATE audit SET entry = replace(entry, ?, 'ABCD') WHERE seq = ?", [record, seq])
    told = khoso.json("audit", "verify", code=10)
    assert [(each["reason"], each["object"]) for each in told["problems"]] == [
        ("audit_entry_changed", f"entry {seq}")
    ]
    assert f"entry {seq}" in [each["object"] for each in khoso.json("verify", code=10)["problems"]]


def test_a_trail_is_checked_without_its_site(khoso: Khoso, record: str, tmp_path: Path) -> None:
    trail, anchors, nowhere = tmp_path / "trail.jsonl", tmp_path / "anchors.jsonl", Khoso(tmp_path / "none")
    khoso.run("audit", "export", "--record", record, "--out", trail)
    khoso.run("audit", "anchor", "--out", anchors)
    khoso.run("audit", "export", "--record", record, "--out", trail)
    checked = nowhere.json("audit", "check", trail, "--anchor", anchors)
    assert (checked["ok"], checked["about"]) == (True, {"kind": "record", "name": record})
    assert str(anchors) in checked["anchor"]
    assert khoso.deeds("export_trail") == [record, record]
    trail.write_text(trail.read_text(encoding="utf-8").replace('\\"view\\"', '\\"file\\"'), encoding="utf-8")
    assert nowhere.json("audit", "check", trail, code=10)["problems"]


def test_a_checked_trail_says_once_whose_it_is(khoso: Khoso, record: str, tmp_path: Path) -> None:
    trail = tmp_path / "trail.jsonl"
    for asked, whose in (("--user", "lan"), ": user:lan: "), (("--record", record), f": record {record}: "):
        khoso.run("audit", "export", *asked, "--out", trail)
        assert whose in khoso.run("audit", "check", trail)


def test_one_trail_at_a_time(khoso: Khoso, tmp_path: Path) -> None:
    out = tmp_path / "trail.jsonl"
    for given in ([], ["--user", "lan", "--record", "A1"]):
        assert "export_one_trail" in khoso.outcome("audit", "export", *given, "--out", out).stderr
    assert not out.exists()
