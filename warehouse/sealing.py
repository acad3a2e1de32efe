"""The sealer: gives entries of the audit log their number and hash, in batches, at most a second behind.

Entries are chained in the order of their ids among those that are committed. On PostgreSQL a later id may be
there before an earlier one: then the earlier one follows in the next batch. What the chain keeps is the order of
sealing; none is left out and none sealed twice, because who seals holds the head's row until the batch is committed.
The lease is only there so that not all processes try at once. Nothing else writes the head.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, exists, select, update

from warehouse import leases
from warehouse.chain import BEGINNING, Head, digest_of, link
from warehouse.database import Database, upsert
from warehouse.errors import Damaged, KhosoError
from warehouse.tables import audit, audit_head

LEASE = "sealer"
LEASE_SECONDS = 2.0
SEAL_SECONDS = 0.5
AT_ONCE = 500
ALARM_SECONDS = 10.0
"""Entries that are unsealed for longer than this are an alarm: nobody seals, or somebody hinders it."""

_UNSEALED = audit.c.seq.is_(None)


@contextmanager
def sealing(database: Database, holder: str) -> Iterator[None]:
    """Seal from a thread while the block runs, if nobody else does, and once more at its end."""
    with leases.every(SEAL_SECONDS, lambda: seal_in_turn(database, holder)):
        yield
    with suppress(KhosoError):  # then the next one who seals does it
        seal_in_turn(database, holder)
        leases.release(database, LEASE, holder)


def seal_in_turn(database: Database, holder: str) -> int:
    """Seal what there is unless another process is at it; how many. Asks only to read while there is nothing."""
    with database.read() as connection:
        waiting = connection.scalar(select(exists().where(_UNSEALED)))
    if not waiting or leases.holder_of(database, LEASE) not in (None, holder):
        return 0
    sealed = 0
    while leases.take(database, LEASE, holder, LEASE_SECONDS) and (count := seal(database)):
        sealed += count
    return sealed


def seal_all(database: Database) -> Head:
    """Seal all that is committed now, whoever else is at it; where the chain ends then."""
    while seal(database):
        pass
    with database.read() as connection:
        return head_of(connection)


def seal(database: Database, most: int = AT_ONCE) -> int:
    """One batch; how many entries. It is on the disk before anybody can see it: an anchor may name it."""
    with database.write(durable=True) as connection:
        head = _lock_head(connection)
        waiting = select(audit.c.id, audit.c.entry).where(_UNSEALED).order_by(audit.c.id).limit(most)
        seals = []
        for row in connection.execute(waiting):
            head = link(head, digest_of(row.entry))
            seals.append({"row": row.id, "its_seq": head.seq, "its_hash": head.hash})
        if seals:
            connection.execute(_SEAL, seals)
            connection.execute(update(audit_head).values(seq=head.seq, hash=head.hash))
        return len(seals)


def head_of(connection: Connection) -> Head:
    """Where the chain ends."""
    row = connection.execute(select(audit_head.c.seq, audit_head.c.hash)).one_or_none()
    return Head(row.seq, row.hash) if row else BEGINNING


def unsealed_age(connection: Connection) -> float:
    """Seconds since the oldest unsealed entry was written; 0 if all are sealed."""
    oldest = select(audit.c.at).where(_UNSEALED).order_by(audit.c.id).limit(1)
    at = connection.scalar(oldest)
    return max(0.0, (datetime.now(UTC) - at).total_seconds()) if at else 0.0


_SEAL = (
    update(audit)
    .where(audit.c.id == bindparam("row"))
    .values(seq=bindparam("its_seq"), hash=bindparam("its_hash"))
)
_LAST = (
    select(audit.c.seq, audit.c.hash).where(audit.c.seq.is_not(None)).order_by(audit.c.seq.desc()).limit(1)
)


def _lock_head(connection: Connection) -> Head:
    """Nobody else seals until this transaction ends; what is read behind this line is what they left.

    Raises Damaged if the last entry is not the one that the head names: the chain goes on from no such place.
    """
    upsert(connection, audit_head, [{"id": 1, **BEGINNING._asdict()}], ["id"])
    connection.execute(select(audit_head.c.id).with_for_update())
    head = head_of(connection)
    last = connection.execute(_LAST).one_or_none() or BEGINNING
    if last != head:
        raise Damaged("audit_head_wrong", head=head.seq, last=last.seq)
    return head
