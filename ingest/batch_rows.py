"""The rows of a batch's account: its items with their records, and what was wrong in its list."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select, union

from warehouse.reasons import message
from warehouse.tables import former_parts, items, manifest_problems, parts, records


def items_of(
    connection: Connection, batch_id: int, after: int = 0, limit: int | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Items with their row ids, in the order in which they were found; those behind `after`."""
    query = select(items).where(items.c.batch_id == batch_id, items.c.id > after)
    rows = connection.execute(query.order_by(items.c.id).limit(limit)).mappings().all()
    made = _made(connection, batch_id, after, rows[-1]["id"]) if rows else {}
    for row in rows:
        yield (
            row["id"],
            {
                "path": row["path"],
                "outcome": row["outcome"],
                "records": made.get(row["file_id"], []),
                "reason": row["reason"],
                "message": message(row["reason"], row["detail"]) if row["reason"] else None,
            },
        )


def problems_of(
    connection: Connection, batch_id: int, after: int = 0, limit: int | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """What was wrong with rows, cells and paths of the list, with row ids; those behind `after`."""
    query = select(manifest_problems).where(
        manifest_problems.c.batch_id == batch_id, manifest_problems.c.id > after
    )
    for row in connection.execute(query.order_by(manifest_problems.c.id).limit(limit)).mappings():
        shown = {name: row[name] for name in ("row", "path", "column", "value")}
        detail = {name: str(value) for name, value in shown.items() if value is not None}
        yield (
            row["id"],
            {
                **shown,
                "reason": row["reason"],
                "message": message(row["reason"], detail),
                "warning": row["warning"],
            },
        )


def _made(connection: Connection, batch_id: int, after: int, last: int) -> dict[int, list[str]]:
    """The records of items' files.

    A duplicate names the records that its bytes made before: they are the same unit's. An item whose file was
    replaced names the record that it is a former scan of.
    """
    held = union(*(select(those.c.file_id, those.c.record_id) for those in (parts, former_parts))).subquery()
    of_items = select(items.c.file_id).where(
        items.c.batch_id == batch_id, items.c.id.between(after + 1, last), items.c.file_id.is_not(None)
    )
    owners = (
        select(held.c.file_id, records.c.public_id)
        .join(records, records.c.id == held.c.record_id)
        .where(held.c.file_id.in_(of_items))
        .order_by(records.c.id)
    )
    made: dict[int, list[str]] = {}
    for file_id, public_id in connection.execute(owners):
        made.setdefault(file_id, []).append(public_id)
    return made
