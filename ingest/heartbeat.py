"""Signs of life: who works now, and leases that are renewed while a step takes its time."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import delete, func, select, update

from warehouse.database import Database, database_now, upsert
from warehouse.errors import Unavailable
from warehouse.leases import every
from warehouse.tables import jobs, leases, workers


@contextmanager
def announced(database: Database, name: str, seconds: float, role: str = "worker") -> Iterator[None]:
    """Stand in the list of who works; an entry that is not renewed for `seconds` counts as dead."""

    def renew() -> None:
        with database.write() as connection:
            upsert(connection, workers, [{"name": name, "role": role, "beat_until": 0.0}], ["name"])
            until = database_now() + seconds
            connection.execute(update(workers).where(workers.c.name == name).values(beat_until=until))

    renew()
    with every(seconds / 4, renew):
        try:
            yield
        finally:
            with suppress(Unavailable), database.write() as connection:  # then its entry runs out
                connection.execute(delete(workers).where(workers.c.name == name))


def living_workers(database: Database) -> int:
    """How many workers gave a sign of life lately."""
    with database.read() as connection:
        living = select(func.count()).where(workers.c.beat_until > database_now(), workers.c.role == "worker")
        return int(connection.scalar(living) or 0)


def at_work(database: Database) -> list[str]:
    """Processes that gave a sign of life lately or hold something, by name: workers, imports, the index's."""
    alive = select(workers.c.name).where(workers.c.beat_until > database_now())
    busy = select(jobs.c.worker).where(jobs.c.state == "running", jobs.c.lease_until > database_now())
    holding = select(leases.c.holder).where(leases.c.until > database_now())
    with database.read() as connection:
        return sorted({str(name) for query in (alive, busy, holding) for name in connection.scalars(query)})
