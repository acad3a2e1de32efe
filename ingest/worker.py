"""The loop of every worker: claim, do, and tell the index; a sign of life every few seconds."""

import logging
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import MappingProxyType

from sqlalchemy import exists, select

from ingest.heartbeat import announced
from ingest.patience import Patience
from ingest.pipeline import STEPS, Desk, triage
from ingest.reader import Reader
from ingest.services import Services
from warehouse import jobs
from warehouse.database import Database
from warehouse.errors import Away, Busy, Deadlock, KhosoError, StoreFull, Unavailable
from warehouse.jobs import Job, LostLease
from warehouse.leases import every
from warehouse.ledger import Ledger
from warehouse.sealing import sealing
from warehouse.tables import jobs as job_table

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.5
DRAIN_EVERY = 1.0
ENGINE_SECONDS = 5
TRIAGED_AT_ONCE = 32
DEADLOCKS = 3
NO_COPIES: Mapping[str, Path] = MappingProxyType({})
ENVIRONMENT = (Busy, StoreFull, Unavailable)
"""Not the job's fault: the job goes back unharmed and waits for a disk or an engine."""


class Worker:
    """One process's claims and steps. Stop it with `stop.set()`: the job in hand is finished first."""

    def __init__(self, services: Services, reader: Reader) -> None:
        settings = services.settings
        self.services = services
        self.desk = Desk(services, reader)
        self.ledger = Ledger(services.database, services.process, settings.lease_seconds, settings.unit_cap)
        self.stop = Event()
        self.patience = Patience(settings.patience_seconds, self.stop.wait)
        self._held: Sequence[Job] = ()
        self._drained_at = -math.inf

    def run(self, *, until_empty: bool) -> None:
        """Work until told to stop, or until nothing is left that anybody could do.

        Engines that are away are waited for; if `until_empty`, no longer than our patience lasts.
        """
        patience = self.patience if until_empty else Patience(math.inf, self.stop.wait)
        with self.on_duty():
            while not self.stop.is_set():
                try:
                    if job := self.ledger.claim():
                        self.do(job)
                        self.tell_index(at_least_every=DRAIN_EVERY)
                    else:
                        self.tell_index()
                        if until_empty and is_empty(self.services.database):
                            return
                        self.stop.wait(IDLE_SECONDS)
                except ENVIRONMENT as error:
                    if until_empty and not isinstance(error, Away):
                        raise
                    patience.bear(error)
                else:
                    patience.renew()

    def do(self, job: Job) -> None:
        """One job, one step. A fault of the disk or an engine is raised: the job waits unharmed."""
        self._held = [job]
        try:
            self._step(job)
        except LostLease:
            log.warning("job %s is no longer ours: stopped", job.id)
        except ENVIRONMENT:
            self._settle(job, None)
            raise
        except KhosoError as error:
            self._settle(job, error)
        except Exception as error:
            log.warning("job %s (%s) of file %s failed", job.id, job.kind, job.file_id, exc_info=True)
            self._settle(job, KhosoError("step_failed", error=repr(error)))
        finally:
            self._held = ()

    @contextmanager
    def on_duty(self) -> Iterator[None]:
        """Counted among the living workers; leases of jobs in hand are renewed, audit entries sealed."""
        database, process = self.services.database, self.services.process
        with announced(database, process, self.desk.lease), self.holding_leases(), sealing(database, process):
            yield

    def turn(self, seconds: float) -> None:
        """Claim and do jobs for so long, or until there is none to be had; a fault of an engine is raised."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and (job := self.ledger.claim()):
            self.do(job)
            self.tell_index(at_least_every=DRAIN_EVERY)
        self.tell_index()

    def _step(self, job: Job) -> None:
        """A step may be repeated without harm, and must be if it gave way to another's transaction."""
        for tries_left in reversed(range(DEADLOCKS)):
            try:
                STEPS[job.kind](self.desk, job)
                return
            except Deadlock:
                if not tries_left:
                    raise

    def triage_own(self, batch_id: int, copies: Mapping[str, Path] = NO_COPIES) -> bool:
        """Triage some files of one's own batch together; False if none was left to do."""
        own = self.patience.of(lambda: self.ledger.claim_own(batch_id, "triage", TRIAGED_AT_ONCE))
        self._held = own
        try:
            self.patience.of(lambda: triage(replace(self.desk, copies=copies), own))
        except ENVIRONMENT:
            for job in own:
                self._settle(job, None)
            raise
        except Exception:  # noqa: BLE001  (one of them is at fault: each alone shows which)
            for job in own:
                self.do(job)
        finally:
            self._held = ()
        return bool(own)

    def tell_index(self, at_least_every: float = 0.0) -> None:
        """Bring the index up to date if the last time is long enough ago; reading goes on without it."""
        if time.monotonic() - self._drained_at < at_least_every:
            return
        self._drained_at = time.monotonic()
        try:
            self.services.tell_index()
        except KhosoError as error:
            log.warning("the index could not be told: %s", error)
            self._drained_at += ENGINE_SECONDS  # until then nobody asks it

    @contextmanager
    def holding_leases(self) -> Iterator[None]:
        """Renew the leases of the jobs in hand from a thread of its own."""
        with every(self.desk.lease / 4, self._renew):
            yield

    def _renew(self) -> None:
        for job in self._held:
            with suppress(LostLease), self.services.database.write() as connection:
                jobs.fence(connection, job, self.desk.lease)

    def _settle(self, job: Job, error: KhosoError | None) -> None:
        """Give a job back, or count its failure; if even that fails, its lease runs out."""
        with suppress(LostLease, *ENVIRONMENT), self.services.database.write() as connection:
            jobs.fence(connection, job, self.desk.lease)
            if error is None:
                jobs.give_back(connection, job)
            else:
                jobs.fail(connection, job, error)


def is_empty(database: Database) -> bool:
    """Whether nothing is queued or running."""
    with database.read() as connection:
        return not connection.scalar(select(exists().where(job_table.c.state.in_(["queued", "running"]))))
