"""Custody: records go from one unit to another by a numbered decision, 500 at a time.

What moves with a record: the right to read it, what it is found and compared by, and its files, once all papers
of a file are with the new custodian and that unit does not hold the same bytes. What never moves: who digitised
it, its batch and dossier, and what was done to it. What is being read waits: the same command takes it later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    true,
    update,
)

from warehouse.audit import write_entry
from warehouse.codes.dates import today
from warehouse.database import metadata, upsert
from warehouse.errors import UsageError
from warehouse.fields_of_activity import field_names
from warehouse.keyset import behind
from warehouse.registry import touch
from warehouse.rights import Actor, require, require_unit, scope_of
from warehouse.tables import custody_moves, files, former_parts, jobs, parts, records, rescans, units
from warehouse.units import Unit, unit_in_force
from warehouse.versions import versions_of

AT_ONCE = 500  # records a transaction
COPIES = tuple(
    table for table in metadata.sorted_tables if {"record_id", "custodian_id"} <= set(table.c.keys())
)
"""Tables that repeat a record's custodian, so that they are searched by unit."""

SCANS = (parts, former_parts)
"""What says which files are a record's: its scan and those it had."""

SHOWN = ("id", "giver", "taker", "decision", "decided_on", "note", "begun_at", "begun_by")
_AT_WORK = exists().where(
    parts.c.record_id == records.c.id, jobs.c.file_id == parts.c.file_id, jobs.c.state != "dead"
)


@dataclass(frozen=True, slots=True)
class Move:
    """A decision, and which of the giver's records it is about: all but for what is named.

    `giver`, `taker`: codes of units in force; CODE@YYYY-MM-DD is the giver that bore the code on that day.
    `chosen`: public ids.
    """

    giver: str
    taker: str
    decision: str  # its number
    decided_on: date
    note: str = ""
    field: str | None = None
    batch: int | None = None
    chosen: Sequence[str] = ()


class Moved(NamedTuple):
    """How many records went, how many are left to go, and how many of those are being read."""

    moved: int
    left: int
    waiting: int


def count_move(connection: Connection, actor: Actor, move: Move) -> Moved:
    """What a move would do, without doing any of it."""
    giver, _ = _units(connection, actor, move)
    return Moved(0, *_left(connection, move, giver))


def move_custody(connection: Connection, actor: Actor, move: Move) -> Moved:
    """Move the next 500 records. Whoever stops on the way goes on with the same call; what went does not go again."""
    giver, taker = _units(connection, actor, move)
    _keep_decision(connection, actor, move, giver, taker)
    due = select(records).where(_due(move, giver), ~_AT_WORK).order_by(records.c.id).limit(AT_ONCE)
    going = connection.execute(due.with_for_update()).mappings().all()
    _hand_over(connection, [record["id"] for record in going], giver, taker)
    _write_entries(connection, actor, move, giver, taker, going)
    return Moved(len(going), *_left(connection, move, giver))


def list_moves(
    connection: Connection, actor: Actor, after: tuple[date, int] | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Decisions about units that the actor moves custody of, the newest first; one more than `limit` if there are."""
    require(actor, "move_custody")
    giver, taker = units.alias(), units.alias()
    scope = scope_of(actor, "move_custody")
    query = (
        select(custody_moves, giver.c.code.label("giver"), taker.c.code.label("taker"))
        .join(giver, giver.c.id == custody_moves.c.from_id)
        .join(taker, taker.c.id == custody_moves.c.to_id)
        .where(or_(scope.allows_unit(custody_moves.c.from_id), scope.allows_unit(custody_moves.c.to_id)))
    )
    order = (custody_moves.c.decided_on, custody_moves.c.id)
    rows = connection.execute(behind(query, order, after, limit, newest_first=True)).mappings()
    return [{name: row[name] for name in SHOWN} for row in rows]


def _units(connection: Connection, actor: Actor, move: Move) -> tuple[Unit, Unit]:
    code, _, day = move.giver.partition("@")
    giver = unit_in_force(connection, code, _day(day) if day else None)
    taker = unit_in_force(connection, move.taker)
    if giver.id == taker.id:
        raise UsageError("custody_onto_itself", unit=move.taker)
    if move.decided_on > today():
        raise UsageError("future_date", value=move.decided_on)
    if move.field and move.field not in (names := field_names(today())):
        raise UsageError("unknown_field_of_activity", name=move.field, known=", ".join(names))
    for unit in (giver, taker):
        require_unit(actor, "move_custody", unit.id)
    return giver, taker


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("bad_date", value=text) from None


def _due(move: Move, giver: Unit) -> ColumnElement[bool]:
    """The records that the decision is about and that have not gone yet."""
    return and_(
        records.c.custodian_id == giver.id,
        records.c.field_of_activity == move.field if move.field else true(),
        records.c.batch_id == move.batch if move.batch is not None else true(),
        records.c.public_id.in_([name.upper() for name in move.chosen]) if move.chosen else true(),
    )


def _left(connection: Connection, move: Move, giver: Unit) -> tuple[int, int]:
    def count(condition: ColumnElement[bool]) -> int:
        return connection.scalar(select(func.count()).select_from(records).where(condition)) or 0

    due = _due(move, giver)
    return count(due), count(and_(due, _AT_WORK))


def _keep_decision(connection: Connection, actor: Actor, move: Move, giver: Unit, taker: Unit) -> None:
    # Locked before all else: no paper of theirs is compared and no file of theirs booked while records change hands.
    both = select(units.c.id).where(units.c.id.in_([giver.id, taker.id])).order_by(units.c.id)
    connection.execute(both.with_for_update())
    row = {
        "from_id": giver.id, "to_id": taker.id, "decision": move.decision, "decided_on": move.decided_on,
        "note": move.note, "begun_at": datetime.now(UTC), "begun_by": actor.who,
    }  # fmt: skip
    upsert(connection, custody_moves, [row], ["from_id", "to_id", "decision", "decided_on"])


def _hand_over(connection: Connection, ids: Sequence[int], giver: Unit, taker: Unit) -> None:
    connection.execute(update(records).where(records.c.id.in_(ids)).values(custodian_id=taker.id))
    for table in COPIES:
        connection.execute(update(table).where(table.c.record_id.in_(ids)).values(custodian_id=taker.id))
    _part_pairs(connection, ids, taker)
    _move_files(connection, ids, giver, taker)
    touch(connection, ids)


def _part_pairs(connection: Connection, ids: Sequence[int], taker: Unit) -> None:
    """Two papers that may be one are shown to each other's custodian, who is one and the same."""
    elsewhere = select(records.c.id).where(records.c.custodian_id != taker.id)
    connection.execute(
        delete(rescans).where(
            (rescans.c.record_id.in_(ids) & rescans.c.other_id.in_(elsewhere))
            | (rescans.c.other_id.in_(ids) & rescans.c.record_id.in_(elsewhere))
        )
    )


def _move_files(connection: Connection, ids: Sequence[int], giver: Unit, taker: Unit) -> None:
    theirs = or_(*(files.c.id.in_(select(t.c.file_id).where(t.c.record_id.in_(ids))) for t in SCANS))
    others = records.c.custodian_id != taker.id
    shared = or_(
        *(exists().where(t.c.file_id == files.c.id, records.c.id == t.c.record_id, others) for t in SCANS)
    )
    same = files.alias()
    held = exists().where(same.c.unit_id == taker.id, same.c.sha256 == files.c.sha256)
    going = select(files.c.id).where(theirs, files.c.unit_id == giver.id, ~shared, ~held)
    locked = connection.scalars(going.order_by(files.c.id).with_for_update(of=files)).all()
    connection.execute(update(files).where(files.c.id.in_(locked)).values(unit_id=taker.id))


def _write_entries(
    connection: Connection, actor: Actor, move: Move, giver: Unit, taker: Unit, moved: Sequence[RowMapping]
) -> None:
    seen = versions_of(connection, [record["id"] for record in moved])
    for record in moved:
        write_entry(
            connection, actor, "move_custody", record["public_id"],
            version=seen[record["id"]], revision=record["revision"] + 1, giver=giver.code, taker=taker.code,
            decision=move.decision, decided_on=move.decided_on.isoformat(),
        )  # fmt: skip
