"""Notes on a record, for those who work on it: added, never changed. They are no change of the record."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from warehouse.audit import write_entry
from warehouse.availability import require_reason
from warehouse.catalogue import find_open_record
from warehouse.rights import Actor
from warehouse.tables import record_notes


def add_note(connection: Connection, actor: Actor, name: str, text: str) -> dict[str, Any]:
    """Keep a note; as `notes_of` gives it."""
    record = find_open_record(connection, actor, name, "note")
    note = {"text": require_reason(text), "who": actor.who, "at": datetime.now(UTC)}
    connection.execute(insert(record_notes).values(record_id=record["id"], **note))
    write_entry(connection, actor, "note", record["public_id"])
    return note


def notes_of(connection: Connection, record_id: int) -> list[dict[str, Any]]:
    """A record's notes, oldest first."""
    query = select(record_notes.c.text, record_notes.c.who, record_notes.c.at)
    query = query.where(record_notes.c.record_id == record_id).order_by(record_notes.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]
