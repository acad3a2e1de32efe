"""The list in the database: which rows name an item, and what they give its records."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select

from warehouse import registry
from warehouse.codes.fields import agree
from warehouse.database import upsert
from warehouse.jobs import NewJob, enqueue
from warehouse.records import FieldValue
from warehouse.tables import manifest_problems, manifest_rows, parts, proposals, records
from warehouse.values import values_of

FILING = 1
"""A filing's order inside its unit's lane: before any reading, so that what is read gets finished."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One paper of a file: its pages, and what the list says of it (nothing, if no row names it)."""

    page_from: int
    page_to: int
    kind: str = "result"
    values: tuple[FieldValue, ...] = ()
    location: dict[str, str] = field(default_factory=dict)


def rows_of(connection: Connection, item_id: int, pages: int) -> list[Listed]:
    """The papers of a file of so many pages: one a row, or one in all; pages no row names make papers too."""
    rows = _rows(connection, item_id)
    whole = [row for row in rows if row["page_from"] is None]
    ranged = [row for row in rows if row["page_from"] is not None]
    beyond = [row for row in ranged if row["page_to"] > pages]
    _report_beyond(connection, beyond, pages)
    named = [_listed(row, row["page_from"], row["page_to"]) for row in ranged if row not in beyond]
    if not named:
        return [_listed(row, 1, pages) for row in (whole + beyond)[:1]] or [Listed(1, pages)]
    return sorted([*named, *_gaps(named, pages)], key=lambda paper: paper.page_from)


def take_again(connection: Connection, item_id: int, file_id: int) -> None:
    """A duplicate's rows: changed values are added; for an approved record they become proposals."""
    for row in _rows(connection, item_id):
        record = connection.execute(_record_of(row, file_id)).mappings().first()
        if record is None:
            continue
        values = _values(row)
        if record["work"] == "approved":
            _propose(connection, record["id"], row["batch_id"], values)
        elif registry.take_list_values(connection, {record["id"]: values}) and record["read_at"]:
            refile = NewJob("file", str(record["custodian_id"]), file_id, FILING, batch_id=row["batch_id"])
            enqueue(connection, [refile])


def _rows(connection: Connection, item_id: int) -> Sequence[RowMapping]:
    query = select(manifest_rows).where(manifest_rows.c.item_id == item_id).order_by(manifest_rows.c.row)
    return connection.execute(query).mappings().all()


def _record_of(row: RowMapping, file_id: int) -> Select[Any]:
    """The record that a row of an earlier list made of the same pages."""
    query = (
        select(records)
        .join(parts, parts.c.record_id == records.c.id)
        .where(parts.c.file_id == file_id)
        .order_by(records.c.id)
    )
    if row["page_from"] is None:
        return query
    return query.where(parts.c.page_from == row["page_from"], parts.c.page_to == row["page_to"])


def _propose(connection: Connection, record_id: int, batch_id: int, values: Sequence[FieldValue]) -> None:
    """What an approved record shows stays; an officer decides about what a later list says."""
    shown = values_of(connection, [record_id])[record_id]
    now = datetime.now(UTC)
    rows = [
        {
            "record_id": record_id,
            "name": value.name,
            "value": value.value,
            "batch_id": batch_id,
            "created_at": now,
        }
        for value in values
        if not agree(value.name, shown.text(value.name) or "", value.value)
    ]
    upsert(connection, proposals, rows, ["record_id", "name", "value"])


def _listed(row: RowMapping, page_from: int, page_to: int) -> Listed:
    return Listed(page_from, page_to, row["kind"], tuple(_values(row)), row["location"])


def _values(row: RowMapping) -> list[FieldValue]:
    return [
        FieldValue(name, value, "manifest", precision=precision)
        for name, (value, precision) in row["values"].items()
    ]


def _gaps(named: Sequence[Listed], pages: int) -> list[Listed]:
    """Runs of pages that no row names: nothing of a file is left without a record."""
    taken = {number for paper in named for number in range(paper.page_from, paper.page_to + 1)}
    gaps: list[Listed] = []
    for number in range(1, pages + 1):
        if number in taken:
            continue
        if gaps and gaps[-1].page_to == number - 1:
            gaps[-1] = Listed(gaps[-1].page_from, number)
        else:
            gaps.append(Listed(number, number))
    return gaps


def _report_beyond(connection: Connection, rows: Sequence[RowMapping], pages: int) -> None:
    problems = [
        {
            "batch_id": row["batch_id"],
            "row": row["row"],
            "column": "pages",
            "value": f"{row['page_from']}-{row['page_to']}/{pages}",
            "reason": "pages_beyond_file",
            "warning": False,
        }
        for row in rows
    ]
    if problems:
        connection.execute(insert(manifest_problems), problems)
