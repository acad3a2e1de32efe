"""A trail written out: whose entries it holds, that it proves itself, and that nothing in it can be changed."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from tests.warehouse.audit_rows import add_record
from warehouse.anchors import Anchor
from warehouse.audit import write_entry
from warehouse.chain import BEGINNING, Head, digest_of, link
from warehouse.database import Database
from warehouse.errors import Damaged, Forbidden
from warehouse.rights import Actor, Grant, Reach
from warehouse.sealing import seal_all
from warehouse.tables import parties, party_ids, units
from warehouse.trail_check import check_trail
from warehouse.trail_file import Kind, export_trail

ROOT = Actor("cli:root")
LAN, MINH = Actor("user:lan", unit_id=1), Actor("user:minh", unit_id=2)
NUMBER = "001085000017"
Lines = list[dict[str, Any]]


@pytest.fixture
def told(database: Database) -> Database:
    """Two records of one holder and one of nobody; looks of two officers at them."""
    with database.write() as connection:
        for unit in (1, 2):
            row = {"id": unit, "code": f"0618{unit}", "name": "Xã", "level": "commune"}
            connection.execute(insert(units).values(**row, valid_from=date(2025, 7, 1)))
        for public_id, unit, holder in (("A1", 1, NUMBER), ("A2", 2, NUMBER), ("B1", 1, None)):
            record = add_record(connection, public_id, unit)
            if holder:
                party = {"record_id": record, "ordinal": 0, "role": "holder", "name": "An", "origin": "human"}
                [party_id] = connection.execute(insert(parties).values(party)).inserted_primary_key
                number = {"party_id": party_id, "scheme": "personal_id", "value": holder}
                connection.execute(insert(party_ids).values(number))
        write_entry(connection, MINH, "search", "đất đai")
        write_entry(connection, LAN, "view", "A1")
        write_entry(connection, MINH, "view", "A2")
        write_entry(connection, LAN, "view", "B1")
        write_entry(connection, MINH, "find_person", NUMBER)
        write_entry(connection, ROOT, "disable_account", "user:lan")
        write_entry(connection, MINH, "view", "B1")
    return database


@pytest.fixture
def write_out(told: Database, tmp_path: Path) -> Callable[..., Path]:
    def write(kind: Kind, name: str, actor: Actor = ROOT) -> Path:
        path = tmp_path / "trail.jsonl"
        path.write_text("".join(export_trail(told, actor, kind, name)), encoding="utf-8")
        return path

    return write


def lines_of(path: Path) -> Lines:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def deeds(path: Path) -> list[tuple[str, str, str]]:
    own = [json.loads(line["entry"]) for line in lines_of(path) if "entry" in line]
    return [(entry["who"], entry["action"], entry["subject"]) for entry in own]


def test_an_officers_trail_is_what_he_did_and_what_was_done_to_his_account(write_out) -> None:
    assert deeds(write_out("user", "lan")) == [
        ("user:lan", "view", "A1"),
        ("user:lan", "view", "B1"),
        ("cli:root", "disable_account", "user:lan"),
        ("cli:root", "export_trail", "user:lan"),
    ]


def test_a_holders_trail_is_about_all_his_records_and_searches_for_his_number(write_out) -> None:
    assert deeds(write_out("holder", NUMBER)) == [
        ("user:lan", "view", "A1"),
        ("user:minh", "view", "A2"),
        ("user:minh", "find_person", NUMBER),
        ("cli:root", "export_trail", NUMBER),
    ]


def test_a_records_trail_is_about_it_alone_and_of_others_only_digests_are_shown(write_out) -> None:
    path = write_out("record", "b1")
    assert [deed[:2] for deed in deeds(path)] == [
        ("user:lan", "view"), ("user:minh", "view"), ("cli:root", "export_trail"),
    ]  # fmt: skip
    assert NUMBER not in path.read_text(encoding="utf-8")


def test_an_auditor_takes_out_only_what_he_may_see(write_out) -> None:
    ours = Actor("user:x", unit_id=1, grants=(Grant(frozenset({"audit"}), Reach(frozenset({1}))),))
    assert [deed[2] for deed in deeds(write_out("holder", NUMBER, ours))] == ["A1", NUMBER]
    clerk = Actor("user:y", grants=(Grant(frozenset({"read"}), Reach(frozenset({1}))),))
    with pytest.raises(Forbidden):
        write_out("record", "A1", clerk)


def test_a_file_proves_itself_and_its_place_between_the_heads(write_out, told: Database) -> None:
    path = write_out("user", "lan")
    found = check_trail(path, [])
    assert (found["ok"], found["own"], found["anchor"]) == (True, 4, None)
    assert found["begin"]["seq"] == 1
    assert found["end"] == seal_all(told)._asdict()


def test_a_trail_without_entries_says_so(write_out) -> None:
    narrow = Actor("user:x", grants=(Grant(frozenset({"audit"}), Reach(frozenset({9}))),))
    found = check_trail(write_out("record", "A1", narrow), [])
    assert (found["ok"], found["own"]) == (True, 0)


def _drop(lines: Lines, place: int) -> None:
    del lines[place]


def _edit(lines: Lines, place: int, **new: Any) -> None:
    lines[place] |= new


def _swap(lines: Lines, place: int) -> None:
    lines[place], lines[place + 1] = lines[place + 1], lines[place]


# lan's trail: header, entry 2, digest 3, entry 4, digest 5, entry 6, digest 7, entry 8, end
@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        (
            lambda lines: _edit(lines, 1, entry=lines[1]["entry"].replace("A1", "A9")),
            ("audit_entry_changed", 2),
        ),
        (lambda lines: _edit(lines, 2, digests=[digest_of("x")]), ("audit_entry_changed", 3)),
        (lambda lines: _edit(lines, 2, digests=7), ("audit_entry_changed", 3)),
        (lambda lines: _edit(lines, 3, hash="0" * 64), ("audit_entry_changed", 4)),
        (lambda lines: _drop(lines, 1), ("audit_entry_missing", 2)),
        (lambda lines: _drop(lines, 4), ("audit_entry_missing", 5)),
        (lambda lines: _drop(lines, 7), ("trail_end_wrong", 7)),
        (lambda lines: _drop(lines, 8), ("trail_cut_off", 9)),
        (lambda lines: _swap(lines, 3), ("audit_entry_missing", 4)),
        (lambda lines: _edit(lines, 8, own=3), ("trail_end_wrong", 8)),
        (lambda lines: _edit(lines, 0, begin={"seq": 1, "hash": "0" * 64}), ("audit_entry_changed", 2)),
        (
            lambda lines: _edit(lines, 0, about=lines[0]["about"] | {"actors": [], "subjects": []}),
            ("trail_of_another", 2),
        ),
    ],
)
def test_whatever_is_changed_in_a_file_is_named(write_out, tampering, fault: tuple[str, int]) -> None:
    path = write_out("user", "lan")
    lines = lines_of(path)
    tampering(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    found = check_trail(path, [])
    assert not found["ok"]
    assert [(each["reason"], each["object"]) for each in found["problems"]] == [
        (fault[0], f"entry {fault[1]}")
    ]


@pytest.mark.parametrize(
    "content", ["", "{", "{}\n", '{"format": "other", "about": {}, "begin": {}}\n', "[1]\n"]
)
def test_another_file_is_no_trail(tmp_path: Path, content: str) -> None:
    (tmp_path / "other").write_text(content)
    with pytest.raises(Damaged) as refused:
        check_trail(tmp_path / "other", [])
    assert refused.value.reason == "no_trail"


def test_a_file_whose_whole_chain_was_made_up_is_told_by_an_anchor_alone(write_out) -> None:
    path = write_out("user", "lan")
    lines = lines_of(path)
    true_head = Head(**lines[-1]["end"])
    lines[1]["entry"] = lines[1]["entry"].replace("A1", "B1")
    head = Head(1, lines[0]["begin"]["hash"])
    for line in lines[1:-1]:
        for digest in line.get("digests") or [digest_of(line["entry"])]:
            head = link(head, digest)
        line["hash"] = head.hash
    lines[-1]["end"] = head._asdict()
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert check_trail(path, [])["ok"]
    found = check_trail(path, [Anchor(true_head, datetime.now(UTC), "site", "letter")])
    assert [each["reason"] for each in found["problems"]] == ["audit_made_anew"]
    assert found["anchor"].startswith("letter")


def test_anchors_outside_a_files_part_of_the_chain_prove_nothing(write_out) -> None:
    path = write_out("user", "lan")
    assert check_trail(path, [Anchor(BEGINNING, datetime.now(UTC), "site", "early")])["anchor"] is None
