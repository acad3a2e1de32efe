"""The sweeper: calls workers for work that nobody heard of, whatever became of the broker's messages.

Every worker machine runs one; the holder of an SQL lease is the one that sweeps.
"""

import logging

from sqlalchemy import and_, exists, func, or_, select

from ingest.bell import Bell
from ingest.heartbeat import living_workers
from search.indexer import is_behind
from warehouse import leases
from warehouse.database import Database, database_now
from warehouse.tables import jobs

log = logging.getLogger(__name__)

LEASE = "sweeper"
SWEEP_SECONDS = 3.0
"""A dead worker's job goes on this long after its lease at the latest, plus a moment: 5 s are promised."""
OLD_SECONDS = 2.0
"""Work that was queued so long ago has been missed: whoever was called would have claimed it."""

_MISSED = or_(
    and_(jobs.c.state == "queued", jobs.c.queued_at < database_now() - OLD_SECONDS),
    and_(jobs.c.state == "running", jobs.c.lease_until < database_now()),
)


def sweep(database: Database, bell: Bell, holder: str) -> int:
    """Ring for each worker without a job while work is left lying, or for one to bring the index up to date.

    How many were called.
    """
    if not leases.take(database, LEASE, holder, SWEEP_SECONDS):
        return 0
    called = _idle_workers(database)
    if not is_work_left(database, missed=True):
        called = min(called, int(is_behind(database)))
    if called:
        bell.ring_for(called)
    return called


def is_work_left(database: Database, *, missed: bool = False) -> bool:
    """Whether somebody could claim a job now, or was `missed` when it was queued."""
    claimable = _MISSED if missed else or_(jobs.c.state == "queued", _MISSED)
    with database.read() as connection:
        return bool(connection.scalar(select(exists().where(claimable))))


def _idle_workers(database: Database) -> int:
    """Slots without a job; one is called even if none has given a sign of life yet."""
    alive = living_workers(database)
    with database.read() as connection:
        busy = select(func.count()).where(jobs.c.state == "running", jobs.c.lease_until >= database_now())
        return max(0 if alive else 1, alive - int(connection.scalar(busy) or 0))
