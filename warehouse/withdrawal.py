"""Withdrawing: a file was taken in by mistake, so its record is no paper of this warehouse.

It leaves search and every count; whoever may read it still finds it by its number, with its bytes and history.
There is no way back: the same file may be handed in again, and then it is a new record.
"""

from sqlalchemy import Connection, delete, select, update

from warehouse.audit import write_entry
from warehouse.availability import lock_in_use, require_reason
from warehouse.migrated import origin_of
from warehouse.registry import touch
from warehouse.rights import Actor
from warehouse.tables import files, migrated, parts, records


def withdraw(
    connection: Connection, actor: Actor, name: str, reason: str, revision: int | None = None
) -> None:
    """Set a record apart for good, and let its files come in again where no other record lives of them."""
    why = require_reason(reason)
    record = lock_in_use(connection, actor, name, "end", revision)
    origin = origin_of(connection, record["id"])
    connection.execute(update(records).where(records.c.id == record["id"]).values(work="withdrawn"))
    _free_files(connection, record["id"])
    connection.execute(
        delete(migrated).where(migrated.c.record_id == record["id"])
    )  # its old id is free, too
    touch(connection, {record["id"]})
    write_entry(connection, actor, "withdraw", record["public_id"], reason=why, was=record["work"],
                source_id=origin["source_id"] if origin else None,
                revision=record["revision"] + 1)  # fmt: skip


def _free_files(connection: Connection, record_id: int) -> None:
    """Files are locked: an import that brings the same bytes now finds them held, or free."""
    its_files = select(parts.c.file_id).where(parts.c.record_id == record_id)
    query = select(files.c.id).where(files.c.id.in_(its_files)).order_by(files.c.id).with_for_update()
    theirs = connection.scalars(query).all()
    alive = (
        select(parts.c.file_id)
        .join(records, records.c.id == parts.c.record_id)
        .where(parts.c.file_id.in_(theirs), records.c.work != "withdrawn")
    )
    connection.execute(
        update(files)
        .where(files.c.id.in_(theirs), files.c.id.not_in(alive), files.c.state == "registered")
        .values(state="withdrawn")
    )
