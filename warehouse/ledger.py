"""The ledger: claims of work, shared fairly between units.

A claim leases one job to a worker; a lease that ran out is taken back by the next claim, whoever
makes it. Fairness is start-time fair queueing over lanes (unit, class): the lane with queued work and
the least max(vtime, clock) goes first, clock being the greatest start of its class.
"""

from sqlalchemy import Connection, Select, and_, case, exists, func, literal, select, update

from warehouse.database import Database, database_now
from warehouse.jobs import Job, Kind, LaneClass, bury, job_of
from warehouse.tables import jobs, lanes

MAX_LOST = 10
BULK_FIRST_EVERY = 5


class Ledger:
    """Claims for one worker. `unit_cap`: running jobs a unit may have while another unit has work."""

    def __init__(self, database: Database, worker: str, lease_seconds: float, unit_cap: int) -> None:
        self.database = database
        self.worker = worker
        self.lease_seconds = lease_seconds
        self.unit_cap = unit_cap
        self._claims = 0

    def claim(self) -> Job | None:
        """Lease the next job by fairness, or None when nothing is queued."""
        self._claims += 1
        classes: list[LaneClass] = ["interactive", "bulk"]
        if self._claims % BULK_FIRST_EVERY == 0:
            classes.reverse()
        with self.database.write() as connection:
            _take_back_expired(connection)
            for lane_class in classes:
                lane = connection.execute(_next_lane(lane_class, self.unit_cap)).one_or_none()
                if lane is None:
                    continue
                queued = select(jobs.c.id).where(
                    jobs.c.state == "queued", jobs.c["class"] == lane_class, jobs.c.unit == lane.unit
                )
                claimed = self._lease(connection, queued, 1)
                if claimed:
                    _advance(
                        connection,
                        lane_class,
                        lane.unit,
                        lane.begin + claimed[0][1] / lane.weight,
                        lane.begin,
                    )
                    return claimed[0][0]
        return None

    def claim_own(self, batch_id: int, kind: Kind, most: int) -> list[Job]:
        """Lease jobs of one's own batch: an importer triages with its own hands, taking no lane's turn."""
        queued = select(jobs.c.id).where(
            jobs.c.batch_id == batch_id, jobs.c.kind == kind, jobs.c.state == "queued"
        )
        with self.database.write() as connection:
            _take_back_expired(connection)
            return [job for job, _ in self._lease(connection, queued, most)]

    def _lease(self, connection: Connection, queued: Select[tuple[int]], most: int) -> list[tuple[Job, int]]:
        chosen = queued.order_by(jobs.c.rank, jobs.c.id).limit(most).with_for_update(skip_locked=True)
        rows = connection.execute(
            update(jobs)
            .where(jobs.c.id.in_(chosen.scalar_subquery()))
            .values(
                state="running",
                attempt=jobs.c.attempt + 1,
                worker=self.worker,
                lease_until=database_now() + self.lease_seconds,
            )
            .returning(jobs)
        ).mappings()
        return sorted(((job_of(row), row["pages"]) for row in rows), key=lambda pair: pair[0].id)


def _next_lane(lane_class: LaneClass, cap: int) -> Select[tuple[str, float, float]]:
    """The lane whose turn it is: (unit, weight, its virtual start)."""
    clock = (
        select(func.coalesce(func.max(lanes.c.start), 0.0)).where(lanes.c["class"] == lane_class)
    ).scalar_subquery()
    begin = case((lanes.c.vtime > clock, lanes.c.vtime), else_=clock)
    here = and_(jobs.c["class"] == lanes.c["class"], jobs.c.unit == lanes.c.unit)
    running = select(func.count()).where(here, jobs.c.state == "running").scalar_subquery()
    return (
        select(lanes.c.unit, lanes.c.weight, begin.label("begin"))
        .where(lanes.c["class"] == lane_class, exists().where(here, jobs.c.state == "queued"))
        .order_by(running >= literal(cap), begin, lanes.c.vtime, lanes.c.unit)
        .limit(1)
    )


def _advance(connection: Connection, lane_class: LaneClass, unit: str, start: float, cost: float) -> None:
    connection.execute(
        update(lanes)
        .where(lanes.c["class"] == lane_class, lanes.c.unit == unit)
        .values(start=start, vtime=start + cost)
    )


def _take_back_expired(connection: Connection) -> None:
    expired = connection.execute(
        update(jobs)
        .where(jobs.c.state == "running", jobs.c.lease_until < database_now())
        .values(state="queued", lost=jobs.c.lost + 1)
        .returning(jobs.c.id, jobs.c.lost, jobs.c.filing_id)
    ).all()
    for row in expired:
        if row.lost >= MAX_LOST:
            connection.execute(
                update(jobs)
                .where(jobs.c.id == row.id)
                .values(reason="lease_lost", detail={"count": str(row.lost)})
            )
            bury(connection, row.id, row.filing_id)
