"""The account of pages: every page of a stored file is in a paper, or left out and why."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, case, func, select, true, union_all

from warehouse.tables import files, former_parts, items, pages, parts


def page_account(connection: Connection, batch_id: int) -> dict[str, int]:
    """Of the files that a batch stored: in = assigned + blank + dropped (separator sheets)."""
    stored = select(items.c.file_id).where(items.c.batch_id == batch_id, items.c.outcome == "stored")
    came = connection.scalar(select(func.sum(files.c.pages)).where(files.c.id.in_(stored)))
    held = _held(stored)
    out = _left_out(pages.c.file_id.in_(stored))
    row = connection.execute(
        select(func.sum(out.c.blank).label("blank"), func.sum(out.c.dropped).label("dropped"))
    ).one()
    assigned = connection.scalar(select(func.sum(held.c.pages)))
    counted = {"in": came, "assigned": assigned, "blank": row.blank, "dropped": row.dropped}
    return {name: int(pages or 0) for name, pages in counted.items()}  # PostgreSQL's sums of sums are decimal


def unaccounted_files() -> Select[tuple[str]]:
    """Hashes of registered files whose pages in papers and pages left out do not add up to their pages."""
    held, out = _held(None), _left_out(true())
    counted = func.coalesce(held.c.pages, 0) + func.coalesce(out.c.blank, 0) + func.coalesce(out.c.dropped, 0)
    return (
        select(files.c.sha256)
        .outerjoin(held, held.c.file_id == files.c.id)
        .outerjoin(out, out.c.file_id == files.c.id)
        .where(files.c.state == "registered", counted != files.c.pages)
    )


def _held(file_ids: Select[Any] | None) -> Subquery:
    """How many pages of each file (None: of all) are in papers, as their present or a former scan.

    A page that two papers share counts once.
    """
    every = union_all(
        *(
            select(held.c.file_id, held.c.page_from, held.c.page_to).where(
                true() if file_ids is None else held.c.file_id.in_(file_ids)
            )
            for held in (parts, former_parts)
        )
    ).subquery()
    before = (
        func.max(every.c.page_to)
        .over(partition_by=every.c.file_id, order_by=[every.c.page_from, every.c.page_to], rows=(None, -1))
        .label("before")
    )
    part = select(every.c.file_id, every.c.page_from, every.c.page_to, before).subquery()
    counted = func.coalesce(part.c.before, 0)
    new = case(
        (part.c.page_to <= counted, 0),
        (part.c.page_from <= counted, part.c.page_to - counted),
        else_=part.c.page_to - part.c.page_from + 1,
    )
    return select(part.c.file_id, func.sum(new).label("pages")).group_by(part.c.file_id).subquery()


def _left_out(of: ColumnElement[bool]) -> Subquery:
    is_blank = pages.c.left_out == "blank"
    return (
        select(
            pages.c.file_id,
            func.sum(case((is_blank, 1), else_=0)).label("blank"),
            func.sum(case((is_blank, 0), else_=1)).label("dropped"),
        )
        .where(of, pages.c.left_out.is_not(None))
        .group_by(pages.c.file_id)
        .subquery()
    )
