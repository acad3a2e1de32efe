"""The state of the queue: what waits in each lane, how fast pages are read, which jobs gave up."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, case, cast, func, select

from warehouse.database import bytewise, database_now
from warehouse.reasons import message
from warehouse.rights import Actor, Scope, require, scope_of
from warehouse.tables import files, jobs, pages, units

RATE_MINUTES = 5


def queue_status(connection: Connection, actor: Actor) -> dict[str, Any]:
    """Lanes by unit, class and kind; seconds the oldest queued job has waited; pages a minute; dead jobs.

    Lanes and dead jobs are those of the units whose figures the actor may see; the rest is the site's.
    """
    require(actor, "figures")
    scope = scope_of(actor, "figures")
    return {
        "lanes": _lanes(connection, scope),
        "oldest_waiting_s": _oldest_waiting(connection),
        "pages_per_min": _pages_per_minute(connection),
        "dead": _dead(connection, scope),
    }


def _lanes(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    waiting = func.sum(case((jobs.c.state.in_(["queued", "blocked"]), 1), else_=0))
    running = func.sum(case((jobs.c.state == "running", 1), else_=0))
    query = (
        select(units.c.code, jobs.c["class"], jobs.c.kind, waiting, running)
        .join(units, units.c.id == cast(jobs.c.unit, Integer))
        .where(jobs.c.state != "dead", scope.allows_unit(units.c.id))
        .group_by(units.c.code, jobs.c["class"], jobs.c.kind)
        .order_by(bytewise(units.c.code), bytewise(jobs.c["class"]), bytewise(jobs.c.kind))
    )
    names = ("unit", "class", "kind", "queued", "running")
    return [dict(zip(names, row, strict=True)) for row in connection.execute(query)]


def _oldest_waiting(connection: Connection) -> int:
    oldest = select(func.min(jobs.c.queued_at)).where(jobs.c.state == "queued").scalar_subquery()
    return round(connection.scalar(select(func.coalesce(database_now() - oldest, 0.0))) or 0)


def _pages_per_minute(connection: Connection) -> float:
    since = datetime.now(UTC) - timedelta(minutes=RATE_MINUTES)
    read = connection.scalar(select(func.count()).where(pages.c.read_at >= since)) or 0
    return round(read / RATE_MINUTES, 1)


def _dead(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    query = (
        select(jobs.c.id, files.c.sha256, jobs.c.kind, jobs.c.reason, jobs.c.detail)
        .join(files, files.c.id == jobs.c.file_id)
        .where(jobs.c.state == "dead", scope.allows_unit(files.c.unit_id))
        .order_by(jobs.c.id)
    )
    return [
        {
            "job": row.id,
            "file": row.sha256,
            "kind": row.kind,
            "reason": row.reason,
            "message": message(row.reason, row.detail),
        }
        for row in connection.execute(query)
    ]
