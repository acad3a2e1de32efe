"""Named leases in SQL: one holder at a time does a thing; a dead holder's lease runs out."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy import delete, or_, select, update

from warehouse.database import Database, database_now, upsert
from warehouse.errors import KhosoError
from warehouse.tables import leases

log = logging.getLogger(__name__)


def take(database: Database, name: str, holder: str, seconds: float) -> bool:
    """Take or renew the lease; False if somebody else holds it."""
    with database.write() as connection:
        row = {"name": name, "holder": "", "until": 0.0}
        upsert(connection, leases, [row], ["name"])
        taken = connection.execute(
            update(leases)
            .where(leases.c.name == name)
            .where(or_(leases.c.holder == holder, leases.c.until < database_now()))
            .values(holder=holder, until=database_now() + seconds)
        )
        return taken.rowcount == 1


def release(database: Database, name: str, holder: str) -> None:
    """Give the lease back if it is still ours."""
    with database.write() as connection:
        connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))


def take_over(database: Database, name: str) -> None:
    """Who holds this lease is alone in the database: whatever others held is theirs no more."""
    with database.write() as connection:
        connection.execute(delete(leases).where(leases.c.name != name))


@contextmanager
def held(database: Database, name: str, holder: str, seconds: float) -> Iterator[bool]:
    """Hold the lease for a block; yields False when it was not to be had."""
    got = take(database, name, holder, seconds)
    try:
        yield got
    finally:
        if got:
            release(database, name, holder)


@contextmanager
def every(seconds: float, act: Callable[[], object]) -> Iterator[None]:
    """Do something again and again in a thread of its own while the block runs.

    What fails is tried again; the log hears of the first failure of a row.
    """
    ended = Event()

    def beat() -> None:
        failing = False
        while not ended.wait(seconds):
            try:
                act()
                failing = False
            except KhosoError as error:
                if not failing:
                    log.warning("could not be done, will be tried again: %s", error)
                failing = True

    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def holder_of(database: Database, name: str) -> str | None:
    """Who holds the lease now."""
    with database.read() as connection:
        query = select(leases.c.holder).where(leases.c.name == name, leases.c.until >= database_now())
        holder: str | None = connection.scalar(query)
        return holder
