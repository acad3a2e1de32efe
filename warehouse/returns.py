"""Papers that go back to whoever digitised them, to be scanned again or put right, and what brings them back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, insert, select, update

from warehouse.audit import write_entry
from warehouse.availability import lock_in_use, require_reason
from warehouse.catalogue import count_pages
from warehouse.errors import Conflict, UsageError
from warehouse.registry import touch
from warehouse.rights import Actor
from warehouse.tables import records, returns
from warehouse.versions import version_of

RETURNABLE = ("needs_review", "ready")


def return_record(
    connection: Connection,
    actor: Actor,
    name: str,
    reason: str,
    pages: Sequence[int] = (),
    revision: int | None = None,
) -> None:
    """The paper goes on the list of the unit that digitised it; `pages`: which are bad (none: all of it).

    Raises Conflict unless it was read and is not yet approved: an approved one is corrected, or gets another
    scan.
    """
    why = require_reason(reason)
    record = lock_in_use(connection, actor, name, "return", revision)
    if record["work"] not in RETURNABLE:
        raise Conflict("not_returnable", record=record["public_id"], state=record["work"])
    numbers = sorted(set(pages))
    count = count_pages(connection, record["id"])
    if numbers and not 1 <= numbers[0] <= numbers[-1] <= count:
        raise UsageError("no_such_page", page=numbers[-1], pages=count)
    row = {"record_id": record["id"], "reason": why, "pages": numbers}
    connection.execute(insert(returns).values(**row, who=actor.who, at=datetime.now(UTC)))
    _set_work(connection, record, "returned")
    write_entry(
        connection,
        actor,
        "return",
        record["public_id"],
        version=version_of(connection, record["id"]),
        reason=why,
        pages=numbers,
        revision=record["revision"] + 1,
    )


def resubmit(connection: Connection, actor: Actor, name: str, revision: int | None = None) -> None:
    """What was wrong has been put right by correction: the paper comes before an officer again."""
    record = lock_in_use(connection, actor, name, "correct", revision)
    if record["work"] != "returned":
        raise Conflict("not_returned", record=record["public_id"], state=record["work"])
    end_return(connection, actor, record["id"], "resubmitted")
    _set_work(connection, record, "needs_review" if record["review"] else "ready")
    write_entry(connection, actor, "resubmit", record["public_id"], revision=record["revision"] + 1)


def end_return(
    connection: Connection, actor: Actor, record_id: int, how: Literal["rescanned", "resubmitted"]
) -> None:
    """The paper is back; nothing if it was not away. The record's state is the caller's affair."""
    ended = {"ended_how": how, "ended_by": actor.who, "ended_at": datetime.now(UTC)}
    open_ones = (returns.c.record_id == record_id) & returns.c.ended_at.is_(None)
    connection.execute(update(returns).where(open_ones).values(ended))


def returns_of(connection: Connection, record_id: int) -> list[dict[str, Any]]:
    """Every return of a record, oldest first: why, which pages, by whom, how it came back."""
    query = select(returns).where(returns.c.record_id == record_id).order_by(returns.c.id)
    return [_told(row) for row in connection.execute(query).mappings()]


def newest_returns(connection: Connection, record_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Why records that are `returned` are so, in one query."""
    if not record_ids:
        return {}
    query = select(returns).where(returns.c.record_id.in_(record_ids)).order_by(returns.c.id)
    return {row["record_id"]: _told(row) for row in connection.execute(query).mappings()}


def _told(row: RowMapping) -> dict[str, Any]:
    return {name: row[name] for name in row if name not in ("id", "record_id")}


def _set_work(connection: Connection, record: RowMapping, work: str) -> None:
    connection.execute(update(records).where(records.c.id == record["id"]).values(work=work))
    touch(connection, {record["id"]})
