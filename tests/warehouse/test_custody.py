"""Records change hands by a numbered decision: in pieces, once, and with what belongs to them."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, func, insert, select, update

from tests.warehouse.archive import add_batch, add_file, add_record, add_unit, officer, public_id
from warehouse import custody
from warehouse.codes.dates import today
from warehouse.custody import COPIES, Move, Moved, count_move, move_custody
from warehouse.database import Database
from warehouse.errors import Forbidden, UsageError
from warehouse.jobs import NewJob, enqueue
from warehouse.reports import progress
from warehouse.rights import Actor
from warehouse.tables import (
    audit,
    custody_moves,
    files,
    former_parts,
    items,
    jobs,
    outbox,
    prints,
    records,
    rescans,
    units,
)

ADMIN = Actor("user:admin")
MOVE = Move("06184", "06187", "12/QĐ-UBND", date(2026, 7, 1))


class Units(NamedTuple):
    giver: int
    taker: int


@pytest.fixture
def two(database: Database) -> Units:
    with database.write() as connection:
        return Units(add_unit(connection, "06184"), add_unit(connection, "06187"))


def move(database: Database, wanted: Move = MOVE, actor: Actor = ADMIN) -> Moved:
    with database.write() as connection:
        return move_custody(connection, actor, wanted)


def column(database: Database, wanted: Any) -> list[Any]:
    with database.read() as connection:
        return list(connection.scalars(select(wanted).order_by(wanted.table.c.id)))


def test_records_go_to_their_new_custodian_and_stay_credited_to_who_digitised_them(
    database: Database, two: Units
) -> None:
    with database.write() as connection:
        other = add_unit(connection, "06190")
        for unit in (two.giver, two.giver, other):
            add_record(connection, unit)
    assert move(database) == Moved(2, 0, 0)
    assert column(database, records.c.custodian_id) == [two.taker, two.taker, other]
    assert column(database, records.c.digitised_by_id) == [two.giver, two.giver, other]


def test_a_move_goes_in_pieces_and_on_where_it_stopped_and_moves_nothing_twice(
    database: Database, two: Units, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(custody, "AT_ONCE", 2)
    with database.write() as connection:
        for _ in range(5):
            add_record(connection, two.giver)
    assert [move(database) for _ in range(4)] == [
        Moved(2, 3, 0),
        Moved(2, 1, 0),
        Moved(1, 0, 0),
        Moved(0, 0, 0),
    ]
    assert column(database, records.c.revision) == [2] * 5
    assert len(column(database, custody_moves.c.id)) == 1


def test_a_dry_run_counts_and_changes_nothing(database: Database, two: Units) -> None:
    with database.write() as connection:
        add_record(connection, two.giver)
    with database.read() as connection:
        assert count_move(connection, ADMIN, MOVE) == Moved(0, 1, 0)
    assert column(database, records.c.custodian_id) == [two.giver]


@pytest.mark.parametrize("by", ["field", "batch", "chosen"])
def test_a_decision_may_be_about_one_field_one_batch_or_named_records(
    database: Database, two: Units, by: str
) -> None:
    with database.write() as connection:
        batch = add_batch(connection, two.giver)
        meant = add_record(connection, two.giver, "Giấy phép xây dựng", batch=batch)
        add_record(connection, two.giver, "Giấy khai sinh")
        named: dict[str, Any] = {
            "field": "construction", "batch": batch, "chosen": [public_id(connection, meant).lower()]
        }  # fmt: skip
    assert (
        move(database, Move(MOVE.giver, MOVE.taker, MOVE.decision, MOVE.decided_on, **{by: named[by]})).moved
        == 1
    )
    assert column(database, records.c.custodian_id) == [two.taker, two.giver]


def test_what_is_being_read_waits_for_the_next_call(database: Database, two: Units) -> None:
    with database.write() as connection:
        file = add_file(connection, two.giver, "a")
        add_record(connection, two.giver, file=file)
        enqueue(connection, [NewJob("file", str(two.giver), file, 1)])
    assert move(database) == Moved(0, 1, 1)
    with database.write() as connection:
        connection.execute(update(jobs).values(state="dead"))
    assert move(database) == Moved(1, 0, 0)


def test_a_file_goes_with_the_last_of_its_papers_unless_the_taker_holds_its_bytes(
    database: Database, two: Units
) -> None:
    with database.write() as connection:
        shared, doubled = (add_file(connection, two.giver, name) for name in "ab")
        add_file(connection, two.taker, "b")
        first, second = (add_record(connection, two.giver, file=shared) for _ in range(2))
        add_record(connection, two.giver, file=doubled)
        names = [public_id(connection, record) for record in (first, second)]
    move(database, Move(MOVE.giver, MOVE.taker, MOVE.decision, MOVE.decided_on, chosen=names[:1]))
    assert column(database, files.c.unit_id) == [two.giver, two.giver, two.taker]
    move(database)
    assert column(database, files.c.unit_id) == [two.taker, two.giver, two.taker]


def test_the_files_of_former_scans_go_along(database: Database, two: Units) -> None:
    with database.write() as connection:
        former, present = (add_file(connection, two.giver, name) for name in "ab")
        record = add_record(connection, two.giver, file=present)
        row = {"record_id": record, "scan": 1, "ordinal": 0, "file_id": former, "page_from": 1, "page_to": 1}
        connection.execute(insert(former_parts).values(row))
    move(database)
    assert column(database, files.c.unit_id) == [two.taker, two.taker]


def test_whatever_repeats_a_record_s_custodian_follows_it(database: Database, two: Units) -> None:
    with database.write() as connection:
        record = add_record(connection, two.giver, "Giấy khai sinh", holder="020190001234")
        connection.execute(insert(prints).values(record_id=record, mark="m", custodian_id=two.giver))
    move(database)
    for table in COPIES:
        with database.read() as connection:
            assert set(connection.scalars(select(table.c.custodian_id))) == {two.taker}, table.name


def test_pairs_of_likely_rescans_are_parted_that_would_cross_units(database: Database, two: Units) -> None:
    with database.write() as connection:
        one, other, stays = (add_record(connection, two.giver) for _ in range(3))
        for pair in ((one, other), (stays, one), (other, stays)):
            pair_row = dict(zip(("record_id", "other_id"), pair, strict=True))
            connection.execute(insert(rescans).values(found_at=datetime.now(UTC), **pair_row))
        going = [public_id(connection, record) for record in (one, other)]
    move(database, Move(MOVE.giver, MOVE.taker, MOVE.decision, MOVE.decided_on, chosen=going))
    with database.read() as connection:
        assert connection.execute(select(rescans.c.record_id, rescans.c.other_id)).all() == [(one, other)]


def test_the_index_is_told_and_the_trail_names_the_decision(database: Database, two: Units) -> None:
    with database.write() as connection:
        record = public_id(connection, add_record(connection, two.giver))
    move(database)
    with database.read() as connection:
        assert connection.scalar(select(outbox.c.revision)) == 2
        newest = connection.scalars(select(audit.c.entry).order_by(audit.c.id.desc())).first()
        entry = json.loads(newest or "")
        assert (entry["action"], entry["subject"]) == ("move_custody", record)
        told = {"giver": "06184", "taker": "06187", "decision": "12/QĐ-UBND", "decided_on": "2026-07-01"}
        assert entry["detail"].items() >= told.items()


def test_a_unit_that_was_merged_away_is_named_with_a_day_when_it_bore_its_code(
    database: Database, two: Units
) -> None:
    with database.write() as connection:
        ended = {
            "valid_from": date(2004, 1, 1),
            "valid_to": date(2025, 6, 30),
            "level": "commune",
            "name": "Xã cũ",
        }
        old = connection.execute(insert(units).returning(units.c.id), {"code": "06184", **ended}).scalar_one()
        add_record(connection, old)
        add_record(connection, two.giver)
    move(database, Move("06184@2025-06-30", "06187", "1/QĐ-UBND", date(2025, 7, 1)))
    assert column(database, records.c.custodian_id) == [two.taker, two.giver]


def test_figures_stay_those_of_who_digitised(database: Database, two: Units) -> None:
    with database.write() as connection:
        batch, file = add_batch(connection, two.giver), add_file(connection, two.giver, "a")
        item = {"path": "a.pdf", "source_path": "a.pdf", "outcome": "stored"}
        connection.execute(insert(items).values(batch_id=batch, file_id=file, **item))
        add_record(connection, two.giver, batch=batch, file=file)
        before = progress(connection, ADMIN)["rows"]
    move(database)
    with database.write() as connection:
        assert progress(connection, ADMIN)["rows"] == before
    assert (before[0]["unit"], before[0]["files"], before[0]["registered"]) == ("06184", 1, 1)


@pytest.mark.parametrize("reached", ["giver", "taker"])
def test_who_moves_custody_needs_the_right_in_both_units(
    database: Database, two: Units, reached: str
) -> None:
    with pytest.raises(Forbidden):
        move(database, actor=officer("move_custody", units={getattr(two, reached)}))
    assert move(database, actor=officer("move_custody", units=set(two))) == Moved(0, 0, 0)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (Move("06184", "06184", "1/QĐ", date(2026, 7, 1)), "custody_onto_itself"),
        (Move("06184", "99999", "1/QĐ", date(2026, 7, 1)), "unknown_unit"),
        (Move("06184@hè", "06187", "1/QĐ", date(2026, 7, 1)), "bad_date"),
        (Move("06184", "06187", "1/QĐ", today() + timedelta(days=1)), "future_date"),
        (Move("06184", "06187", "1/QĐ", date(2026, 7, 1), field="đất"), "unknown_field_of_activity"),
    ],
)
def test_a_wrong_order_moves_nothing(database: Database, two: Units, wrong: Move, reason: str) -> None:
    with pytest.raises(UsageError) as refused:
        move(database, wrong)
    assert refused.value.reason == reason
    with database.read() as connection:
        assert count(connection) == 0


def count(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(custody_moves)) or 0
