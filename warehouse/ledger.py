"""The ledger: claims of work, shared fairly between units.

A claim leases one job to a worker; a lease that ran out is taken back by the next claim, whoever
makes it. Fairness is start-time fair queueing over lanes (unit, class): the lane with queued work and
the least max(vtime, clock) goes first, clock being the greatest start of its class. Where several
lanes lie behind the clock the least vtime goes first, so that the order is that of vtime alone.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Float,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    select,
    update,
)

from warehouse.database import Database, database_now
from warehouse.jobs import JOB_COLUMNS, Job, Kind, LaneClass, bury
from warehouse.tables import jobs, lanes

MAX_LOST = 10
BULK_FIRST_EVERY = 5

# Statements are built once: building one takes longer than running it.
_CLASS: BindParameter[str] = bindparam("lane_class")
_AT_CAP = (
    select(jobs.c.unit)
    .where(jobs.c.state == "running", jobs.c["class"] == _CLASS)
    .group_by(jobs.c.unit)
    .having(func.count() >= bindparam("cap"))
)
_QUEUED_HERE = and_(jobs.c.state == "queued", jobs.c["class"] == _CLASS, jobs.c.unit == lanes.c.unit)
_CLOCK = select(func.max(lanes.c.start)).where(lanes.c["class"] == _CLASS).scalar_subquery()
# A scalar subquery: whatever PostgreSQL knows of the tables, it looks at one lane after the other. (An EXISTS
# it joined: 12 s a claim for 100,000 jobs, before its first ANALYZE.)
_LANES_IN_TURN = (
    select(
        lanes.c.unit.label("lane_unit"),
        _CLOCK.label("clock"),
        lanes.c.unit.in_(_AT_CAP).label("at_cap"),
    )
    .where(lanes.c["class"] == _CLASS, select(jobs.c.id).where(_QUEUED_HERE).limit(1).scalar_subquery() > 0)
    .order_by(lanes.c.vtime, lanes.c.unit)
)
_NEXT_LANES = _LANES_IN_TURN.limit(3)
_FIRST_OF_LANE = (
    select(jobs.c.id)
    .where(jobs.c.state == "queued", jobs.c["class"] == _CLASS, jobs.c.unit == bindparam("lane_unit"))
    .order_by(jobs.c.rank, jobs.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_FIRST_OF_BATCH = (
    select(jobs.c.id)
    .where(jobs.c.batch_id == bindparam("batch"), jobs.c.kind == bindparam("kind"), jobs.c.state == "queued")
    .order_by(jobs.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_EXPIRED = (
    select(jobs.c.id)
    .where(jobs.c.state == "running", jobs.c.lease_until < database_now())
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(jobs)
    .where(jobs.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state="running",
        attempt=jobs.c.attempt + 1,
        worker=bindparam("by"),
        lease_until=database_now() + bindparam("seconds", type_=Float),
    )
    .returning(jobs.c.pages, *JOB_COLUMNS)
)
_BEGIN = case(
    (lanes.c.vtime > bindparam("clock", type_=Float), lanes.c.vtime), else_=bindparam("clock", type_=Float)
)
_ADVANCE = (
    update(lanes)
    .where(lanes.c["class"] == _CLASS, lanes.c.unit == bindparam("lane_unit"))
    .values(start=_BEGIN, vtime=_BEGIN + bindparam("cost", type_=Float) / lanes.c.weight)
)


class Ledger:
    """Claims for one worker. `unit_cap`: running jobs a unit may have while another unit has work."""

    def __init__(self, database: Database, worker: str, lease_seconds: float, unit_cap: int) -> None:
        self.database = database
        self.worker = worker
        self.lease_seconds = lease_seconds
        self.unit_cap = unit_cap
        self._claims = 0
        self._next_look = 0.0

    def claim(self) -> Job | None:
        """Lease the next job by fairness, or None when nothing is queued."""
        self._claims += 1
        classes: list[LaneClass] = ["interactive", "bulk"]
        if self._claims % BULK_FIRST_EVERY == 0:
            classes.reverse()
        with self.database.write() as connection:
            self._take_back_expired(connection)
            for lane_class in classes:
                job = self._claim_in(connection, lane_class)
                if job:
                    return job
        return None

    def claim_own(self, batch_id: int, kind: Kind, most: int) -> list[Job]:
        """Lease jobs of one's own batch: an importer triages with its own hands, taking no lane's turn."""
        with self.database.write() as connection:
            self._take_back_expired(connection)
            own = self._lease(connection, _FIRST_OF_BATCH, {"batch": batch_id, "kind": kind, "most": most})
            return [job for job, _ in own]

    def _take_back_expired(self, connection: Connection) -> None:
        """Not at every claim: once in a tenth of a lease is soon enough, and claims are many."""
        if time.monotonic() >= self._next_look:
            _take_back(connection)
            self._next_look = time.monotonic() + min(1.0, self.lease_seconds / 10)

    def _claim_in(self, connection: Connection, lane_class: LaneClass) -> Job | None:
        for lane in self._lanes_in_turn(connection, lane_class):
            which = {"lane_class": lane_class, "lane_unit": lane.lane_unit}
            # Empty if another worker has locked the lane's last job (PostgreSQL): on to the next lane.
            for job, pages in self._lease(connection, _FIRST_OF_LANE, which):
                connection.execute(_ADVANCE, {**which, "clock": lane.clock, "cost": pages})
                return job
        return None

    def _lanes_in_turn(self, connection: Connection, lane_class: LaneClass) -> Iterator[Row[Any]]:
        """Lanes with queued work: mostly the first will do, so all are read only then. Those at their cap last."""
        held_back = []
        for query in (_NEXT_LANES, _LANES_IN_TURN):
            found = connection.execute(query, {"lane_class": lane_class, "cap": self.unit_cap}).all()
            held_back = [lane for lane in found if lane.at_cap]
            yield from (lane for lane in found if not lane.at_cap)
            if not found:
                return
        yield from held_back

    def _lease(
        self, connection: Connection, chosen: Select[tuple[int]], which: Mapping[str, Any]
    ) -> list[tuple[Job, int]]:
        # Two statements: PostgreSQL may run a locking subquery more than once and lease too many.
        ids = connection.scalars(chosen, which).all()
        if not ids:
            return []
        lease = {"ids": ids, "by": self.worker, "seconds": self.lease_seconds}
        rows = connection.execute(_LEASE, lease)
        return sorted(((Job(*job), pages) for pages, *job in rows), key=lambda pair: pair[0].id)


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
