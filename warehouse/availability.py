"""Whether a record is given to those it concerns (released) or still held back (hidden).

A paper's result that was not handed over yet is hidden; the two say nothing of work or validity.
"""

from typing import Literal

from sqlalchemy import Connection, RowMapping, update

from warehouse.audit import write_entry
from warehouse.catalogue import lock_record
from warehouse.errors import Conflict, UsageError
from warehouse.records import OUT_OF_USE
from warehouse.registry import touch
from warehouse.rights import Act, Actor
from warehouse.tables import records
from warehouse.text import without_controls

Availability = Literal["hidden", "released"]

REASON_LENGTH = 1000


def release(
    connection: Connection, actor: Actor, name: str, reason: str, revision: int | None = None
) -> None:
    """The result was handed over: from now on it may be given out."""
    _set(connection, actor, name, reason, revision, "released")


def hide(connection: Connection, actor: Actor, name: str, reason: str, revision: int | None = None) -> None:
    """It is held back again."""
    _set(connection, actor, name, reason, revision, "hidden")


def lock_in_use(
    connection: Connection, actor: Actor, name: str, act: Act, revision: int | None
) -> RowMapping:
    """The record for whoever changes it; raises Conflict if it is withdrawn or in quarantine."""
    record = lock_record(connection, actor, name, act, revision)
    if record["work"] in OUT_OF_USE:
        raise Conflict("not_in_use", record=record["public_id"], state=record["work"])
    return record


def require_reason(text: str) -> str:
    """What a person gives as the reason; raises UsageError for none, or for a whole letter."""
    reason = without_controls(text).strip()
    if not 0 < len(reason) <= REASON_LENGTH:
        raise UsageError("bad_reason", most=REASON_LENGTH)
    return reason


def _set(
    connection: Connection, actor: Actor, name: str, reason: str, revision: int | None, to: Availability
) -> None:
    why = require_reason(reason)
    record = lock_in_use(connection, actor, name, "release", revision)
    if record["availability"] == to:
        raise Conflict("available_already", record=record["public_id"], availability=to)
    connection.execute(update(records).where(records.c.id == record["id"]).values(availability=to))
    touch(connection, {record["id"]})
    action = "release" if to == "released" else "hide"
    write_entry(connection, actor, action, record["public_id"], reason=why, revision=record["revision"] + 1)
