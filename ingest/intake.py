"""Receiving and triage in the database: items find their files, files become records and jobs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from ingest import listed
from ingest.batches import Batch
from ingest.papers import keep_object
from ingest.services import Services
from ingest.sources import Source
from warehouse import registry
from warehouse.errors import Refused
from warehouse.jobs import Job, NewJob, enqueue
from warehouse.records import Inspection
from warehouse.rights import Actor
from warehouse.store import Readable, Spooled
from warehouse.tables import batches, files, items
from warehouse.units import Unit

# Order inside a unit's lane: papers become findable first, then finished, then read.
TRIAGE, READ_UNLISTED, READ_LISTED = 0, 3, 4


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item that was listed and not yet received."""

    id: int
    path: str
    key: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came of an item: spooled bytes, or why there are none."""

    item: Waiting
    spooled: Spooled | None = None
    refused: Refused | None = None


def next_waiting(connection: Connection, batch: Batch, most: int) -> list[Waiting]:
    """Listed items whose bytes are not in the store, in the order of the list."""
    rows = connection.execute(
        select(items.c.id, items.c.path, items.c.source_path)
        .where(items.c.batch_id == batch.id, items.c.outcome == "waiting", items.c.file_id.is_(None))
        .order_by(items.c.id)
        .limit(most)
    )
    return [Waiting(*row) for row in rows]


def spool(services: Services, source: Source, item: Waiting) -> Arrival:
    """Copy one file beside the store and hash it; an unreadable one is an arrival too."""
    limit = services.settings.max_file_bytes
    try:
        with source.open(item.key) as stream:
            spooled = services.store.spool(_Limited(stream, limit))
    except Refused as refused:
        return Arrival(item, refused=refused)
    if spooled.size == 0:
        services.store.discard(spooled)
        return Arrival(item, refused=Refused("empty"))
    return Arrival(item, spooled)


def files_held(connection: Connection, unit: Unit, hashes: Collection[str]) -> set[str]:
    """Which of these bytes the unit has registered already."""
    query = select(files.c.sha256).where(files.c.unit_id == unit.id, files.c.state == "registered")
    return set(connection.scalars(query.where(files.c.sha256.in_(hashes))))


def book(connection: Connection, batch: Batch, arrivals: Sequence[Arrival]) -> None:
    """Write down what arrived: only after this has returned may the sender be told "received"."""
    for arrival in arrivals:
        if arrival.refused:
            _reject(connection, [arrival.item.id], arrival.refused)
        elif arrival.spooled:
            _book_file(connection, batch, arrival.item, arrival.spooled)


def refuse(connection: Connection, file_id: int, refused: Refused) -> None:
    """Triage says no: the file and every item that waits for it are rejected; a later try is free."""
    connection.execute(
        update(files).where(files.c.id == file_id).values(state="rejected", reason=refused.reason)
    )
    _reject(connection, [row["id"] for row in _items_waiting_for(connection, file_id)], refused)


def register(connection: Connection, actor: Actor, job: Job, seen: Inspection, range_pages: int) -> None:
    """Triage says yes: records, their fields, and all the work they need, in this one transaction."""
    connection.execute(
        update(files)
        .where(files.c.id == job.file_id)
        .values(state="registered", reason=None, media_type=seen.media_type, pages=seen.pages)
    )
    first, *others = _items_waiting_for(connection, job.file_id)
    rows = listed.rows_of(connection, first["id"], seen.pages)
    papers = [
        registry.NewRecord(
            file_id=job.file_id,
            item_id=first["id"],
            batch_id=first["batch_id"],
            unit_id=first["unit_id"],
            page_from=row.page_from,
            page_to=row.page_to,
            kind=row.kind,
            hidden=first["manner"] == "flow",
            values=row.values,
            location=row.location,
        )
        for row in rows
    ]
    registry.register(connection, actor, papers)
    _queue_reading(connection, job, seen.pages, range_pages, is_listed=any(row.values for row in rows))
    connection.execute(update(items).where(items.c.id == first["id"]).values(outcome="stored"))
    for item in others:
        _settle_duplicate(connection, item["id"], job.file_id)


def _book_file(connection: Connection, batch: Batch, item: Waiting, spooled: Spooled) -> None:
    keep_object(connection, spooled)
    file = connection.execute(
        select(files.c.id, files.c.state).where(
            files.c.unit_id == batch.unit.id, files.c.sha256 == spooled.sha256
        )
    ).one_or_none()
    file_id = file.id if file else _new_file(connection, batch, spooled)
    connection.execute(update(items).where(items.c.id == item.id).values(file_id=file_id))
    if file and file.state == "registered":
        _settle_duplicate(connection, item.id, file_id)
    elif file is None or file.state == "rejected":
        connection.execute(update(files).where(files.c.id == file_id).values(state="received"))
        unit = str(batch.unit.id)
        enqueue(connection, [NewJob("triage", unit, file_id, TRIAGE, batch_id=batch.id)])


def _new_file(connection: Connection, batch: Batch, spooled: Spooled) -> int:
    row = {
        "unit_id": batch.unit.id,
        "sha256": spooled.sha256,
        "state": "received",
        "received_at": datetime.now(UTC),
    }
    return int(connection.execute(insert(files).returning(files.c.id), row).scalar_one())


def _items_waiting_for(connection: Connection, file_id: int) -> Sequence[RowMapping]:
    query = (
        select(items.c.id, items.c.batch_id, batches.c.unit_id, batches.c.manner)
        .join(batches, batches.c.id == items.c.batch_id)
        .where(items.c.file_id == file_id, items.c.outcome == "waiting")
        .order_by(items.c.id)
    )
    return connection.execute(query).mappings().all()


def _settle_duplicate(connection: Connection, item_id: int, file_id: int) -> None:
    connection.execute(
        update(items).where(items.c.id == item_id).values(outcome="duplicate", file_id=file_id)
    )
    listed.take_again(connection, item_id, file_id)


def _reject(connection: Connection, item_ids: Sequence[int], refused: Refused) -> None:
    connection.execute(
        update(items)
        .where(items.c.id.in_(item_ids))
        .values(outcome="rejected", reason=refused.reason, detail=refused.detail)
    )


def _queue_reading(
    connection: Connection, job: Job, pages: int, range_pages: int, *, is_listed: bool
) -> None:
    """Ranges of pages, and the filing that waits for all of them."""
    starts = range(1, pages + 1, range_pages)
    filing = NewJob(
        "file", job.unit, job.file_id, listed.FILING, batch_id=job.batch_id, remaining=len(starts)
    )
    [filing_id] = enqueue(connection, [filing])
    ranges = [
        NewJob(
            "read",
            job.unit,
            job.file_id,
            READ_LISTED if is_listed else READ_UNLISTED,
            pages=min(range_pages, pages + 1 - start),
            batch_id=job.batch_id,
            page_from=start,
            page_to=min(start + range_pages - 1, pages),
            filing_id=filing_id,
        )
        for start in starts
    ]
    enqueue(connection, ranges)


class _Limited:
    """A stream that refuses to give more than a file may have."""

    def __init__(self, stream: Readable, limit: int) -> None:
        self.stream, self.limit, self.given = stream, limit, 0

    def read(self, size: int, /) -> bytes:
        chunk = self.stream.read(size)
        self.given += len(chunk)
        if self.given > self.limit:
            raise Refused("too_large", size=self.given, limit=self.limit)
        return chunk
