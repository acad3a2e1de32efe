"""`khoso import`: list, receive and triage a batch with one's own hands, so that all is found at once."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from ingest.batches import Batch, NewBatch, list_items, open_batch, take_list
from ingest.manifest import read_manifest
from ingest.pipeline import receive
from ingest.reader import Reader
from ingest.services import Services
from ingest.sources import Entry, Source, open_source
from ingest.worker import Worker
from warehouse.rights import Actor
from warehouse.tables import items
from warehouse.terminal import progress_bar
from warehouse.units import unit_in_force

INDEX_EVERY = 1.0
"""Seconds; a record must be found within 5 s of its receipt."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked to be imported."""

    path: Path
    unit: str
    manifest: Path | None
    manner: str


def run_import(services: Services, actor: Actor, request: Request) -> int:
    """Take the files in and register them; an interrupted batch goes on. Returns the batch's id.

    Raises StoreFull with everything taken so far kept: the same command goes on from there.
    """
    source = open_source(request.path)
    manifest = read_manifest(request.manifest) if request.manifest else None
    digest = hashlib.sha256(request.manifest.read_bytes()).hexdigest() if request.manifest else None
    with services.database.write(durable=True) as connection:
        unit = unit_in_force(connection, request.unit)
        batch = open_batch(connection, actor, NewBatch(unit, source.name, request.manner, digest))
    services.store.tidy()
    list_items(services.database, batch, entries_to_take(source, request.manifest))
    if manifest:
        with services.database.write() as connection:
            take_list(connection, batch, manifest)
    with Reader(services.settings.limits) as reader:
        _take_in(services, Worker(services, reader), batch, source)
    return batch.id


def entries_to_take(source: Source, manifest: Path | None) -> Iterator[Entry]:
    """What the source lists, without the list itself if it lies among the files."""
    own = manifest.absolute() if manifest else None
    return (entry for entry in source.entries() if own is None or source.place(entry) != own)


def _take_in(services: Services, worker: Worker, batch: Batch, source: Source) -> None:
    with services.database.read() as connection:
        waiting = select(func.count()).where(items.c.batch_id == batch.id, items.c.outcome == "waiting")
        total = connection.scalar(waiting) or 0
    with worker.holding_leases(), progress_bar(total, "Nhận tệp / receiving") as bar:
        while (taken := receive(services, batch, source)) or worker.triage_own(batch.id):
            worker.triage_own(batch.id)
            worker.tell_index(at_least_every=INDEX_EVERY)
            bar.update(taken)
    worker.tell_index()
