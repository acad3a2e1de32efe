"""The ledger: claims of work, shared fairly between units.

A claim leases one job to a worker; a lease that ran out is taken back by the next claim, whoever
makes it. Fairness is start-time fair queueing over lanes (unit, class): the lane with queued work and
the least max(vtime, clock) goes first, clock being the greatest start of its class. Where several
lanes lie behind the clock the least vtime goes first, so that the order is that of vtime alone.
"""

import time

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Float,
    ScalarSelect,
    bindparam,
    case,
    func,
    literal_column,
    select,
    true,
    update,
)

from warehouse.database import Database, database_now
from warehouse.jobs import JOB_COLUMNS, Job, Kind, bury
from warehouse.tables import jobs, lanes

MAX_LOST = 10
BULK_FIRST_EVERY = 5

# Statements are built once: building one takes longer than running it.
# Their constants are no parameters: PostgreSQL then plans them once, and knows that few jobs are running.
_IS_QUEUED: ColumnElement[str] = literal_column("'queued'")
_IS_RUNNING: ColumnElement[str] = literal_column("'running'")
_NONE: ColumnElement[int] = literal_column("0")
_ONE: ColumnElement[int] = literal_column("1")
_CLASSES: list[BindParameter[str]] = [bindparam("first_class"), bindparam("last_class")]
_running, _queued, _others = jobs.alias("running"), jobs.alias("queued"), lanes.alias("others")


def _first_in_turn(lane_class: BindParameter[str], *, below_cap: bool) -> ScalarSelect[int]:
    """The first job of the first lane that has one to give: none if another worker has locked its last.

    Lanes are put in turn before it is asked for their jobs, and jobs come by their index, whatever
    PostgreSQL knows of the tables: it has looked through all queued jobs for each lane.
    """
    at_cap = (
        select(_running.c.unit)
        .where(_running.c.state == _IS_RUNNING, _running.c["class"] == lane_class)
        .group_by(_running.c.unit)
        .having(func.count() >= bindparam("cap"))
    )
    turn = (
        select(lanes.c.unit)
        .where(lanes.c["class"] == lane_class, lanes.c.unit.not_in(at_cap) if below_cap else true())
        .order_by(lanes.c.vtime, lanes.c.unit)
        .offset(_NONE)
        .subquery("turn")
    )
    first = (
        select(_queued.c.id)
        .where(_queued.c.state == _IS_QUEUED, _queued.c["class"] == lane_class, _queued.c.unit == turn.c.unit)
        .order_by(_queued.c.rank, _queued.c.id)
        .limit(_ONE)
        .with_for_update(skip_locked=True)
        .correlate(turn)
        .scalar_subquery()
    )
    return select(first).select_from(turn).where(first.is_not(None)).limit(_ONE).scalar_subquery()


_NEXT = func.coalesce(
    *(
        _first_in_turn(lane_class, below_cap=below_cap)
        for lane_class in _CLASSES
        for below_cap in (True, False)
    )
)
_FIRST_OF_BATCH = (
    select(jobs.c.id)
    .where(
        jobs.c.batch_id == bindparam("batch"), jobs.c.kind == bindparam("kind"), jobs.c.state == _IS_QUEUED
    )
    .order_by(jobs.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_EXPIRED = (
    select(jobs.c.id)
    .where(jobs.c.state == _IS_RUNNING, jobs.c.lease_until < database_now())
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(jobs)
    .values(
        state="running",
        attempt=jobs.c.attempt + 1,
        worker=bindparam("by"),
        lease_until=database_now() + bindparam("seconds", type_=Float),
    )
    .returning(jobs.c["class"], jobs.c.pages, *JOB_COLUMNS)
)
_LEASE_NEXT = _LEASE.where(jobs.c.id == _NEXT)
# By ids: PostgreSQL may run a locking subquery of many rows more than once and lease too many.
_LEASE_THESE = _LEASE.where(jobs.c.id.in_(bindparam("ids", expanding=True)))
_CLOCK = (
    select(func.max(_others.c.start)).where(_others.c["class"] == bindparam("of_class")).scalar_subquery()
)
_BEGIN = case((lanes.c.vtime > _CLOCK, lanes.c.vtime), else_=_CLOCK)
_ADVANCE = (
    update(lanes)
    .where(lanes.c["class"] == bindparam("of_class"), lanes.c.unit == bindparam("of_unit"))
    .values(start=_BEGIN, vtime=_BEGIN + bindparam("cost", type_=Float) / lanes.c.weight)
)


class Ledger:
    """Claims for one worker. `unit_cap`: running jobs a unit may have while another unit has work."""

    def __init__(self, database: Database, worker: str, lease_seconds: float, unit_cap: int) -> None:
        self.database = database
        self.worker = worker
        self.lease_seconds = lease_seconds
        self.unit_cap = unit_cap
        self._terms = {"by": worker, "seconds": lease_seconds}
        self._claims = 0
        self._next_look = 0.0

    def claim(self) -> Job | None:
        """Lease the next job by fairness, or None when nothing is queued."""
        self._claims += 1
        bulk_first = self._claims % BULK_FIRST_EVERY == 0
        first, last = ("bulk", "interactive") if bulk_first else ("interactive", "bulk")
        which = {"first_class": first, "last_class": last, "cap": self.unit_cap}
        with self.database.write() as connection:
            self._take_back_expired(connection)
            leased = connection.execute(_LEASE_NEXT, {**which, **self._terms}).one_or_none()
            if leased is None:
                return None
            lane_class, pages, *columns = leased
            job = Job(*columns)
            connection.execute(_ADVANCE, {"of_class": lane_class, "of_unit": job.unit, "cost": pages})
            return job

    def claim_own(self, batch_id: int, kind: Kind, most: int) -> list[Job]:
        """Lease jobs of one's own batch: an importer triages with its own hands, taking no lane's turn."""
        with self.database.write() as connection:
            self._take_back_expired(connection)
            own = connection.scalars(_FIRST_OF_BATCH, {"batch": batch_id, "kind": kind, "most": most}).all()
            leased = connection.execute(_LEASE_THESE, {"ids": own, **self._terms}).all() if own else []
        return sorted((Job(*columns) for _, _, *columns in leased), key=lambda job: job.id)

    def _take_back_expired(self, connection: Connection) -> None:
        """Not at every claim: once in a tenth of a lease is soon enough, and claims are many."""
        if time.monotonic() >= self._next_look:
            _take_back(connection)
            self._next_look = time.monotonic() + min(1.0, self.lease_seconds / 10)


def _take_back(connection: Connection) -> None:
    ids = connection.scalars(_EXPIRED).all()
    if not ids:
        return
    expired = connection.execute(
        update(jobs)
        .where(jobs.c.id.in_(ids))
        .values(state="queued", lease_until=None, lost=jobs.c.lost + 1)
        .returning(jobs.c.id, jobs.c.lost, jobs.c.filing_id)
    ).all()
    for row in expired:
        if row.lost >= MAX_LOST:
            why = {"reason": "lease_lost", "detail": {"count": str(row.lost)}}
            connection.execute(update(jobs).where(jobs.c.id == row.id).values(why))
            bury(connection, row.id, row.filing_id)
