"""`khoso import`: list, receive and triage a batch with one's own hands, so that all is found at once."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from ingest.batches import Batch, NewBatch, list_items, open_batch, take_list
from ingest.deliveries import Deliveries
from ingest.heartbeat import announced
from ingest.list_file import List, entries_to_take, read_list
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

    Raises StoreFull, or Away when an engine was so for too long, with everything taken so far kept: the
    same command goes on from there.
    """
    source = open_source(request.path, ZipLimits.of(services.settings))
    with announced_import(services), Reader(services.settings.limits) as reader:
        worker = Worker(services, reader)
        rows = worker.patience.of(
            lambda: read_list(services, reader, source, request.manifest, request.unit, request.plan)
        )
        batch = worker.patience.of(lambda: _begin(services, actor, request, source, rows))
        services.store.tidy()
        _take_in(services, worker, batch, source)
    return batch.id


def _begin(services: Services, actor: Actor, request: Request, source: Source, rows: List) -> Batch:
    """Write down the batch, its files and its list; what an earlier run wrote stays."""
    with services.database.write(durable=True) as connection:
        unit = unit_in_force(connection, request.unit)
        new = NewBatch(unit, source.name, request.manner, rows.sha256, request.plan, request.password)
        batch = open_batch(connection, actor, new)
    list_items(services.database, batch, entries_to_take(source, request.manifest))
    if rows.manifest:
        with services.database.write() as connection:
            take_list(connection, batch, rows.manifest)
        register_metadata(services.database, actor, batch)
    return batch


def announced_import(services: Services) -> AbstractContextManager[None]:
    """Whoever wants nobody at work sees this process."""
    return announced(services.database, services.process, services.settings.lease_seconds, "import")


def _take_in(services: Services, worker: Worker, batch: Batch, source: Source) -> None:
    patience = worker.patience
    total = patience.of(lambda: _waiting(services, batch))
    look = partial(worker.triage_own, batch.id)
    with (
        worker.holding_leases(),
        Deliveries(services, batch, source) as deliveries,
        progress_bar(total, "Nhận tệp / receiving") as bar,
    ):
        while (taken := patience.of(lambda: receive(services, batch, deliveries, look))) or look():
            worker.tell_index(at_least_every=INDEX_EVERY)
            bar.update(taken)
    worker.tell_index()


def _waiting(services: Services, batch: Batch) -> int:
    with services.database.read() as connection:
        waiting = select(func.count()).where(items.c.batch_id == batch.id, items.c.outcome == "waiting")
        return connection.scalar(waiting) or 0
