"""Following the chain of the audit log through the database: what was changed, removed, put in, put elsewhere.

Of a chain that contradicts itself the first wrong entry is named. Whoever can write to the database may also make
all hashes anew from some entry on, or cut off the end together with the head: then the log agrees with itself, and
only an anchor that lies elsewhere tells.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from warehouse.anchors import Anchor, kept_anchors
from warehouse.audit import found_by
from warehouse.chain import BEGINNING, Head, digest_of
from warehouse.chain_walk import Problem, Walk, problem
from warehouse.database import Database
from warehouse.errors import Damaged
from warehouse.sealing import head_of, seal_all
from warehouse.tables import audit

AT_ONCE = 5_000
"""Entries read in one transaction: sealed ones never change, so the pieces need not be of one moment."""

Sealed = Row[*tuple[Any, ...]]
Rows = Sequence[Sealed]


def check_log(database: Database, known: Iterable[Anchor]) -> dict[str, Any]:
    """Seal what waits, then follow the chain from its beginning to its first fault, and past all anchors.

    {"ok", "begin", "entries", "head", "anchor", "problems"}: `anchor` is the last one that the chain agrees
    with, or the one that shows the fault.
    """
    return _check(database, BEGINNING, known)


def check_newest(database: Database, most: int) -> dict[str, Any]:
    """The same for the newest entries alone, and those anchors among them that the database knows."""
    with database.read() as connection:
        known = kept_anchors(connection)
        first = max(head_of(connection).seq - most, 0)
        before = connection.execute(
            select(audit.c.seq, audit.c.hash).where(audit.c.seq == first)
        ).one_or_none()
    return _check(database, Head(*before) if before else BEGINNING, known)


def _check(database: Database, begin: Head, known: Iterable[Anchor]) -> dict[str, Any]:
    with suppress(Damaged):  # the chain is broken at its end: what follows says where
        seal_all(database)
    walk = Walk(begin, known)
    fault = _follow(walk, _pieces(database, begin))
    return {
        "ok": fault is None,
        "begin": begin._asdict(),
        "entries": walk.at.seq - begin.seq,
        "head": walk.at._asdict(),
        "anchor": walk.anchor,
        "problems": [fault] if fault else [],
    }


def _follow(walk: Walk, pieces: Iterable[tuple[Rows, Head]]) -> Problem | None:
    """To the end, or to the first fault."""
    head = walk.at
    for rows, head in pieces:  # noqa: B007  (the last one counts)
        for row in rows:
            if fault := _fault(walk, row):
                return fault
    if fault := walk.ends_too_early():
        return fault
    if head != walk.at:
        return problem("audit_head_wrong", min(head.seq, walk.at.seq) + 1, last=walk.at.seq, head=head.seq)
    return None


def _fault(walk: Walk, row: Sealed) -> Problem | None:
    expected = walk.at.seq + 1
    if row.seq != expected:
        reason = "audit_entry_missing" if row.seq > expected else "audit_entry_put_in"
        return problem(reason, min(row.seq, expected))
    contradiction = walk.on(digest_of(row.entry))
    if walk.at.hash != row.hash:
        return problem("audit_entry_changed", row.seq)
    if contradiction:
        return contradiction
    if tuple(row[3:]) != _columns(row.entry):
        return problem("audit_columns_changed", row.seq)
    return None


def _pieces(database: Database, begin: Head) -> Iterator[tuple[Rows, Head]]:
    """Sealed entries in order, and where the head stood when they were read."""
    nothing_before = audit.c.seq.is_not(None)  # numbers below 1, too: they were put in
    sealed = _ENTRIES.where(nothing_before if begin == BEGINNING else audit.c.seq > begin.seq)
    while True:
        with database.read() as connection:
            rows = connection.execute(sealed).all()
            head = head_of(connection)
        yield rows, head
        if len(rows) < AT_ONCE:
            return
        sealed = _ENTRIES.where(audit.c.seq > rows[-1].seq)


_ENTRIES = (
    select(
        audit.c.seq, audit.c.hash, audit.c.entry,
        audit.c.at, audit.c.actor, audit.c.unit_id, audit.c.action, audit.c.subject,
    )
    .order_by(audit.c.seq)
    .limit(AT_ONCE)
)  # fmt: skip


def _columns(text: str) -> tuple[object, ...]:
    """What the columns beside a text have to say."""
    entry = json.loads(text)
    return (
        datetime.fromisoformat(entry["at"]),
        found_by(entry["who"]),
        entry["unit"],
        found_by(entry["action"]),
        found_by(entry["subject"]),
    )
