"""`khoso import`: list, receive and triage a batch with one's own hands, so that all is found at once."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from ingest.batches import Batch, NewBatch, list_items, open_batch, take_list
from ingest.list_file import entries_to_take, read_list
from ingest.metadata_only import register_metadata
from ingest.pipeline import receive
from ingest.plan import Plan
from ingest.reader import Reader
from ingest.services import Services
from ingest.sources import Source, open_source
from ingest.worker import Worker
from ingest.zips import ZipLimits
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
    manifest: Path | None = None
    manner: str = "stock"
    plan: Plan = field(default_factory=Plan)
    password: str | None = None


def run_import(services: Services, actor: Actor, request: Request) -> int:
    """Take the files in and register them; an interrupted batch goes on. Returns the batch's id.

    Raises StoreFull with everything taken so far kept: the same command goes on from there.
    """
    source = open_source(request.path, ZipLimits.of(services.settings))
    with Reader(services.settings.limits) as reader:
        manifest, digest = read_list(services, reader, source, request.manifest, request.unit, request.plan)
        with services.database.write(durable=True) as connection:
            unit = unit_in_force(connection, request.unit)
            new = NewBatch(unit, source.name, request.manner, digest, request.plan, request.password)
            batch = open_batch(connection, actor, new)
        services.store.tidy()
        list_items(services.database, batch, entries_to_take(source, request.manifest))
        if manifest:
            with services.database.write() as connection:
                take_list(connection, batch, manifest)
            register_metadata(services.database, actor, batch)
        _take_in(services, Worker(services, reader), batch, source)
    return batch.id


def _take_in(services: Services, worker: Worker, batch: Batch, source: Source) -> None:
    with services.database.read() as connection:
        waiting = select(func.count()).where(items.c.batch_id == batch.id, items.c.outcome == "waiting")
        total = connection.scalar(waiting) or 0
    with worker.holding_leases(), progress_bar(total, "Nhận tệp / receiving") as bar:
        look = partial(worker.triage_own, batch.id)
        while (taken := receive(services, batch, source, look)) or look():
            worker.tell_index(at_least_every=INDEX_EVERY)
            bar.update(taken)
    worker.tell_index()
