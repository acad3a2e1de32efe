"""Bring the index up to what the catalogue says now.

A change of a record leaves one row in the outbox, in the change's own transaction. The row goes only
after the index holds that revision or a later one on its disk, so a crash anywhere repeats work and
loses none.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import delete, select

from search.catalogue import read_records
from search.index import Index
from warehouse import leases
from warehouse.database import Database, upsert
from warehouse.tables import outbox, records

log = logging.getLogger(__name__)

LEASE = "indexer"
LEASE_SECONDS = 30  # a killed process keeps the others from indexing no longer
BATCH = 500  # records a commit
REFUSED = 0
"""The outbox's revision of a record that the index would not take: it waits for a change or a rebuild."""


def drain(database: Database, index: Index, holder: str) -> int:
    """Index changed records until none is left; how many it went through. None if another process is at it.

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
        waiting = select(outbox.c.record_id).where(outbox.c.revision != REFUSED)
        oldest = waiting.order_by(outbox.c.changed_at).limit(BATCH)
        found = read_records(connection, connection.scalars(oldest).all())
    if found.revisions:
        refused = index.apply(found.public_ids, found.documents)
        settle(database, found.revisions, refused)
    return len(found.revisions)


def is_behind(database: Database) -> bool:
    """Whether a change waits for the index."""
    with database.read() as connection:
        waiting = select(outbox.c.record_id).where(outbox.c.revision != REFUSED).limit(1)
        return connection.scalar(waiting) is not None


def settle(database: Database, given: Mapping[int, int], refused: Mapping[str, str]) -> None:
    """Empty the outbox of these records (row id: revision given to the index), but not of changed ones.

    It asks the records and not the outbox: if our lease ran out meanwhile, another process may have
    indexed a later revision, and ours has just taken its place. `refused` (public id: reason) are those
    of them that the index would not take.
    """
    with database.write() as connection:
        theirs = outbox.c.record_id.in_(given)
        # in the order in which changes are told (registry.touch): two that lock rows crosswise would deadlock
        in_order = select(outbox.c.record_id).where(theirs).order_by(outbox.c.record_id)
        connection.execute(in_order.with_for_update())
        connection.execute(delete(outbox).where(theirs))
        now = select(records.c.id, records.c.public_id, records.c.revision).where(records.c.id.in_(given))
        rows = []
        for row in connection.execute(now):
            if row.revision != given[row.id]:
                rows.append(_outbox_row(row.id, row.revision))
            elif row.public_id in refused:
                log.warning("record %s is not indexed: %s", row.public_id, refused[row.public_id])
                rows.append(_outbox_row(row.id, REFUSED))
        upsert(connection, outbox, rows, ["record_id"])


def ask_for_later(database: Database, last: int) -> None:
    """Put all records behind this row id into the outbox: a rebuild read none of them.

    If its lease ran out, another process has told them to the generation that the rebuild has replaced.
    """
    with database.write() as connection:
        later = select(records.c.id, records.c.revision).where(records.c.id > last).order_by(records.c.id)
        upsert(connection, outbox, [_outbox_row(*row) for row in connection.execute(later)], ["record_id"])


def _outbox_row(record_id: int, revision: int) -> dict[str, object]:
    return {"record_id": record_id, "revision": revision, "changed_at": datetime.now(UTC)}
