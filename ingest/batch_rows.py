"""The rows of a batch's account: its items with their records, and what was wrong in its list.

Paths and cells tell what papers are, so they are told as the papers are: not of what the actor may not read,
nor of what is in quarantine. The local operator is told all.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    case,
    func,
    or_,
    select,
    true,
    union,
)

from warehouse.reasons import message
from warehouse.rights import Actor, Scope, scope_of
from warehouse.tables import former_parts, items, manifest_problems, manifest_rows, parts, records, row_files

SCANS = (parts, former_parts)
"""What says which records a file is, or was, a scan of."""


def items_of(
    connection: Connection, actor: Actor, batch_id: int, after: int = 0, limit: int | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Items with their row ids, in the order in which they were found; those behind `after`."""
    query = select(items).where(items.c.batch_id == batch_id, items.c.id > after)
    rows = connection.execute(query.order_by(items.c.id).limit(limit)).mappings().all()
    if not rows:
        return
    scope = scope_of(actor)
    these = and_(items.c.batch_id == batch_id, items.c.id.between(after + 1, rows[-1]["id"]))
    made, closed = _made(connection, scope, these), _closed(connection, scope, these)
    for row in rows:
        yield row["id"], _item(row, made.get(row["file_id"], []), row["id"] in closed)


def problems_of(
    connection: Connection, actor: Actor, batch_id: int, after: int = 0, limit: int | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """What was wrong with rows, cells and paths of the list, with row ids; those behind `after`.

    A row that has no paper yet is told to whoever may look into the batch.
    """
    scope = scope_of(actor)
    its_row = and_(
        manifest_rows.c.batch_id == manifest_problems.c.batch_id,
        manifest_rows.c.row == manifest_problems.c.row,
    )
    query = (
        select(manifest_problems, or_(records.c.id.is_(None), _open(scope)).label("open"))
        .outerjoin(manifest_rows, its_row)
        .outerjoin(records, records.c.id == manifest_rows.c.record_id)
        .where(manifest_problems.c.batch_id == batch_id, manifest_problems.c.id > after)
    )
    rows = connection.execute(query.order_by(manifest_problems.c.id).limit(limit)).mappings().all()
    paths = () if scope.everything else {row["path"] for row in rows}
    closed = _closed(connection, scope, and_(items.c.batch_id == batch_id, items.c.path.in_(paths)))
    for row in rows:
        yield row["id"], _problem(row, not row["open"] or row["path"] in closed.values())


def _item(row: RowMapping, its_records: list[str], closed: bool) -> dict[str, Any]:
    reason = None if closed else row["reason"]
    return {
        "path": None if closed else row["path"],
        "outcome": row["outcome"],
        "records": its_records,
        "reason": reason,
        "message": message(reason, row["detail"]) if reason else None,
    }


def _problem(row: RowMapping, closed: bool) -> dict[str, Any]:
    secret = ("path", "value") if closed else ()
    shown = {name: None if name in secret else row[name] for name in ("row", "path", "column", "value")}
    detail = {name: str(value) for name, value in shown.items() if value is not None}
    told = {"reason": row["reason"], "message": message(row["reason"], detail), "warning": row["warning"]}
    return {**shown, **told}


def _open(scope: Scope) -> ColumnElement[bool]:
    """Whether a record's file and row may be told of."""
    return true() if scope.everything else scope.allows_record() & (records.c.work != "quarantined")


def _made(connection: Connection, scope: Scope, these: ColumnElement[bool]) -> dict[int, list[str]]:
    """The records of items' files, within reach.

    A duplicate names the records that its bytes made before: they are the same unit's. An item whose file was
    replaced names the record that it is a former scan of.
    """
    held = union(*(select(those.c.file_id, those.c.record_id) for those in SCANS)).subquery()
    of_items = select(items.c.file_id).where(these, items.c.file_id.is_not(None))
    owners = (
        select(held.c.file_id, records.c.public_id)
        .join(records, records.c.id == held.c.record_id)
        .where(held.c.file_id.in_(of_items), scope.allows_record())
        .order_by(records.c.id)
    )
    made: dict[int, list[str]] = {}
    for file_id, public_id in connection.execute(owners):
        made.setdefault(file_id, []).append(public_id)
    return made


def _closed(connection: Connection, scope: Scope, these: ColumnElement[bool]) -> dict[int, str]:
    """Items (row id: path) that have records, by their bytes or their row of the list, and no open one."""
    if scope.everything:
        return {}
    item = select(items.c.id, items.c.path).where(these)
    by_bytes = (
        item.add_columns(scan.c.record_id).join(scan, scan.c.file_id == items.c.file_id) for scan in SCANS
    )
    by_row = (
        item.add_columns(manifest_rows.c.record_id)
        .join(row_files, row_files.c.item_id == items.c.id)
        .join(manifest_rows, manifest_rows.c.id == row_files.c.row_id)
    )
    named = union(*by_bytes, by_row).subquery()
    query = (
        select(named.c.id, named.c.path)
        .join(records, records.c.id == named.c.record_id)
        .group_by(named.c.id, named.c.path)
        .having(func.max(case((_open(scope), 1), else_=0)) == 0)
    )
    return {row.id: row.path for row in connection.execute(query)}
