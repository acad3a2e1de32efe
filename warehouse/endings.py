"""The end of a paper as dated facts: revoked by a decision, or superseded by another paper.

What was entered by mistake is not rubbed out: a further fact, `reinstated`, says that it holds again.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from warehouse.audit import write_entry
from warehouse.availability import lock_in_use, require_reason
from warehouse.catalogue import find_record, require_revision
from warehouse.errors import Conflict, UsageError
from warehouse.records import OUT_OF_USE
from warehouse.registry import touch
from warehouse.rights import Actor, scope_of
from warehouse.tables import endings, records

DECISION_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Revocation:
    """A decision (thu hồi): its number, and the first day on which the paper no longer holds."""

    ended_on: date
    decision_number: str
    reason: str


@dataclass(frozen=True, slots=True)
class Succession:
    """Another record took the paper's place (thay thế) from this day on."""

    successor: str
    ended_on: date
    reason: str


def revoke(
    connection: Connection, actor: Actor, name: str, by: Revocation, revision: int | None = None
) -> None:
    """The paper is revoked; a day to come is as good as a past one."""
    number = by.decision_number.strip()
    if not 0 < len(number) <= DECISION_LENGTH:
        raise UsageError("bad_decision_number", most=DECISION_LENGTH)
    record = _lock_unended(connection, actor, name, revision, by.ended_on)
    fact = {"decision_number": number, "reason": require_reason(by.reason)}
    _end(connection, actor, record, "revoked", by.ended_on, fact)
    write_entry(connection, actor, "revoke", record["public_id"], ended_on=by.ended_on.isoformat(),
                revision=record["revision"] + 1, **fact)  # fmt: skip


def supersede(
    connection: Connection, actor: Actor, name: str, by: Succession, revision: int | None = None
) -> None:
    """Another record, which the actor may read, stands for this one; raises Conflict if that makes a circle."""
    own = find_record(connection, actor, name, "end")
    require_revision(own, revision)
    successor = find_record(connection, actor, by.successor)
    _lock_chain(connection, own["id"], successor["id"])
    record = _lock_unended(connection, actor, name, revision, by.ended_on)
    if record["id"] in _chain(connection, successor["id"]):
        raise Conflict("succession_circle", record=record["public_id"], other=successor["public_id"])
    if successor["work"] in OUT_OF_USE:
        raise Conflict("not_in_use", record=successor["public_id"], state=successor["work"])
    reason = require_reason(by.reason)
    fact = {"successor_id": successor["id"], "reason": reason}
    _end(connection, actor, record, "superseded", by.ended_on, fact)
    write_entry(connection, actor, "supersede", record["public_id"], ended_on=by.ended_on.isoformat(),
                revision=record["revision"] + 1, successor=successor["public_id"], reason=reason)  # fmt: skip


def reinstate(
    connection: Connection, actor: Actor, name: str, reason: str, revision: int | None = None
) -> None:
    """The end was entered by mistake, or its decision was set aside: the paper holds as if it had never been."""
    why = require_reason(reason)
    record = lock_in_use(connection, actor, name, "end", revision)
    if record["ended_on"] is None:
        raise Conflict("not_ended", record=record["public_id"])
    _enter(connection, actor, record["id"], "reinstated", {"reason": why})
    _settle(connection, record["id"], None, None)
    write_entry(connection, actor, "reinstate", record["public_id"], reason=why,
                was=record["ended_how"], revision=record["revision"] + 1)  # fmt: skip


def endings_of(connection: Connection, actor: Actor, name: str) -> dict[str, Any]:
    """What ended a record and what was taken back, oldest first; the records whose place it took.

    Of papers that the actor may not read nothing is told, not even that there is one.
    """
    record = find_record(connection, actor, name)
    write_entry(connection, actor, "view", record["public_id"], part="endings")
    readable = scope_of(actor).allows_record()
    its_name = (
        select(records.c.public_id)
        .where(records.c.id == endings.c.successor_id, readable)
        .correlate(endings)
        .scalar_subquery()
    )
    of_record = select(endings, its_name.label("successor")).where(endings.c.record_id == record["id"])
    place_taken = (
        select(records.c.public_id)
        .join(endings, endings.c.record_id == records.c.id)
        .where(endings.c.successor_id == record["id"], _is_last(), readable)
        .order_by(endings.c.id)
    )
    rows = connection.execute(of_record.order_by(endings.c.id)).mappings()
    return {
        "record": record["public_id"],
        "endings": [_told(row) for row in rows],
        "supersedes": list(connection.scalars(place_taken)),
    }


def _told(row: RowMapping) -> dict[str, Any]:
    names = ("how", "ended_on", "decision_number", "reason", "successor", "entered_at", "entered_by")
    return {name: row[name] for name in names}


def _lock_unended(
    connection: Connection, actor: Actor, name: str, revision: int | None, ended_on: date
) -> RowMapping:
    record = lock_in_use(connection, actor, name, "end", revision)
    if record["ended_on"] is not None:
        raise Conflict("ended_already", record=record["public_id"], how=record["ended_how"])
    if record["valid_from"] and ended_on < record["valid_from"]:
        raise UsageError("ended_before_issue", day=ended_on, begin=record["valid_from"])
    return record


def _end(
    connection: Connection, actor: Actor, record: RowMapping, how: str, on: date, fact: dict[str, Any]
) -> None:
    _enter(connection, actor, record["id"], how, {"ended_on": on, **fact})
    _settle(connection, record["id"], on, how)


def _enter(connection: Connection, actor: Actor, record_id: int, how: str, fact: dict[str, Any]) -> None:
    known = {"record_id": record_id, "how": how, "entered_at": datetime.now(UTC), "entered_by": actor.who}
    connection.execute(insert(endings).values({**known, **fact}))


def _settle(connection: Connection, record_id: int, on: date | None, how: str | None) -> None:
    connection.execute(update(records).where(records.c.id == record_id).values(ended_on=on, ended_how=how))
    touch(connection, {record_id})


def _lock_chain(connection: Connection, record_id: int, successor_id: int) -> None:
    """In id order. Whoever would close a circle from its other side at this moment locks one of these too."""
    theirs = sorted({record_id, *_chain(connection, successor_id)})
    connection.execute(
        select(records.c.id).where(records.c.id.in_(theirs)).order_by(records.c.id).with_for_update()
    )


def _chain(connection: Connection, record_id: int) -> list[int]:
    """A record, the one that stands for it, the one that stands for that ..."""
    chain: list[int] = []
    following: int | None = record_id
    while following is not None and following not in chain:
        chain.append(following)
        following = connection.scalar(
            select(endings.c.successor_id)
            .join(records, records.c.id == endings.c.record_id)
            .where(endings.c.record_id == following, records.c.ended_how == "superseded", _is_last())
        )
    return chain


def _is_last() -> ColumnElement[bool]:
    """Whether a fact is the newest of its record: what came before it no longer counts."""
    later = endings.alias()
    newest = select(later.c.id).where(later.c.record_id == endings.c.record_id, later.c.id > endings.c.id)
    return ~newest.correlate(endings).exists()
