"""Workers: whoever lost a job writes nothing for it; a fault of the disk or an engine costs no job."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from ingest.pipeline import STEPS, Desk
from ingest.reader import Reader
from ingest.services import Services
from ingest.worker import Worker
from warehouse.errors import Away, Busy, KhosoError, StoreFull, Unavailable
from warehouse.jobs import Job, LostLease
from warehouse.ledger import Ledger
from warehouse.records import Limits
from warehouse.tables import fields, files, jobs, pages, parts, records


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(Limits()) as opened:
        yield opened


def state_of(services: Services) -> list[Any]:
    """Everything a step may write."""
    with services.database.read() as connection:
        kept = [
            connection.execute(select(table).order_by(table.c.id)).all() for table in (files, parts, pages)
        ]
        told = select(records.c.id, records.c.work, records.c.revision)
        return [*kept, connection.execute(told).all(), connection.scalar(select(func.count(fields.c.id)))]


def job_rows(services: Services) -> list[tuple[str, str, int]]:
    with services.database.read() as connection:
        query = select(jobs.c.kind, jobs.c.state, jobs.c.failures).order_by(jobs.c.id)
        return [tuple(row) for row in connection.execute(query)]


def claim(services: Services, worker: str) -> Job:
    job = Ledger(services.database, worker, services.settings.lease_seconds, unit_cap=4).claim()
    assert job is not None
    return job


def take_over(services: Services, former: Job) -> Job:
    """The same job, claimed by another worker after its lease ran out."""
    time.sleep(services.settings.lease_seconds * 1.5)
    job = claim(services, "another")
    assert (job.id, job.attempt) == (former.id, former.attempt + 1)
    return job


def work_until(services: Services, reader: Reader, kind: str) -> Job:
    """Do jobs until one of this kind is claimed."""
    while (job := claim(services, "first")).kind != kind:
        STEPS[job.kind](Desk(services, reader), job)
    return job


@pytest.fixture
def received(services: Services, paper: Path, take_in: Callable[..., int], monkeypatch: Any) -> Services:
    """A site with one file that was received and not triaged."""
    with monkeypatch.context() as stopped:
        stopped.setattr(Worker, "triage_own", lambda *_: False)
        take_in(services, paper)
    return services


@pytest.mark.parametrize("kind", ["triage", "read", "file"])
def test_worker_whose_job_was_taken_over_writes_nothing_before_or_after_the_other_is_done(
    received, reader, kind
):
    desk = Desk(received, reader)
    lost = work_until(received, reader, kind)
    own = take_over(received, lost)
    before = state_of(received)
    with pytest.raises(LostLease):
        STEPS[kind](desk, lost)
    assert state_of(received) == before
    STEPS[kind](desk, own)
    done = state_of(received)
    assert done != before
    with pytest.raises(LostLease):
        STEPS[kind](desk, lost)
    assert state_of(received) == done


def test_lease_of_a_job_in_hand_is_renewed_while_it_takes_long(received, reader, monkeypatch):
    worker = Worker(received, reader)
    inspect = Reader.inspect

    def slowly(self: Reader, path: Path, password: str) -> Any:
        time.sleep(received.settings.lease_seconds * 4)
        assert Ledger(received.database, "thief", 1, 4).claim() is None
        return inspect(self, path, password)

    monkeypatch.setattr(Reader, "inspect", slowly)
    with worker.holding_leases():
        worker.do(claim(received, received.process))
    assert {row[:2] for row in job_rows(received)} == {("file", "blocked"), ("read", "queued")}


@pytest.mark.parametrize(
    "error", [StoreFull("store_full"), Busy("database_busy"), Unavailable("store_error", error="away")]
)
def test_fault_of_disk_or_engine_gives_the_job_back_unharmed(received, reader, monkeypatch, error):
    worker = Worker(received, reader)
    with monkeypatch.context() as fault:
        fault.setattr(Reader, "inspect", _raise(error))
        with pytest.raises(type(error)):
            worker.do(claim(received, "first"))
    assert job_rows(received) == [("triage", "queued", 0)]
    worker.do(claim(received, "first"))
    assert [row[0] for row in job_rows(received)] == ["file", "read"]


def test_standing_worker_waits_a_fault_of_disk_or_engine_out(received, reader, monkeypatch):
    worker = Worker(received, reader)
    inspect, faults = Reader.inspect, [StoreFull("store_full"), Busy("database_busy"), Away("store_error")]

    def fail_at_first(self: Reader, path: Path, password: str) -> Any:
        if faults:
            raise faults.pop()
        worker.stop.set()
        return inspect(self, path, password)

    monkeypatch.setattr(Reader, "inspect", fail_at_first)
    monkeypatch.setattr("ingest.patience.PAUSE_SECONDS", 0.01)
    worker.run(until_empty=False)
    assert [row[0] for row in job_rows(received)] == ["file", "read"]


def test_step_that_fails_three_times_buries_its_job_with_the_reason(received, reader, monkeypatch):
    worker = Worker(received, reader)
    monkeypatch.setattr(Reader, "inspect", _raise(KhosoError("step_failed", error="ours")))
    for failures in (1, 2, 3):
        worker.do(claim(received, "first"))
        assert job_rows(received)[0][2] == failures
    assert job_rows(received) == [("triage", "dead", 3)]


def test_worker_that_is_told_to_stop_finishes_the_job_in_hand(received, reader, monkeypatch):
    worker = Worker(received, reader)
    inspect = Reader.inspect

    def stop_meanwhile(self: Reader, path: Path, password: str) -> Any:
        worker.stop.set()
        return inspect(self, path, password)

    monkeypatch.setattr(Reader, "inspect", stop_meanwhile)
    worker.run(until_empty=True)
    assert {row[:2] for row in job_rows(received)} == {("file", "blocked"), ("read", "queued")}


def _raise(error: Exception) -> Callable[..., Any]:
    def fail(*_: Any) -> Any:
        raise error

    return fail
