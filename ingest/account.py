"""The exact account of a batch, as `import` and `batch show` print it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, case, distinct, func, select

from ingest.batch_rows import items_of, problems_of
from warehouse.audit import write_entry
from warehouse.errors import NotFound
from warehouse.keyset import behind
from warehouse.page_account import page_account
from warehouse.rights import Actor, require, scope_of
from warehouse.suspicion import suspicion
from warehouse.tables import batches, items, jobs, parts, records, units

APART = ("metadata_only", "quarantined")
"""Records that are never read as they are: counted by themselves."""

READ_STATES = ("needs_review", "ready", "approved", "returned", "withdrawn")


def batch_account(connection: Connection, actor: Actor, batch_id: int) -> dict[str, Any]:
    """All of one batch: counts, reading, items with their records, and what was wrong in its list."""
    batch = _batch(connection, actor, batch_id)
    write_entry(connection, actor, "view", f"batch {batch_id}")
    return {
        **_summary(connection, batch),
        "suspect": _suspicion(connection, batch),
        "items": [item for _, item in items_of(connection, actor, batch_id)],
        "manifest": [problem for _, problem in problems_of(connection, actor, batch_id)],
    }


def batch_figures(connection: Connection, actor: Actor, batch_id: int) -> dict[str, Any]:
    """The same without the items and what was wrong in the list: counts, and whether the list is suspect."""
    batch = _batch(connection, actor, batch_id)
    return {**_summary(connection, batch), "suspect": _suspicion(connection, batch)}


def batch_list(
    connection: Connection, actor: Actor, after: Sequence[object] | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """Every batch the actor may see, newest first, without its items.

    With a limit: those behind the batch `after`, and one more if the list goes on.
    """
    require(actor, "figures")
    query = _batches().where(scope_of(actor, "figures").allows_unit(batches.c.unit_id))
    if limit is None:
        query = query.order_by(batches.c.id.desc())
    else:
        query = behind(query, [batches.c.id], after, limit, newest_first=True)
    return [_summary(connection, row) for row in connection.execute(query).mappings()]


def files_of(batch_id: int) -> Select[tuple[int]]:
    """The ids of the files that a batch's items brought or found."""
    return select(items.c.file_id).where(items.c.batch_id == batch_id, items.c.file_id.is_not(None))


def _batches() -> Any:
    return select(
        batches.c.id,
        batches.c.source,
        batches.c.manner,
        batches.c.created_at,
        batches.c.confirmed_at,
        units.c.code.label("unit"),
    ).join(units, units.c.id == batches.c.unit_id)


def _batch(connection: Connection, actor: Actor, batch_id: int) -> RowMapping:
    query = _batches().where(
        batches.c.id == batch_id, scope_of(actor, "figures").allows_unit(batches.c.unit_id)
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("unknown_batch", batch=batch_id)
    return row


def _summary(connection: Connection, batch: RowMapping) -> dict[str, Any]:
    outcomes = (
        select(items.c.outcome, func.count().label("number"))
        .where(items.c.batch_id == batch["id"])
        .group_by(items.c.outcome)
    )
    counts = {row.outcome: row.number for row in connection.execute(outcomes)}
    return {
        "batch": batch["id"],
        "unit": batch["unit"],
        "source": batch["source"],
        "manner": batch["manner"],
        "created_at": batch["created_at"].isoformat(timespec="seconds"),
        "files": sum(counts.values()),
        **{name: counts.get(name, 0) for name in ("stored", "duplicate", "rejected", "waiting")},
        "stuck": _stuck_items(connection, batch["id"]),
        "reading": _reading(connection, batch["id"]),
        **_apart(connection, batch["id"]),
        "pages": page_account(connection, batch["id"]),
    }


def _stuck_items(connection: Connection, batch_id: int) -> int:
    """Waiting items whose triage gave up."""
    dead = select(jobs.c.file_id).where(jobs.c.kind == "triage", jobs.c.state == "dead")
    query = select(func.count()).where(
        items.c.batch_id == batch_id, items.c.outcome == "waiting", items.c.file_id.in_(dead)
    )
    return int(connection.scalar(query) or 0)


def _reading(connection: Connection, batch_id: int) -> dict[str, int]:
    """Records read, waiting and stuck; a record is stuck while a job of one of its files is dead."""
    dead = select(jobs.c.file_id).where(jobs.c.kind.in_(["read", "file"]), jobs.c.state == "dead")
    stuck = records.c.id.in_(select(parts.c.record_id).where(parts.c.file_id.in_(dead)))
    query = select(
        func.count(distinct(records.c.id)).label("records"),
        func.count(distinct(case((stuck, records.c.id)))).label("stuck"),
        func.count(distinct(case((~stuck & records.c.work.in_(READ_STATES), records.c.id)))).label("read"),
    ).where(records.c.batch_id == batch_id, records.c.work.not_in(APART))
    row = connection.execute(query).one()
    return {
        "records": row.records,
        "read": row.read,
        "waiting": row.records - row.read - row.stuck,
        "stuck": row.stuck,
    }


def _suspicion(connection: Connection, batch: RowMapping) -> dict[str, Any] | None:
    found = suspicion(connection, batch["id"])
    return {**found.as_json(), "confirmed": batch["confirmed_at"] is not None} if found else None


def _apart(connection: Connection, batch_id: int) -> dict[str, int]:
    query = (
        select(records.c.work, func.count())
        .where(records.c.batch_id == batch_id, records.c.work.in_(APART))
        .group_by(records.c.work)
    )
    counts: dict[str, int] = dict(connection.execute(query).all())
    return {name: counts.get(name, 0) for name in APART}
