"""Bring the index up to what the catalogue says now.

A change of a record leaves one row in the outbox, in the change's own transaction. The row goes only
after the index holds that revision or a later one on its disk, so a crash anywhere repeats work and
loses none.
"""

from collections.abc import Mapping

from sqlalchemy import bindparam, delete, select

from search.catalogue import read_records
from search.index import Index
from warehouse import leases
from warehouse.database import Database
from warehouse.tables import outbox

LEASE = "indexer"
LEASE_SECONDS = 120
BATCH = 200  # records a commit


def drain(database: Database, index: Index, holder: str) -> int:
    """Index changed records until none is left; how many. None if another process is at it.

    `holder` names this process in the lease.
    """
    done = 0
    with leases.held(database, LEASE, holder, LEASE_SECONDS) as mine:
        while mine and (indexed := _drain_batch(database, index)):
            done += indexed
            if not leases.take(database, LEASE, holder, LEASE_SECONDS):
                break
    return done


def _drain_batch(database: Database, index: Index) -> int:
    with database.read() as connection:
        oldest = select(outbox.c.record_id).order_by(outbox.c.changed_at).limit(BATCH)
        found = read_records(connection, connection.scalars(oldest).all())
    if found.revisions:
        index.apply(found.public_ids, found.documents)
        _settle(database, found.revisions)
    return len(found.revisions)


def _settle(database: Database, revisions: Mapping[int, int]) -> None:
    """Drop outbox rows, but not those of records that changed again meanwhile."""
    settled = delete(outbox).where(
        outbox.c.record_id == bindparam("record"), outbox.c.revision <= bindparam("indexed")
    )
    with database.write() as connection:
        connection.execute(
            settled, [{"record": record, "indexed": revision} for record, revision in revisions.items()]
        )
