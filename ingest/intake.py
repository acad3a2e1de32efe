"""Receiving in the database: items find their files, new files get work."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, select, update

from ingest import listed
from ingest.batches import Batch
from ingest.papers import keep_objects
from ingest.services import Services
from ingest.sources import Source
from warehouse.database import upsert
from warehouse.errors import Refused
from warehouse.jobs import NewJob, adopt, enqueue
from warehouse.store import Readable, Spooled
from warehouse.tables import files, items
from warehouse.units import Unit

TRIAGE = 0
"""Order inside a unit's lane: papers become findable first, then finished (listed.FILING), then read."""

FREE = ("rejected", "withdrawn")
"""States of files that do not stand in the way of a new try."""

NEW = "new"
"""State of a file inside the transaction that adds it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item that was listed and not yet received."""

    id: int
    path: str
    key: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came of an item: spooled bytes, or why there are none. `name`: for bytes that must wait."""

    item: Waiting
    name: str
    spooled: Spooled | None = None
    refused: Refused | None = None


def next_waiting(connection: Connection, batch: Batch, after: int, most: int) -> list[Waiting]:
    """Listed items behind this one whose bytes are not in the store, in the order of the list."""
    rows = connection.execute(
        select(items.c.id, items.c.path, items.c.source_path)
        .where(items.c.batch_id == batch.id, items.c.outcome == "waiting", items.c.file_id.is_(None))
        .where(items.c.id > after)
        .order_by(items.c.id)
        .limit(most)
    )
    return [Waiting(*row) for row in rows]


def spool(services: Services, source: Source, item: Waiting) -> Arrival:
    """Copy one file, unless an earlier try has; an unreadable one is an arrival too."""
    limit = services.settings.max_file_bytes
    name = f"item.{item.id}.{source.stamp(item.key)}"
    if kept := services.store.take_up(name):
        return Arrival(item, name, kept)
    try:
        with source.open(item.key) as stream:
            copied = services.store.spool(Limited(stream, limit))
    except Refused as refused:
        return Arrival(item, name, refused=refused)
    if copied.size == 0:
        services.store.discard(copied)
        return Arrival(item, name, refused=Refused("empty"))
    return Arrival(item, name, copied)


def files_held(connection: Connection, unit: Unit, hashes: Collection[str]) -> set[str]:
    """Which of these bytes the unit has registered already."""
    query = select(files.c.sha256).where(files.c.unit_id == unit.id, files.c.state == "registered")
    return set(connection.scalars(query.where(files.c.sha256.in_(hashes))))


def book(connection: Connection, batch: Batch, arrivals: Sequence[Arrival]) -> None:
    """Write down what arrived: only after this has returned may the sender be told "received"."""
    for arrival in arrivals:
        if arrival.refused:
            reject(connection, [arrival.item.id], arrival.refused)
    came = [(arrival.item.id, arrival.spooled) for arrival in arrivals if arrival.spooled]
    if not came:
        return
    keep_objects(connection, [copied for _, copied in came])
    file_ids, held = _files_of(connection, batch, [copied.sha256 for _, copied in came])
    connection.execute(
        update(items).where(items.c.id == bindparam("item")).values(file_id=bindparam("file")),
        [{"item": item_id, "file": file_ids[copied.sha256]} for item_id, copied in came],
    )
    again = {item_id: file_ids[copied.sha256] for item_id, copied in came if copied.sha256 in held}
    settle_duplicates(connection, again)


def settle_duplicates(connection: Connection, file_of: dict[int, int]) -> None:
    """These items (id: file) brought bytes that the unit holds; their rows may say something new."""
    connection.execute(update(items).where(items.c.id.in_(file_of)).values(outcome="duplicate"))
    listed.take_again(connection, file_of)


def reject(connection: Connection, item_ids: Sequence[int], refused: Refused) -> None:
    """These items are not taken, and why."""
    connection.execute(
        update(items)
        .where(items.c.id.in_(item_ids))
        .values(outcome="rejected", reason=refused.reason, detail=refused.detail)
    )


def _files_of(connection: Connection, batch: Batch, hashes: Sequence[str]) -> tuple[dict[str, int], set[str]]:
    """The unit's file of each hash, and the hashes that are registered; who is new is queued for triage."""
    _add_files(connection, batch, hashes)
    # Locked: a triage that ends at this moment settles the items that are booked, and sees ours or lets us
    # see its outcome.
    query = select(files.c.sha256, files.c.id, files.c.state).where(files.c.unit_id == batch.unit.id)
    query = query.where(files.c.sha256.in_(hashes)).order_by(files.c.id).with_for_update()
    known = {row.sha256: row for row in connection.execute(query)}
    in_order = [known[sha256] for sha256 in dict.fromkeys(hashes)]  # of the list: so they are read
    queued = [row.id for row in in_order if row.state in (NEW, *FREE)]
    connection.execute(update(files).where(files.c.id.in_(queued)).values(state="received"))
    unit = str(batch.unit.id)
    enqueue(connection, [NewJob("triage", unit, id_, TRIAGE, batch_id=batch.id) for id_ in queued])
    adopt(connection, "triage", [row.id for row in known.values() if row.state == "received"], batch.id)
    held = {sha256 for sha256, row in known.items() if row.state == "registered"}
    return {sha256: row.id for sha256, row in known.items()}, held


def _add_files(connection: Connection, batch: Batch, hashes: Sequence[str]) -> None:
    """Files the unit lacks; another import may bring the same ones now, so all add in the same order."""
    now = datetime.now(UTC)
    rows = [
        {"unit_id": batch.unit.id, "sha256": sha256, "state": NEW, "received_at": now}
        for sha256 in sorted(set(hashes))
    ]
    upsert(connection, files, rows, ["unit_id", "sha256"])


class Limited:
    """A stream that refuses to give more than a file may have."""

    def __init__(self, stream: Readable, limit: int) -> None:
        self.stream, self.limit, self.given = stream, limit, 0

    def read(self, size: int, /) -> bytes:
        chunk = self.stream.read(size)
        self.given += len(chunk)
        if self.given > self.limit:
            raise Refused("too_large", size=self.given, limit=self.limit)
        return chunk
