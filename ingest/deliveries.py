"""Files on their way into the store: while some are booked and looked at, the next are copied and put."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ingest import intake
from ingest.batches import Batch
from ingest.intake import Arrival
from ingest.services import Services
from ingest.sources import Source
from warehouse.errors import KhosoError, StoreFull, Unavailable
from warehouse.store import Spooled

RECEIVED_AT_ONCE = 32

PUT_AT_ONCE = 8
"""Waits for the disk go side by side: a file system serves them together, eight times as fast."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Files that came together. `safe`: refused ones, and those in the store; `fault`: why that is not all."""

    arrivals: Sequence[Arrival]
    safe: Sequence[Arrival]
    fault: BaseException | None = None

    def copies(self) -> Mapping[str, Path]:
        """Copies (by hash) that still lie in the spool: a look into them needs no store."""
        spooled = [arrival.spooled for arrival in self.arrivals if arrival.spooled]
        return {copied.sha256: copied.path for copied in spooled if copied.path.exists()}


class Deliveries:
    """A batch's waiting files, some at a time, in the order of its list."""

    def __init__(self, services: Services, batch: Batch, source: Source) -> None:
        self._services, self._batch, self._source = services, batch, source
        self._coming = ThreadPoolExecutor(1)
        self._puts = ThreadPoolExecutor(PUT_AT_ONCE)
        self._ahead: Future[Delivery] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._ahead:
            with suppress(KhosoError):
                self.discard(self._ahead.result().arrivals)
        self._coming.shutdown()
        self._puts.shutdown()

    @contextmanager
    def next(self) -> Iterator[Delivery]:
        """Those that come next; their copies are gone afterwards."""
        ahead = self._ahead or self._begin(after=0)
        self._ahead = None
        delivery = ahead.result()
        if delivery.arrivals and not delivery.fault:
            self._ahead = self._begin(delivery.arrivals[-1].item.id)
        try:
            yield delivery
        finally:
            self.discard(delivery.arrivals)

    @contextmanager
    def set_aside_if_away(self, delivery: Delivery) -> Iterator[None]:
        """If an engine is at fault, all copies wait for another try, which begins with the first file."""
        try:
            yield
        except (StoreFull, Unavailable):
            self._set_aside(delivery.arrivals)
            if self._ahead:
                with suppress(KhosoError):
                    self._set_aside(self._ahead.result().arrivals)
                self._ahead = None
            raise

    def discard(self, arrivals: Sequence[Arrival]) -> None:
        """Remove what is left of their copies."""
        for arrival in arrivals:
            if arrival.spooled:
                self._services.store.discard(arrival.spooled)

    def _begin(self, after: int) -> Future[Delivery]:
        return self._coming.submit(self._deliver, after)

    def _deliver(self, after: int) -> Delivery:
        database, arrivals = self._services.database, []
        with database.read() as connection:
            waiting = intake.next_waiting(connection, self._batch, after, RECEIVED_AT_ONCE)
        try:
            for item in waiting:
                arrivals.append(intake.spool(self._services, self._source, item))
            hashes = [arrival.spooled.sha256 for arrival in arrivals if arrival.spooled]
            with database.read() as connection:
                held = intake.files_held(connection, self._batch.unit, hashes)
            kept, fault = self._put(
                [a.spooled for a in arrivals if a.spooled and a.spooled.sha256 not in held]
            )
        except BaseException:
            self.discard(arrivals)
            raise
        safe = [a for a in arrivals if not a.spooled or a.spooled.sha256 in held | kept]
        return Delivery(arrivals, safe, fault)

    def _put(self, new: Sequence[Spooled]) -> tuple[set[str], BaseException | None]:
        """Put copies till one fails: the hashes of those that are on the store's disk, and the fault."""
        store = self._services.store
        puts = {self._puts.submit(store.put, copied, keep_copy=True): copied.sha256 for copied in new}
        wait(puts, return_when=FIRST_EXCEPTION)
        running = [put for put in puts if not put.cancel()]
        faults = {put: put.exception() for put in running}
        kept = {puts[put] for put, fault in faults.items() if not fault}
        return kept, next(filter(None, faults.values()), None)

    def _set_aside(self, arrivals: Sequence[Arrival]) -> None:
        for arrival in arrivals:
            if arrival.spooled:
                self._services.store.set_aside(arrival.spooled, arrival.name)
