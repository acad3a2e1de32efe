"""The exact account of a batch, as `import` and `batch show` print it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, case, distinct, func, select, union

from warehouse.audit import write_entry
from warehouse.errors import NotFound
from warehouse.page_account import page_account
from warehouse.reasons import message
from warehouse.rights import Actor, scope_of
from warehouse.suspicion import suspicion
from warehouse.tables import batches, former_parts, items, jobs, manifest_problems, parts, records, units

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
        "items": list(_items(connection, batch_id)),
        "manifest": list(_problems(connection, batch_id)),
    }


def batch_list(connection: Connection, actor: Actor) -> list[dict[str, Any]]:
    """Every batch the actor may see, newest first, without its items."""
    query = (
        _batches()
        .where(scope_of(actor, "figures").allows_unit(batches.c.unit_id))
        .order_by(batches.c.id.desc())
    )
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


def _items(connection: Connection, batch_id: int) -> Iterator[dict[str, Any]]:
    # A duplicate names the records that its bytes made before: they are the same unit's.
    # An item whose file was replaced names the record that it is a former scan of.
    held = union(*(select(those.c.file_id, those.c.record_id) for those in (parts, former_parts))).subquery()
    owners = select(held.c.file_id, records.c.public_id).join(records, records.c.id == held.c.record_id)
    of_batch = select(items.c.file_id).where(items.c.batch_id == batch_id, items.c.file_id.is_not(None))
    made: dict[int, list[str]] = {}
    for file_id, public_id in connection.execute(
        owners.where(held.c.file_id.in_(of_batch)).order_by(records.c.id)
    ):
        made.setdefault(file_id, []).append(public_id)
    for row in connection.execute(
        select(items).where(items.c.batch_id == batch_id).order_by(items.c.id)
    ).mappings():
        yield {
            "path": row["path"],
            "outcome": row["outcome"],
            "records": made.get(row["file_id"], []),
            "reason": row["reason"],
            "message": message(row["reason"], row["detail"]) if row["reason"] else None,
        }


def _problems(connection: Connection, batch_id: int) -> Iterator[dict[str, Any]]:
    query = (
        select(manifest_problems)
        .where(manifest_problems.c.batch_id == batch_id)
        .order_by(manifest_problems.c.id)
    )
    for row in connection.execute(query).mappings():
        shown = {name: row[name] for name in ("row", "path", "column", "value")}
        detail = {name: str(value) for name, value in shown.items() if value is not None}
        yield {
            **shown,
            "reason": row["reason"],
            "message": message(row["reason"], detail),
            "warning": row["warning"],
        }
