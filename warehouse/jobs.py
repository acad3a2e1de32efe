"""Jobs: rows of work that is left. Every function runs inside the caller's transaction.

A worker writes for a job only after `fence` or `finish`: (id, attempt, running) still matches, or it must stop.
A finished job's row is deleted; a dead one keeps its reason and can be retried.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from sqlalchemy import (
    Connection,
    Float,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from warehouse.database import database_now, note_queued, upsert
from warehouse.errors import KhosoError
from warehouse.tables import jobs, lanes

Kind = Literal["triage", "read", "file"]
LaneClass = Literal["interactive", "bulk"]

MAX_FAILURES = 3

# Statements of every job's life are built once: building one takes longer than running it.
_QUEUE = insert(jobs).values(queued_at=database_now()).returning(jobs.c.id, sort_by_parameter_order=True)
_RENEW = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.attempt == bindparam("held"), jobs.c.state == "running")
    .values(lease_until=database_now() + bindparam("seconds", type_=Float))
)
_FINISH = (
    delete(jobs)
    .where(
        tuple_(jobs.c.id, jobs.c.attempt).in_(bindparam("held", expanding=True)), jobs.c.state == "running"
    )
    .returning(jobs.c.filing_id)
)
# Counted down in one statement: counting what is left instead loses filings on PostgreSQL.
_ONE_LESS = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"))
    .values(
        remaining=jobs.c.remaining - 1,
        state=case((jobs.c.remaining == 1, "queued"), else_=jobs.c.state),
        queued_at=database_now(),  # while it is blocked nobody looks at this
    )
)


class LostLease(Exception):
    """The job is no longer this worker's: roll back and stop. Never shown to a user."""


@dataclass(frozen=True, slots=True)
class Job:
    """One leased piece of work. (id, attempt) is the fence."""

    id: int
    attempt: int
    kind: Kind
    unit: str
    file_id: int
    batch_id: int | None
    page_from: int | None
    page_to: int | None


JOB_COLUMNS = [jobs.c[field.name] for field in fields(Job)]


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work to be queued. `rank` orders jobs inside a lane, `pages` is what it costs the lane."""

    kind: Kind
    unit: str
    file_id: int
    rank: int
    lane_class: LaneClass = "bulk"
    pages: int = 1
    batch_id: int | None = None
    page_from: int | None = None
    page_to: int | None = None
    filing_id: int | None = None
    remaining: int = 0


def enqueue(connection: Connection, new: Sequence[NewJob]) -> list[int]:
    """Queue jobs in the caller's transaction; one that waits for others starts as blocked."""
    if not new:
        return []
    rows = [
        {"unit": unit, "class": lane_class, "start": 0.0, "vtime": 0.0, "weight": 1.0}
        for unit, lane_class in sorted({(job.unit, job.lane_class) for job in new})
    ]
    upsert(connection, lanes, rows, ["unit", "class"])
    note_queued(connection)
    return list(connection.scalars(_QUEUE, [_row(job) for job in new]))


def _row(job: NewJob) -> dict[str, object]:
    return {
        "kind": job.kind,
        "unit": job.unit,
        "class": job.lane_class,
        "rank": job.rank,
        "pages": job.pages,
        "batch_id": job.batch_id,
        "file_id": job.file_id,
        "page_from": job.page_from,
        "page_to": job.page_to,
        "filing_id": job.filing_id,
        "remaining": job.remaining,
        "state": "blocked" if job.remaining else "queued",
        "attempt": 0,
        "failures": 0,
        "lost": 0,
    }


def fence(connection: Connection, job: Job, lease_seconds: float) -> None:
    """Renew the lease, or raise LostLease: call first in a transaction written for a job that goes on."""
    held = {"job": job.id, "held": job.attempt, "seconds": lease_seconds}
    if connection.execute(_RENEW, held).rowcount != 1:
        raise LostLease


def finish(connection: Connection, done: Sequence[Job]) -> None:
    """Their rows go, and who waited for them may start; or raise LostLease. Takes the place of `fence`."""
    waiting = connection.scalars(_FINISH, {"held": [(job.id, job.attempt) for job in done]}).all()
    if len(waiting) != len(done):
        raise LostLease
    for filing_id in waiting:
        _one_less(connection, filing_id)


def fail(connection: Connection, job: Job, error: KhosoError) -> None:
    """A step raised: try again later, or bury the job after its third failure. Call after `fence`."""
    again = {"state": "queued", "lease_until": None, "reason": error.reason, "detail": error.detail}
    row = connection.execute(
        update(jobs)
        .where(jobs.c.id == job.id)
        .values(failures=jobs.c.failures + 1, **again)
        .returning(jobs.c.failures, jobs.c.filing_id)
    ).one()
    if row.failures >= MAX_FAILURES:
        bury(connection, job.id, row.filing_id)


def give_back(connection: Connection, job: Job) -> None:
    """A worker that stops in good order returns its job unharmed. Call after `fence`."""
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(state="queued", lease_until=None))


def adopt(connection: Connection, kind: Kind, file_ids: Sequence[int], batch_id: int) -> None:
    """Queued jobs of these files pass to a batch whose importer is at work: theirs may be gone."""
    mine = jobs.c.file_id.in_(file_ids) & (jobs.c.kind == kind) & (jobs.c.state == "queued")
    connection.execute(update(jobs).where(mine).values(batch_id=batch_id))


def retry_dead(connection: Connection, of_files: Select[Any]) -> int:
    """Queue dead jobs of these files (a query of ids) again; filing waits for its ranges once more."""
    revived = connection.execute(
        update(jobs)
        .where(jobs.c.file_id.in_(of_files), jobs.c.state == "dead")
        .values(state="queued", failures=0, lost=0, reason=None, detail=None)
        .returning(jobs)
    ).mappings()
    found = revived.all()
    note_queued(connection)
    for row in found:
        if row["kind"] == "read":
            filing_id = _filing_for(connection, row)
            connection.execute(update(jobs).where(jobs.c.id == row["id"]).values(filing_id=filing_id))
    return len(found)


def _filing_for(connection: Connection, read: RowMapping) -> int:
    """The filing job of a range's file, blocked for one range more; made anew if the former one has run."""
    waits = and_(
        jobs.c.file_id == read["file_id"], jobs.c.kind == "file", jobs.c.state.in_(["blocked", "queued"])
    )
    first = select(func.min(jobs.c.id)).where(waits).scalar_subquery()
    filing_id: int | None = connection.scalar(
        update(jobs)
        .where(jobs.c.id == first, waits)
        .values(remaining=jobs.c.remaining + 1, state="blocked")
        .returning(jobs.c.id)
    )
    if filing_id is not None:
        return filing_id
    again = NewJob(
        "file", read["unit"], read["file_id"], 1, read["class"], batch_id=read["batch_id"], remaining=1
    )
    return enqueue(connection, [again])[0]


def bury(connection: Connection, job_id: int, filing_id: int | None) -> None:
    """Give up on a job: its row stays with the reason, and who waited for it may start."""
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(state="dead", lease_until=None))
    _one_less(connection, filing_id)


def _one_less(connection: Connection, filing_id: int | None) -> None:
    if filing_id is not None:
        connection.execute(_ONE_LESS, {"job": filing_id})
