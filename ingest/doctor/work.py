"""What the database tells of a site at work: originals, the index's arrears, workers, jobs, audit, the sweeper."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from ingest.bell import LOCAL
from ingest.doctor.finding import Findings, fine, warned
from ingest.sweeper import LEASE, SWEEP_SECONDS
from search.indexer import REFUSED
from warehouse.database import Database, database_now
from warehouse.errors import Damaged, Stuck, Unavailable
from warehouse.rights import Actor
from warehouse.sealing import ALARM_SECONDS, unsealed_age
from warehouse.settings import Settings
from warehouse.status import queue_status
from warehouse.store import open_store
from warehouse.tables import files, leases, outbox, workers

BEHIND_SECONDS = 5 * 60
"""Workers take up work at once and tell the index every second."""

PROGRAM = Actor("khoso")


def originals(settings: Settings) -> Findings:
    """The newest is where it belongs: it is not if the store is another, or its disk is not mounted."""
    with _reading(settings) as connection:
        newest = connection.scalar(select(files.c.sha256).order_by(files.c.id.desc()).limit(1))
    if newest and open_store(settings).size(newest) is None:
        raise Damaged("object_missing", sha256=newest)
    yield fine("originals_ok")


def arrears(settings: Settings) -> Findings:
    """What the index was not told yet, and what it would not take."""
    with _reading(settings) as connection:
        waiting = outbox.c.revision != REFUSED
        count, oldest = connection.execute(
            select(func.count(), func.min(outbox.c.changed_at)).where(waiting)
        ).one()
        refused = connection.scalar(select(func.count()).select_from(outbox).where(~waiting))
    behind = round((datetime.now(UTC) - oldest).total_seconds()) if oldest else 0
    if refused:
        yield warned("index_refused", count=refused)
    if behind > BEHIND_SECONDS:
        yield warned("index_behind", count=count, since=oldest.isoformat(timespec="seconds"), seconds=behind)
    else:
        yield fine("index_told", count=count, seconds=behind)


def at_work(settings: Settings) -> Findings:
    """Somebody works, or nothing waits to be done."""
    with _reading(settings) as connection:
        left = select(workers.c.beat_until - database_now()).where(workers.c.role == "worker")
        signs = connection.scalars(left).all()
        waited = queue_status(connection, PROGRAM)["oldest_waiting_s"]
    alive = sum(sign > 0 for sign in signs)
    if alive:
        ago = max(0, round(settings.lease_seconds - max(signs)))
        yield fine("workers_ok", count=alive, seconds=ago)
    elif waited > BEHIND_SECONDS:
        raise Unavailable("workers_missing", seconds=waited)
    elif waited:
        yield warned("workers_missing", seconds=waited)
    else:
        yield fine("workers_none")


def jobs(settings: Settings) -> Findings:
    """None gave up."""
    with _reading(settings) as connection:
        status = queue_status(connection, PROGRAM)
    if status["dead"]:
        raise Stuck("stuck", count=len(status["dead"]))
    queued = sum(lane["queued"] for lane in status["lanes"])
    yield fine("jobs_ok", count=queued, seconds=status["oldest_waiting_s"])


def audit(settings: Settings) -> Findings:
    """Somebody seals what is done: an entry that waits can be changed without a trace."""
    with _reading(settings) as connection:
        seconds = round(unsealed_age(connection))
    if seconds > ALARM_SECONDS:
        yield warned("audit_unsealed", seconds=seconds)
    else:
        yield fine("audit_sealed")


def sweeper(settings: Settings) -> Findings:
    """Where a broker calls the workers, somebody looks after calls that were not heard."""
    if settings.queue_url == LOCAL:
        yield fine("sweeper_none")
        return
    with _reading(settings) as connection:
        left = connection.scalar(select(leases.c.until - database_now()).where(leases.c.name == LEASE))
    if left is None or left < -SWEEP_SECONDS:  # it is renewed just when it runs out
        yield warned("sweeper_missing")
    else:
        yield fine("sweeper_ok")


@contextmanager
def _reading(settings: Settings) -> Iterator[Connection]:
    with closing(Database(settings.database_url)) as database, database.read() as connection:
        yield connection
