"""The list in the database: which rows name an item, and what they give its records."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, func, insert, select, update

from ingest.services import SYSTEM
from warehouse import registry
from warehouse.codes.fields import agree
from warehouse.database import upsert
from warehouse.jobs import NewJob, enqueue
from warehouse.quarantine import set_apart
from warehouse.records import FieldValue, Origin, Secrecy
from warehouse.registry import NewPart
from warehouse.tables import (
    files,
    items,
    manifest_problems,
    manifest_rows,
    parts,
    proposals,
    records,
    row_files,
)
from warehouse.values import values_of

FILING = 1
"""A filing's order inside its unit's lane: before any reading, so that what is read gets finished."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One paper of a file: its pages, and what the list says of it (nothing, if no row names it).

    `row`: the list's row, whose `ordinal` is this file's place among the row's `count` files.
    """

    page_from: int
    page_to: int
    row: RowMapping | None = None
    kind: str | None = None
    values: tuple[FieldValue, ...] = ()
    location: dict[str, str] = field(default_factory=dict)
    migrated: dict[str, str] | None = None
    secrecy: Secrecy | None = None

    @property
    def ordinal(self) -> int:
        """This part's place in its paper."""
        return self.row["ordinal"] if self.row else 0

    @property
    def is_of_several_files(self) -> bool:
        """Whether the row's paper lies in more files than this one."""
        return self.row is not None and self.row["count"] > 1


def rows_of(connection: Connection, item_ids: Collection[int]) -> dict[int, list[RowMapping]]:
    """The list's rows by the item they name, in the order of the list.

    They are locked: a paper's files may be triaged at the same moment, and one of them makes its record.
    """
    others = row_files.alias()
    count = select(func.count()).where(others.c.row_id == row_files.c.row_id).scalar_subquery()
    query = (
        select(manifest_rows, row_files.c.item_id, row_files.c.ordinal, count.label("count"))
        .join(row_files, row_files.c.row_id == manifest_rows.c.id)
        .where(row_files.c.item_id.in_(item_ids))
        .order_by(manifest_rows.c.row)
        .with_for_update(of=manifest_rows)
    )
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
        report(connection, row["batch_id"], "pages_beyond_file", row=row["row"], column="pages",
               value=f"{_pages_of(row)}/{pages}")  # fmt: skip
    named = [_listed(row, row["page_from"], row["page_to"]) for row in ranged if row not in beyond]
    if not named:
        return [_listed(row, 1, pages) for row in (whole + beyond)[:1]] or [Listed(1, pages)]
    return sorted([*named, *_gaps(named, pages)], key=lambda paper: paper.page_from)


def parts_of_row(connection: Connection, row_id: int) -> list[NewPart]:
    """The files of a row that are registered by now, whole, in the row's order."""
    query = (
        select(files.c.id, files.c.pages, row_files.c.ordinal)
        .join(items, items.c.file_id == files.c.id)
        .join(row_files, row_files.c.item_id == items.c.id)
        .where(row_files.c.row_id == row_id, files.c.state == "registered")
        .order_by(row_files.c.ordinal)
    )
    return [NewPart(row.id, 1, row.pages, row.ordinal) for row in connection.execute(query)]


def paper_begun(connection: Connection, row: RowMapping) -> int | None:
    """The record of a paper of several files that an earlier import took in incompletely."""
    own, its_item, other, other_item = row_files.alias(), items.alias(), row_files.alias(), items.alias()
    siblings = row_files.alias()
    count = select(func.count()).where(siblings.c.row_id == other.c.row_id).scalar_subquery()
    query = (
        select(manifest_rows.c.record_id)
        .join(other, other.c.row_id == manifest_rows.c.id)
        .join(other_item, other_item.c.id == other.c.item_id)
        .join(its_item, its_item.c.file_id == other_item.c.file_id)
        .join(own, (own.c.item_id == its_item.c.id) & (own.c.ordinal == other.c.ordinal))
        .join(records, records.c.id == manifest_rows.c.record_id)
        .where(own.c.row_id == row["id"], records.c.work != "withdrawn", count == row["count"])
        .order_by(manifest_rows.c.record_id)
        .limit(1)
    )
    record_id: int | None = connection.scalar(query)
    return record_id


def describes(connection: Connection, record_of: Mapping[int, int]) -> None:
    """These rows (id: record) have their records now; what they propose waits for an officer."""
    if not record_of:
        return
    connection.execute(
        update(manifest_rows).where(manifest_rows.c.id == bindparam("of")).values(record_id=bindparam("to")),
        [{"of": row_id, "to": record_id} for row_id, record_id in record_of.items()],
    )
    query = select(manifest_rows).where(manifest_rows.c.id.in_(record_of))
    for row in connection.execute(query).mappings():
        for name, (value, reason) in row["proposals"].items():
            _propose(connection, row["record_id"], row["batch_id"], {name: value}, reason)


def take_again(connection: Connection, file_of: Mapping[int, int]) -> None:
    """Duplicates' rows (item: file): changed values are added; on an approved record they are proposals."""
    for item_id, rows in rows_of(connection, file_of).items():
        for row in rows:
            record = connection.execute(_record_of(row, file_of[item_id])).mappings().first()
            if record is not None:
                take_row(connection, row, record, file_of[item_id])
            elif row["record_id"]:  # its paper began with another of its files
                its_part = [
                    part for part in parts_of_row(connection, row["id"]) if part.file_id == file_of[item_id]
                ]
                registry.add_listed_parts(connection, [(row["record_id"], part) for part in its_part])
            elif row["count"] == 1:
                report(connection, row["batch_id"], "no_such_paper", row=row["row"], column="pages",
                       value=_pages_of(row))  # fmt: skip


def report(
    connection: Connection, batch_id: int, reason: str, *, warning: bool = False, **place: Any
) -> None:
    """Write down what is wrong with a row, a cell or a path (`row`, `path`, `column`, `value`)."""
    problem = {"batch_id": batch_id, "reason": reason, "warning": warning, **place}
    connection.execute(insert(manifest_problems), problem)


def values_in(row: RowMapping) -> list[FieldValue]:
    """What a row says; a row carried over from an older system speaks for that system."""
    origin: Origin = "legacy" if row["migrated"] else "manifest"
    return [
        FieldValue(name, value, origin, precision=precision)
        for name, (value, precision) in row["values"].items()
    ]


def take_row(connection: Connection, row: RowMapping, record: RowMapping, file_id: int | None = None) -> None:
    """What a row says of a record that is there; one that was read from the file is filed again."""
    values = values_in(row)
    describes(connection, {row["id"]: record["id"]})
    if row["secrecy"]:
        set_apart(
            connection, SYSTEM, select(records.c.id).where(records.c.id == record["id"]), row["secrecy"]
        )
    if record["work"] == "approved":
        shown = values_of(connection, [record["id"]])[record["id"]]
        differing = {v.name: v.value for v in values if not agree(v.name, shown.text(v.name) or "", v.value)}
        _propose(connection, record["id"], row["batch_id"], differing, "later_list")
    elif registry.take_values(connection, {record["id"]: values}) and record["read_at"] and file_id:
        refile = NewJob("file", str(record["custodian_id"]), file_id, FILING, batch_id=row["batch_id"])
        enqueue(connection, [refile])


def _record_of(row: RowMapping, file_id: int) -> Select[Any]:
    """The record of the same pages; a row without pages means the whole file.

    A paper of several files is found by its own record only: one of its files may be a paper elsewhere.
    """
    last = files.c.pages if row["page_to"] is None else row["page_to"]
    query = (
        select(records)
        .join(parts, parts.c.record_id == records.c.id)
        .join(files, files.c.id == parts.c.file_id)
        .where(parts.c.file_id == file_id, records.c.work != "withdrawn")
        .where(parts.c.page_from == (row["page_from"] or 1), parts.c.page_to == last)
        .order_by(records.c.id)
    )
    if row["count"] == 1:
        return query
    others = parts.alias()
    of_record = select(func.count()).where(others.c.record_id == records.c.id).scalar_subquery()
    return query.where(of_record == row["count"])


def _propose(
    connection: Connection, record_id: int, batch_id: int, proposed: Mapping[str, str], reason: str
) -> None:
    """What the record shows stays; an officer decides about these."""
    now = datetime.now(UTC)
    rows = [
        {
            "record_id": record_id,
            "name": name,
            "value": value,
            "batch_id": batch_id,
            "reason": reason,
            "created_at": now,
        }
        for name, value in proposed.items()
    ]
    upsert(connection, proposals, rows, ["record_id", "name", "value"])


def _listed(row: RowMapping, page_from: int, page_to: int) -> Listed:
    return Listed(
        page_from,
        page_to,
        row,
        row["kind"],
        tuple(values_in(row)),
        row["location"],
        row["migrated"],
        row["secrecy"],
    )


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
