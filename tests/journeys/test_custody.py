"""A commune's papers go to another commune by a decision: found there, credited here, counted before."""

import pytest

from tests.journeys.conftest import UNIT

OTHER = "06187"
DECISION = ("--decision", "12/QĐ-UBND", "--date", "2026-07-01")


@pytest.fixture
def papers(khoso, scans, draw):
    """Two papers that were read."""
    for name, holder in (("a.png", "Lê An"), ("b.png", "Lý Bình")):
        draw(scans / name, [holder])
    return [item["records"][0] for item in khoso.read(scans)["items"]]


def test_papers_change_hands_and_are_found_where_they_are_now(khoso, scans, papers):
    move = ("custody", "move", "--from", UNIT, "--to", OTHER, *DECISION)
    told = {"decision": "12/QĐ-UBND", "waiting": 0}
    assert khoso.json(*move, "--dry-run") == {**told, "moved": 0, "left": 2}
    assert khoso.json(*move, "--record", papers[0]) == {**told, "moved": 1, "left": 0}
    assert khoso.json(*move) == {**told, "moved": 1, "left": 0}
    assert khoso.json(*move) == {**told, "moved": 0, "left": 0}
    assert {khoso.json("show", paper)["unit"] for paper in papers} == {OTHER}
    assert sorted(khoso.found("lê", "--unit", OTHER)) == [papers[0]]
    assert khoso.found("lê", "--unit", UNIT) == []
    assert len(khoso.deeds("move_custody")) == 2
    assert khoso.json("verify")["ok"]


def test_credit_stays_and_the_new_custodian_is_not_given_the_same_file_twice(khoso, scans, papers):
    [before] = khoso.json("report", "progress")["rows"]
    khoso.run("custody", "move", "--from", UNIT, "--to", OTHER, *DECISION)
    assert khoso.json("report", "progress")["rows"] == [before]
    assert khoso.take_in(scans, unit=OTHER)["duplicate"] == 2


def test_wrong_order_says_what_is_wrong_and_moves_nothing(khoso, papers):
    khoso.run("custody", "move", "--from", UNIT, "--to", UNIT, *DECISION, code=2)
    khoso.run("custody", "move", "--from", UNIT, "--to", "00000", *DECISION, code=2)
    assert khoso.json("show", papers[0])["unit"] == UNIT
