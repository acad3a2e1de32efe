"""The list in the database: which rows name an item, and what they give its records."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, insert, select

from warehouse import registry
from warehouse.codes.fields import agree
from warehouse.database import upsert
from warehouse.jobs import NewJob, enqueue
from warehouse.records import FieldValue
from warehouse.tables import files, manifest_problems, manifest_rows, parts, proposals, records
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


def rows_of(connection: Connection, item_ids: Collection[int]) -> dict[int, list[RowMapping]]:
    """The list's rows by the item they name, in the order of the list."""
    query = select(manifest_rows).where(manifest_rows.c.item_id.in_(item_ids)).order_by(manifest_rows.c.row)
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        found[row["item_id"]].append(row)
    return found


def divide(connection: Connection, rows: Sequence[RowMapping], pages: int) -> list[Listed]:
    """The papers of a file of so many pages: one a row, or one in all; pages no row names make papers too."""
    whole = [row for row in rows if row["page_from"] is None]
    ranged = [row for row in rows if row["page_from"] is not None]
    beyond = [row for row in ranged if row["page_to"] > pages]
    for row in beyond:
        _report(connection, row, f"{_pages_of(row)}/{pages}", "pages_beyond_file")
    named = [_listed(row, row["page_from"], row["page_to"]) for row in ranged if row not in beyond]
    if not named:
        return [_listed(row, 1, pages) for row in (whole + beyond)[:1]] or [Listed(1, pages)]
    return sorted([*named, *_gaps(named, pages)], key=lambda paper: paper.page_from)


def take_again(connection: Connection, file_of: Mapping[int, int]) -> None:
    """Duplicates' rows (item: file): changed values are added; on an approved record they are proposals."""
    for item_id, rows in rows_of(connection, file_of).items():
        for row in rows:
            record = connection.execute(_record_of(row, file_of[item_id])).mappings().first()
            if record is None:
                _report(connection, row, _pages_of(row), "no_such_paper")
            else:
                _take_again(connection, row, record, file_of[item_id])


def _take_again(connection: Connection, row: RowMapping, record: RowMapping, file_id: int) -> None:
    values = _values(row)
    if record["work"] == "approved":
        _propose(connection, record["id"], row["batch_id"], values)
    elif registry.take_list_values(connection, {record["id"]: values}) and record["read_at"]:
        refile = NewJob("file", str(record["custodian_id"]), file_id, FILING, batch_id=row["batch_id"])
        enqueue(connection, [refile])


def _record_of(row: RowMapping, file_id: int) -> Select[Any]:
    """The record of the same pages; a row without pages means the whole file."""
    last = files.c.pages if row["page_to"] is None else row["page_to"]
    return (
        select(records)
        .join(parts, parts.c.record_id == records.c.id)
        .join(files, files.c.id == parts.c.file_id)
        .where(parts.c.file_id == file_id)
        .where(parts.c.page_from == (row["page_from"] or 1), parts.c.page_to == last)
        .order_by(records.c.id)
    )


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


def _pages_of(row: RowMapping) -> str | None:
    return f"{row['page_from']}-{row['page_to']}" if row["page_from"] else None


def _report(connection: Connection, row: RowMapping, value: str | None, reason: str) -> None:
    problem = {
        "batch_id": row["batch_id"],
        "row": row["row"],
        "column": "pages",
        "value": value,
        "reason": reason,
        "warning": False,
    }
    connection.execute(insert(manifest_problems), problem)
