"""Looking things up in the audit log: who came to know a record; an auditor sees what his units did or hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert

from tests.warehouse.audit_rows import add_record
from warehouse.audit import found_by, write_entries, write_entry
from warehouse.database import Database
from warehouse.errors import Forbidden
from warehouse.rights import Actor, Grant, Reach
from warehouse.tables import units
from warehouse.trail import Wanted, entries_about, look_up

OURS, THEIRS = 1, 2
CLERK = Actor(
    "user:lan", unit_id=OURS, purpose="hồ sơ H37.15-250106-0001", assignment_id=9, address="10.0.0.7"
)
STRANGER = Actor("user:minh", unit_id=THEIRS)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def auditor(*reached: int) -> Actor:
    return Actor("user:thanh_tra", grants=(Grant(frozenset({"audit"}), Reach(frozenset(reached))),))


@pytest.fixture
def written(database: Database) -> Connection:
    """A record of ours, seen by both; a record of theirs, seen by them; searches of both."""
    with database.write() as connection:
        for unit, code in ((OURS, "06184"), (THEIRS, "06187")):
            connection.execute(
                insert(units).values(
                    id=unit, code=code, name=code, level="commune", valid_from=datetime(2025, 7, 1).date()
                )
            )
        add_record(connection, "OURS", OURS)
        add_record(connection, "THEIRS", THEIRS)
        write_entry(connection, CLERK, "view", "OURS", version="a" * 64, revision=3)
        write_entry(connection, STRANGER, "view", "OURS")
        write_entry(connection, STRANGER, "download", "THEIRS")
        write_entry(connection, STRANGER, "search", "nguyễn văn an")
        write_entry(connection, CLERK, "search", "trần thị bình")
        yield connection


def seen(connection: Connection, actor: Actor, **wanted: object) -> list[tuple[str, str, str]]:
    found = look_up(connection, actor, Wanted(**wanted))
    return [(entry.who, entry.action, entry.subject) for entry in found if entry.action != "audit"]


def test_who_viewed_or_took_a_record_since_a_moment_is_told_oldest_first(written: Connection) -> None:
    write_entry(written, CLERK, "correct", "OURS")
    write_entries(written, CLERK, "export", [("OURS", None), ("THEIRS", None)])
    about = entries_about(written, "OURS", LONG_AGO)
    assert [(entry.who, entry.action) for entry in about] == [
        ("user:lan", "view"),
        ("user:minh", "view"),
        ("user:lan", "export"),
    ]
    assert entries_about(written, "OURS", about[1].at)[0].who == "user:minh"
    assert entries_about(written, "OURS", datetime.now(UTC) + timedelta(seconds=1)) == []


def test_an_entry_is_told_whole(written: Connection) -> None:
    [entry, _] = entries_about(written, "OURS", LONG_AGO)
    assert (entry.unit, entry.assignment, entry.address, entry.purpose) == (
        "06184",
        9,
        "10.0.0.7",
        CLERK.purpose,
    )
    assert (entry.version, entry.outcome, entry.detail, entry.seq) == ("a" * 64, "ok", {"revision": 3}, None)


def test_an_auditor_sees_what_his_units_did_and_what_was_done_to_their_records(written: Connection) -> None:
    assert seen(written, auditor(OURS)) == [
        ("user:lan", "search", "trần thị bình"),
        ("user:minh", "view", "OURS"),
        ("user:lan", "view", "OURS"),
    ]
    assert len(seen(written, auditor(OURS, THEIRS))) == 5
    assert seen(written, auditor()) == []


def test_nobody_else_reads_the_log(written: Connection) -> None:
    reader = Actor("user:lan", grants=(Grant(frozenset({"read"}), Reach(frozenset({OURS}))),))
    with pytest.raises(Forbidden):
        look_up(written, reader, Wanted())


def test_entries_are_found_by_who_action_subject_and_time(written: Connection) -> None:
    everyone = Actor("cli:root")
    assert len(seen(written, everyone, who="user:minh")) == 3
    assert seen(written, everyone, action="download") == [("user:minh", "download", "THEIRS")]
    assert len(seen(written, everyone, subject="OURS", who="user:lan")) == 1
    assert seen(written, everyone, until=LONG_AGO) == []
    assert len(seen(written, everyone, since=LONG_AGO)) == 5


def test_the_newest_come_first_and_the_rest_piece_by_piece(written: Connection) -> None:
    everyone = Actor("cli:root")
    first, second, one_more = look_up(written, everyone, Wanted(), limit=2)
    rest = look_up(written, everyone, Wanted(), after=[second.id])
    assert rest[0] == one_more
    ids = [entry.id for entry in [first, second, *rest]]
    assert len(ids) == 5
    assert ids == sorted(ids, reverse=True)


def test_looking_things_up_is_an_entry_itself_that_says_what_was_looked_for(written: Connection) -> None:
    inspector = replace(auditor(OURS), unit_id=OURS)
    found = look_up(written, inspector, Wanted(subject="OURS", action="view"))
    look_up(written, inspector, Wanted(subject="OURS", action="view"), after=[found[-1].id])
    [entry] = look_up(written, Actor("cli:root"), Wanted(who=inspector.who))
    assert (entry.action, entry.subject) == ("audit", "OURS")
    assert entry.detail == {"wanted": {"subject": "OURS", "action": "view"}}


@pytest.mark.parametrize("subject", ["đơn " * 200, "a\0b"])
def test_long_and_odd_subjects_are_kept_whole_and_found(database: Database, subject: str) -> None:
    with database.write() as connection:
        write_entry(connection, CLERK, "search", subject)
        [entry] = look_up(connection, Actor("cli:root"), Wanted(subject=subject))
    assert entry.subject == subject
    assert len(found_by(subject)) <= 200
