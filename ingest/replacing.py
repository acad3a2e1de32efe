"""Another scan for a record that is there: received like any file, in force once triage has taken it.

The record keeps its id; the bytes of its former scan stay for good (warehouse/scans.py). Refused bytes change
nothing: the reason stands with the item that brought them.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, insert, or_, select, update

from ingest import intake
from ingest.batches import NewBatch, open_batch
from ingest.intake import Arrival, Waiting
from ingest.papers import put_together
from ingest.reading_work import ToRead, queue_reading
from ingest.services import SYSTEM, Services
from warehouse import scans
from warehouse.availability import lock_in_use
from warehouse.catalogue import find_record, parts_of, require_revision
from warehouse.errors import Conflict, Refused
from warehouse.quarantine import quarantine
from warehouse.rights import Actor
from warehouse.scans import Handed
from warehouse.store import Spooled
from warehouse.tables import batches, files, former_parts, items, pages, parts, units
from warehouse.tables import scans as scan_rows
from warehouse.text import without_controls
from warehouse.units import Unit

NAME_LENGTH = 200
UNNAMED = "scan"
HANDED = ("item_id", "file_id", "sha256", "pages")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was received, and the record's revision after that. `batch`: whose account tells what comes of it."""

    record: str
    revision: int
    batch: int
    sha256: str
    size: int


def replace_scan(
    services: Services, actor: Actor, name: str, spooled: Spooled, file_name: str, revision: int | None = None
) -> Receipt:
    """Receive a new scan of a record; when this returns it is safe in the store and booked for triage.

    Raises Refused for an empty file, Conflict if it is the scan that the record has.
    """
    if spooled.size == 0:
        raise Refused("empty")
    services.store.put(spooled)
    with services.database.write(durable=True) as connection:
        return _book(connection, actor, name, spooled, file_name, revision)


def require_replaceable(connection: Connection, actor: Actor, name: str, revision: int | None = None) -> None:
    """Raise what forbids it, before a file is sent: an approved record takes the right to send it back, too."""
    record = find_record(connection, actor, name, "replace")
    if record["work"] == "approved":
        find_record(connection, actor, name, "return")
    require_revision(record, revision)


def _book(
    connection: Connection, actor: Actor, name: str, spooled: Spooled, file_name: str, revision: int | None
) -> Receipt:
    record = lock_in_use(connection, actor, name, "replace", revision)
    require_replaceable(connection, actor, name)
    if {part["sha256"] for part in parts_of(connection, record["id"])} == {spooled.sha256}:
        raise Conflict("same_scan", record=record["public_id"])
    batch = open_batch(connection, actor, _batch_for(connection, record))
    path = shown_name(file_name)
    row = {"batch_id": batch.id, "path": path, "source_path": f"{uuid4().hex}/{path}", "outcome": "waiting"}
    item_id = connection.execute(insert(items).returning(items.c.id), row).scalar_one()
    scans.ask_for(connection, actor, record, item_id, spooled.sha256)
    intake.book(connection, batch, [Arrival(Waiting(item_id, path, path), path, spooled)])
    its_file = select(files.c.id).join(items).where(items.c.id == item_id, files.c.state == "registered")
    take_scans(
        connection, list(connection.scalars(its_file))
    )  # the unit holds these bytes: triage knows them
    now = find_record(connection, actor, record["public_id"])
    return Receipt(now["public_id"], now["revision"], batch.id, spooled.sha256, spooled.size)


def take_scans(connection: Connection, file_ids: Sequence[int]) -> set[int]:
    """Files that triage knows by now take their places in the records they were handed in for, and are read.

    Returns the items that brought them, also those that came too late: these are rejected.
    """
    query = (
        select(scan_rows, items.c.file_id, items.c.batch_id, files.c.sha256, files.c.pages, files.c.unit_id)
        .join(items, items.c.id == scan_rows.c.item_id)
        .join(files, files.c.id == items.c.file_id)
        .where(items.c.file_id.in_(file_ids), items.c.outcome.in_(("waiting", "duplicate")))
        .where(scan_rows.c.taken_at.is_(None))
        .order_by(scan_rows.c.item_id)
    )
    put_together(connection, file_ids)
    asked = connection.execute(query).mappings().all()
    for row in asked:
        if scans.take(connection, SYSTEM, row, Handed(*(row[name] for name in HANDED))):
            _put_in_force(connection, row)
        else:
            intake.reject(connection, [row["item_id"]], Refused("scan_too_late"))
            _free(connection, row["file_id"])
    return {row["item_id"] for row in asked}


def _put_in_force(connection: Connection, row: RowMapping) -> None:
    """The record holds all pages of the file; what earlier readings told of them holds for it, too."""
    connection.execute(update(items).where(items.c.id == row["item_id"]).values(outcome="stored"))
    marked = select(pages).where(pages.c.file_id == row["file_id"], pages.c.secrecy.is_not(None))
    for page in connection.execute(marked).mappings().all():
        quarantine(connection, SYSTEM, row["file_id"], page["number"], page["secrecy"])
    todo = ToRead(
        row["file_id"], str(row["unit_id"]), row["pages"], row["batch_id"], lane_class="interactive"
    )
    queue_reading(connection, [todo])


def _free(connection: Connection, file_id: int) -> None:
    """A file that no record came to hold does not stand in the way of a new try."""
    held = [
        select(those.c.id).where(those.c.file_id == files.c.id).exists() for those in (parts, former_parts)
    ]
    unheld = update(files).where(files.c.id == file_id, ~or_(*held))
    connection.execute(unheld.values(state="withdrawn"))


def _batch_for(connection: Connection, record: RowMapping) -> NewBatch:
    """A batch for this record's scans alone: the account of the one that brought the record stays as it is."""
    unit = connection.execute(select(units).where(units.c.id == record["custodian_id"])).one()
    password = connection.scalar(select(batches.c.password).where(batches.c.id == record["batch_id"]))
    its = Unit(unit.id, unit.code, unit.name, unit.level)
    return NewBatch(its, f"scan of {record['public_id']}", "stock", None, password=password)


def shown_name(file_name: str) -> str:
    """A file's name as people may see it: the last part of a path, without control characters."""
    name = without_controls(unicodedata.normalize("NFC", file_name)).replace("\\", "/").rpartition("/")[2]
    return name.strip()[-NAME_LENGTH:] or UNNAMED
