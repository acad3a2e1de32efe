"""Fill an empty site from another database and store, and prove that it holds the same.

What a stop leaves behind is gone on with; until all is proved the site is unusable.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, exists, select

from ingest.services import Services, make_tables, open_engines
from search.query import Query
from search.rebuild import reindex
from warehouse import leases, standing
from warehouse.codes.dates import today
from warehouse.database import Database
from warehouse.errors import Busy, Conflict, KhosoError
from warehouse.leases import every
from warehouse.object_copy import carry_objects, count_objects
from warehouse.rights import Scope
from warehouse.settings import Settings
from warehouse.store import Store
from warehouse.table_copy import copied_tables, copy_tables, count_rows, prove_equal
from warehouse.tables import units
from warehouse.terminal import progress_bar

LEASE = "filling"
LEASE_SECONDS = 20.0
POLL_SECONDS = 0.5
_ANYTHING = Query((), today(), limit=0)


@contextmanager
def being_filled(settings: Settings, origin: str) -> Iterator[Services]:
    """An empty site, or one whose filling from `origin` was cut off, held for this process.

    Raises Conflict if there is anything else in it, Busy while another process fills it.
    """
    make_tables(settings).close()
    target = open_engines(settings)
    with target.database.write(durable=True) as connection:
        if standing.begin_filling(connection, origin):
            _require_empty(connection, target.database.address)
    if not within(LEASE_SECONDS, lambda: _hold(target)):
        raise Busy("filling_busy", where=target.database.address)
    try:
        leases.take_over(target.database, LEASE)
        target.index.search(_ANYTHING, Scope(everything=True))  # is it there? rows may take an hour
        with every(LEASE_SECONDS / 4, lambda: _hold(target)):
            yield target
    finally:
        with suppress(KhosoError):  # then the lease runs out
            leases.release(target.database, LEASE, target.process)
        target.index.close()
        target.database.close()


def carry_into(target: Services, database: Database, store: Store) -> tuple[int, list[str]]:
    """Copy the objects that `database` names and the target lacks; how many, and those the source has lost."""
    with progress_bar(count_objects(database), "Chép tệp / objects") as bar:
        return carry_objects(database, store, target.database, target.store, bar.update)


def copy_into(target: Services, database: Database) -> int:
    """Copy all rows as they are now, prove them, build the index; how many rows."""
    with database.read() as connection, progress_bar(count_rows(connection), "Chép dữ liệu / rows") as bar:
        digests = copy_tables(connection, target.database, bar.update)
    prove_equal(digests, target.database)
    with progress_bar(digests["records"]["rows"], "Lập chỉ mục / indexing") as bar:
        reindex(target.database, target.index, target.process, bar.update)
    return sum(digest["rows"] for digest in digests.values())


def within(seconds: float, act: Callable[[], bool]) -> bool:
    """Try again and again for so long: the lease of a process that was killed runs out."""
    end = time.monotonic() + seconds + POLL_SECONDS
    while not (done := act()) and time.monotonic() < end:
        time.sleep(POLL_SECONDS)
    return done


def _hold(target: Services) -> bool:
    return leases.take(target.database, LEASE, target.process, LEASE_SECONDS)


def _require_empty(connection: Connection, where: str) -> None:
    """Units come with `khoso init`; anything else was handed in by somebody."""
    for table in copied_tables():
        if table is not units and connection.scalar(select(exists().select_from(table))):
            raise Conflict("target_not_empty", where=where, table=table.name)
