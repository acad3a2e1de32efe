"""Files of several papers in the database: divided once, when all their pages are read.

`every=N` needs no look at the pages: triage divides by it. Files that a list describes stay as it says.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, exists, func, select, update

from ingest.plan import Plan
from ingest.split import Division, Paper, divide, parse_split
from warehouse import registry
from warehouse.audit import write_entry
from warehouse.registry import NewPart, NewRecord
from warehouse.rights import Actor
from warehouse.tables import (
    batches,
    files,
    former_parts,
    items,
    locations,
    manifest_rows,
    pages,
    parts,
    records,
)


def divide_file(connection: Connection, actor: Actor, file_id: int) -> None:
    """Divide a file whose batch asks for it (blank, separator); nothing if it was divided or filed before.

    The record of the file keeps its public id and becomes the first paper.
    """
    whole = _undivided(connection, file_id)
    if whole is None:
        return
    division = _division(connection, whole)
    _leave_out(connection, file_id, division)
    first, *others = division.papers
    connection.execute(
        update(parts)
        .where(parts.c.record_id == whole["id"])
        .values(page_from=first.page_from, page_to=first.page_to)
    )
    registry.take_values(connection, {whole["id"]: first.values})
    if others:
        registry.register(connection, actor, _new_records(connection, whole, others))
    write_entry(connection, actor, "split", whole["public_id"], papers=len(division.papers),
                left_out=len(division.left_out))  # fmt: skip


def split_remarks(connection: Connection, record_id: int) -> tuple[str, ...]:
    """Why an officer must look at a paper after its file was divided; the same each time it is asked."""
    row = connection.execute(_of_split_file().where(records.c.id == record_id)).mappings().first()
    if row is None or not _is_split_by_pages(row):
        return ()
    papers = _division(connection, row).papers
    return next((paper.review for paper in papers if paper.page_from == row["page_from"]), ())


def _undivided(connection: Connection, file_id: int) -> RowMapping | None:
    """The file's only record, if it covers the file, is of this file alone, and was never filed."""
    others = parts.alias()
    covers = (parts.c.page_from == 1) & (parts.c.page_to == files.c.pages)
    withdrawn = others.c.record_id.in_(select(records.c.id).where(records.c.work == "withdrawn"))
    alone = select(func.count()).where(
        (others.c.file_id == file_id) | (others.c.record_id == parts.c.record_id), ~withdrawn
    )
    query = _of_split_file().where(parts.c.file_id == file_id, covers, alone.scalar_subquery() == 1)
    unread = records.c.read_at.is_(None) & records.c.work.in_(registry.UNSETTLED)
    row = connection.execute(query.where(unread)).mappings().first()
    return row if row and _is_split_by_pages(row) else None


def _of_split_file() -> Select[Any]:
    listed = exists().where(manifest_rows.c.record_id == records.c.id)
    rescanned = exists().where(former_parts.c.record_id == records.c.id)  # its new scan is its own
    return (
        select(records, parts.c.file_id, parts.c.page_from, files.c.pages, batches.c.plan)
        .join(parts, parts.c.record_id == records.c.id)
        .join(files, files.c.id == parts.c.file_id)
        .join(batches, batches.c.id == records.c.batch_id)
        .where(parts.c.ordinal == 0, ~listed, ~rescanned)
    )


def _is_split_by_pages(row: RowMapping) -> bool:
    split = Plan.kept(row["plan"]).split
    return split is not None and not parse_split(split).every


def _division(connection: Connection, row: RowMapping) -> Division:
    split = Plan.kept(row["plan"]).split
    assert split is not None
    query = select(pages.c.number, pages.c.status, pages.c.codes).where(pages.c.file_id == row["file_id"])
    return divide(parse_split(split), [page._asdict() for page in connection.execute(query)], row["pages"])


def _leave_out(connection: Connection, file_id: int, division: Division) -> None:
    for why in set(division.left_out.values()):
        numbers = [number for number, because in division.left_out.items() if because == why]
        connection.execute(
            update(pages).where(pages.c.file_id == file_id, pages.c.number.in_(numbers)).values(left_out=why)
        )


def _new_records(connection: Connection, record: RowMapping, papers: Sequence[Paper]) -> list[NewRecord]:
    """What batch, path and place say of the file holds for each of its papers."""
    path = connection.scalar(select(items.c.path).where(items.c.id == record["item_id"])) or ""
    said = Plan.kept(record["plan"]).said_of(path).values
    row = (
        connection.execute(select(locations).where(locations.c.record_id == record["id"])).mappings().first()
    )
    place = {name: text for name, text in (row or {}).items() if name != "record_id" and text}
    return [
        NewRecord(
            parts=[NewPart(record["file_id"], paper.page_from, paper.page_to)],
            item_id=record["item_id"],
            batch_id=record["batch_id"],
            unit_id=record["custodian_id"],
            kind=record["kind"],
            hidden=record["availability"] == "hidden",
            values=[*said, *paper.values],
            location=place,
            secrecy=record["secrecy"],
        )
        for paper in papers
    ]
