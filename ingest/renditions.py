"""Searchable PDFs, made on request and kept with a hash of their own; a later request gets the same one."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, RowMapping, insert, select

from ingest.papers import keep_objects, reading_of
from ingest.reader import Reader
from ingest.services import Services
from warehouse.audit import write_entry
from warehouse.catalogue import find_open_record, pages_of, parts_of
from warehouse.errors import Conflict
from warehouse.records import PdfPart
from warehouse.rights import Actor
from warehouse.store import Spooled
from warehouse.tables import objects, renditions
from warehouse.terminal import writing_to

KIND = "searchable_pdf"


def write_original(services: Services, actor: Actor, public_id: str, out: Path) -> None:
    """Copy a record's original bytes; a record of several files needs --pdf."""
    with services.database.write(durable=True) as connection:
        record = find_open_record(connection, actor, public_id)
        hashes = {part["sha256"] for part in _scanned(connection, record)}
        if len(hashes) > 1:
            raise Conflict("several_originals", record=public_id, count=len(hashes))
        [sha256] = hashes
        write_entry(connection, actor, "download", record["public_id"], version=sha256, kind="original")
    with services.store.fetch(sha256) as path, writing_to(out):
        shutil.copyfile(path, out)


def write_searchable_pdf(services: Services, actor: Actor, public_id: str, out: Path) -> None:
    """Write the record's own pages as a searchable PDF."""
    record, kept = searchable_pdf(services, lambda: Reader(services.settings.limits), actor, public_id)
    with services.database.write(durable=True) as connection:
        write_entry(connection, actor, "download", record, version=kept, kind=KIND)
    with services.store.fetch(kept) as path, writing_to(out):
        shutil.copyfile(path, out)


def searchable_pdf(
    services: Services, reading: Callable[[], AbstractContextManager[Reader]], actor: Actor, public_id: str
) -> tuple[str, str]:
    """The record's id, and its searchable PDF's hash: made now unless this revision's is kept."""
    with services.database.read() as connection:
        record = find_open_record(connection, actor, public_id)
        _scanned(connection, record)
        kept = _kept(connection, record["id"], record["revision"])
    if kept is None:
        with reading() as reader:
            with services.database.read() as connection:  # whoever was before us may have made it
                kept = _kept(connection, record["id"], record["revision"])
            kept = kept or _make(services, reader, record["id"], record["revision"])
    return record["public_id"], kept


def rendition_size(connection: Connection, sha256: str) -> int:
    """How many bytes a rendition has."""
    return connection.scalar(select(objects.c.size).where(objects.c.sha256 == sha256)) or 0


def _scanned(connection: Connection, record: RowMapping) -> list[RowMapping]:
    """A record's parts; raises Conflict if there is no scan of it."""
    found = parts_of(connection, record["id"])
    if not found:
        raise Conflict("no_scan", record=record["public_id"])
    return found


def _make(services: Services, reader: Reader, record_id: int, revision: int) -> str:
    with ExitStack() as stack:
        with services.database.read() as connection:
            found = parts_of(connection, record_id)
            pages = pages_of(connection, record_id)
        parts = [
            PdfPart(
                stack.enter_context(services.store.fetch(part["sha256"])),
                part["page_from"],
                part["page_to"],
                tuple(
                    reading_of(services.store, page.row, page.row["number"])
                    for page in pages
                    if page.row["file_id"] == part["file_id"]
                ),
                part["password"] or "",
            )
            for part in found
        ]
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        made = folder / "searchable.pdf"
        reader.searchable_pdf(parts, made)
        spooled = services.store.spool(stack.enter_context(made.open("rb")))
    services.store.put(spooled)
    return _book(services, record_id, revision, spooled)


def _book(services: Services, record_id: int, revision: int, spooled: Spooled) -> str:
    with services.database.write(durable=True) as connection:
        keep_objects(connection, [spooled])
        if (kept := _kept(connection, record_id, revision)) is not None:
            return kept
        row = {
            "record_id": record_id,
            "kind": KIND,
            "revision": revision,
            "sha256": spooled.sha256,
            "made_at": datetime.now(UTC),
        }
        connection.execute(insert(renditions), row)
    return spooled.sha256


def _kept(connection: Connection, record_id: int, revision: int) -> str | None:
    sha256: str | None = connection.scalar(
        select(renditions.c.sha256).where(
            renditions.c.record_id == record_id,
            renditions.c.kind == KIND,
            renditions.c.revision == revision,
        )
    )
    return sha256
