"""Bring the index up to what the catalogue says now.

A change of a record leaves one row in the outbox, in the change's own transaction. The row goes only
after the index holds that revision or a later one on its disk, so a crash anywhere repeats work and
loses none.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import delete, select

from search.catalogue import read_records
from search.index import Index
from warehouse import leases
from warehouse.database import Database, upsert
from warehouse.tables import outbox, records

LEASE = "indexer"
LEASE_SECONDS = 30  # a killed process keeps the others from indexing no longer
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
        settle(database, found.revisions)
    return len(found.revisions)


def settle(database: Database, indexed: Mapping[int, int]) -> None:
    """Empty the outbox of these records (row id: revision that the index holds), but not of changed ones.

    It asks the records and not the outbox: if our lease ran out meanwhile, another process may have
    indexed a later revision, and ours has just taken its place.
    """
    with database.write() as connection:
        theirs = outbox.c.record_id.in_(indexed)
        # in the order in which changes are told (registry.touch): two that lock rows crosswise would deadlock
        in_order = select(outbox.c.record_id).where(theirs).order_by(outbox.c.record_id)
        connection.execute(in_order.with_for_update())
        connection.execute(delete(outbox).where(theirs))
        now = select(records.c.id, records.c.revision).where(records.c.id.in_(indexed))
        changed = [row for row in connection.execute(now) if row.revision != indexed[row.id]]
        rows = [
            {"record_id": row.id, "revision": row.revision, "changed_at": datetime.now(UTC)}
            for row in changed
        ]
        upsert(connection, outbox, rows, ["record_id"])
