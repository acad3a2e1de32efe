"""Carry objects from one store into another. Both only grow, so this may run while the site works."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Row, func, select

from warehouse.database import Database, upsert
from warehouse.errors import Damaged
from warehouse.store import Store
from warehouse.tables import objects

LISTED_AT_ONCE = 1000
CARRIED_AT_ONCE = 8
"""Most of a copy is waiting for a disk or a server."""

Booked = Row[Any]
"""A row of `objects`: sha256, size, stored_at."""


def count_objects(database: Database) -> int:
    """How many the database names."""
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(objects)) or 0


def booked(database: Database) -> Iterator[Sequence[Booked]]:
    """All objects that the database names, in pieces; no transaction stays open meanwhile."""
    last = ""
    while True:
        with database.read() as connection:
            following = select(objects).where(objects.c.sha256 > last).order_by(objects.c.sha256)
            found = connection.execute(following.limit(LISTED_AT_ONCE)).all()
        if not found:
            return
        yield found
        last = found[-1].sha256


def carry_objects(
    database: Database,
    source: Store,
    target_database: Database,
    target: Store,
    advance: Callable[[int], object],
) -> tuple[int, list[str]]:
    """Carry what `database` names and the target's database does not yet; book it there.

    Returns how many were carried, and the hashes of those that the source no longer has as they were.
    """
    carried, missing = 0, list[str]()
    for some in booked(database):
        new = _unknown(target_database, some)
        lost = carry(source, target, new)
        there = [dict(row._mapping) for row in new if row.sha256 not in lost]
        with target_database.write() as connection:
            upsert(connection, objects, there, ["sha256"])
        carried += len(there)
        missing += lost
        advance(len(some))
    return carried, missing


def carry(source: Store, target: Store, some: Sequence[Booked]) -> list[str]:
    """Carry these objects, several at a time; the hashes of those that the source no longer has as they were."""
    with ThreadPoolExecutor(CARRIED_AT_ONCE) as pool:
        there = pool.map(lambda row: _carry_one(source, target, row.sha256, row.size), some)
        return [row.sha256 for row, is_there in zip(some, there, strict=True) if not is_there]


def _carry_one(source: Store, target: Store, sha256: str, size: int) -> bool:
    if target.size(sha256) == size:
        return True
    try:
        with source.fetch(sha256) as path, path.open("rb") as stream:
            spooled = target.spool(stream)
    except (Damaged, OSError):
        return False
    if spooled.sha256 != sha256:
        target.discard(spooled)
        return False
    target.put(spooled)
    return True


def _unknown(target: Database, some: Sequence[Booked]) -> list[Booked]:
    hashes = [row.sha256 for row in some]
    with target.read() as connection:
        known = set(connection.scalars(select(objects.c.sha256).where(objects.c.sha256.in_(hashes))))
    return [row for row in some if row.sha256 not in known]
