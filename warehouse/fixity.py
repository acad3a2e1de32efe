"""Verify: every original is there and unchanged, and the accounts agree. Nothing is ever deleted."""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, and_, func, not_, or_, select

from warehouse.audit import write_entry
from warehouse.database import Database
from warehouse.errors import Damaged
from warehouse.object_copy import booked
from warehouse.page_account import unaccounted_files
from warehouse.reasons import message
from warehouse.rights import Actor
from warehouse.store import CHUNK, Store
from warehouse.tables import files, former_parts, items, jobs, objects, pages, parts, records

Problem = dict[str, Any]


def verify_objects(database: Database, store: Store) -> Iterator[tuple[str, Problem | None]]:
    """Hash every booked object again; yields its hash, and what is wrong with it."""
    for some in booked(database):
        for kept in some:
            yield kept.sha256, object_problem(store, kept.sha256)


def orphans(database: Database, store: Store) -> Iterator[Problem]:
    """Objects in the store that nothing refers to: an import was cut off; they do no harm."""
    with database.read() as connection:
        booked = set(connection.scalars(select(objects.c.sha256)))
    for sha256 in store.walk():
        if sha256 not in booked:
            yield problem("orphan", sha256, "orphan_object", sha256=sha256)


def account_problems(connection: Connection, actor: Actor) -> list[Problem]:
    """Rows that contradict each other: files without records, records without pages or work."""
    write_entry(connection, actor, "verify", "site")
    found = []
    for kind, query in _CONTRADICTIONS.items():
        found += [problem("account", str(name), kind, object=name) for name in connection.scalars(query)]
    return found


def problem(kind: str, subject: str, reason: str, **detail: object) -> Problem:
    """One line of `verify`: what kind, which thing, and the sentence."""
    return {
        "kind": kind,
        "object": subject,
        "reason": reason,
        "message": message(reason, {name: str(value) for name, value in detail.items()}),
    }


def object_problem(store: Store, sha256: str) -> Problem | None:
    """What is wrong with the bytes of this hash."""
    try:
        with store.fetch(sha256) as path, path.open("rb") as stream:
            digest = hashlib.sha256()
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    except Damaged as error:
        return problem("object", sha256, error.reason, sha256=sha256)
    except OSError as error:
        return problem("object", sha256, "store_error", error=error)
    if digest.hexdigest() != sha256:
        return problem("object", sha256, "object_changed", sha256=sha256)
    return None


_has_work = select(jobs.c.id).where(jobs.c.file_id == files.c.id).exists()
_pages_kept = select(func.count()).where(pages.c.file_id == files.c.id).scalar_subquery()

_holds_secret = (
    select(parts.c.id)
    .join(records, records.c.id == parts.c.record_id)
    .where(parts.c.file_id == files.c.id, records.c.work == "quarantined")
    .exists()
)
"""Pages of quarantined papers stay unread."""

_CONTRADICTIONS = {
    "pages_unaccounted": unaccounted_files(),
    "file_without_record": select(files.c.sha256).where(
        files.c.state == "registered",
        not_(select(parts.c.id).where(parts.c.file_id == files.c.id).exists()),
        not_(select(former_parts.c.id).where(former_parts.c.file_id == files.c.id).exists()),
    ),
    "file_without_work": select(files.c.sha256).where(
        not_(_has_work),
        or_(
            files.c.state == "received",
            and_(files.c.state == "registered", _pages_kept < files.c.pages, not_(_holds_secret)),
        ),
    ),
    "record_without_work": select(records.c.public_id).where(
        records.c.work.in_(["registered", "reading"]),
        not_(
            select(jobs.c.id)
            .join(parts, parts.c.file_id == jobs.c.file_id)
            .where(parts.c.record_id == records.c.id)
            .exists()
        ),
    ),
    "item_without_file": select(items.c.path).where(
        items.c.outcome.in_(["stored", "duplicate"]), items.c.file_id.is_(None)
    ),
}
