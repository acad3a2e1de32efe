"""The bytes behind a record: its files, and where each of its pages lies."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, and_, select

from warehouse.audit import write_entry
from warehouse.catalogue import count_pages, find_open_record, parts_of
from warehouse.errors import Conflict, Forbidden, NotFound
from warehouse.looks import note, unnoted
from warehouse.rights import Actor, scope_of
from warehouse.scans import files_of_former
from warehouse.tables import former_parts, objects, pages, parts, records
from warehouse.versions import version_of

PAGES = "pages"


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it came in. `name`: what its sender called it."""

    record: str
    sha256: str
    size: int
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class PageInFile:
    """Where a page of a record lies: `number` counts in its file; `turn`: quarter turns that reading added."""

    record: str
    file_id: int
    sha256: str
    number: int
    turn: int
    password: str


def originals_of(connection: Connection, actor: Actor, name: str, scan: int | None = None) -> list[Original]:
    """The files of a record's scan, or of a former one, in their order; raises Conflict if it has none.

    Raises Forbidden if one of them holds another paper that the actor may not read, or a secret one: it is given
    out whole or not at all.
    """
    record = find_open_record(connection, actor, name)
    rows: list[RowMapping] = parts_of(connection, record["id"])
    if scan is not None:
        former = connection.execute(files_of_former(record["id"])).mappings()
        rows = [row for row in former if row["scan"] == scan]
    found = {row["sha256"]: row for row in rows}
    if not found:
        raise Conflict("no_scan", record=record["public_id"])
    _require_every_paper(connection, actor, record, [row["file_id"] for row in found.values()])
    query = select(objects.c.sha256, objects.c.size).where(objects.c.sha256.in_(found))
    sizes: dict[str, int] = dict(connection.execute(query).all())
    return [
        Original(record["public_id"], sha256, sizes[sha256], row["media_type"], row.get("path") or "")
        for sha256, row in found.items()
    ]


def _require_every_paper(
    connection: Connection, actor: Actor, record: RowMapping, file_ids: Sequence[int]
) -> None:
    open_ = and_(scope_of(actor).allows_record(), records.c.work != "quarantined").label("open")
    for held in (parts, former_parts):
        query = select(open_).join(held, held.c.record_id == records.c.id).where(held.c.file_id.in_(file_ids))
        if not all(connection.scalars(query)):
            raise Forbidden("original_of_others", record=record["public_id"])


def one_of(originals: list[Original], number: int | None) -> Original:
    """File `number` (from 1); without a number the only one, or Conflict."""
    if number is None and len(originals) > 1:
        raise Conflict("several_originals", record=originals[0].record, count=len(originals))
    if not 1 <= (number or 1) <= len(originals):
        raise NotFound("no_such_original", record=originals[0].record, count=len(originals))
    return originals[(number or 1) - 1]


def page_at(connection: Connection, actor: Actor, name: str, number: int) -> PageInFile:
    """Page `number` (from 1) of a record, read or not."""
    record = find_open_record(connection, actor, name)
    before = 0
    for part in parts_of(connection, record["id"]):
        count = part["page_to"] - part["page_from"] + 1
        if before < number <= before + count:
            in_file = part["page_from"] + number - before - 1
            turn = connection.scalar(
                select(pages.c.turn).where(pages.c.file_id == part["file_id"], pages.c.number == in_file)
            )
            where = (part["file_id"], part["sha256"], in_file, turn or 0, part["password"] or "")
            return PageInFile(record["public_id"], *where)
        before += count
    raise NotFound("no_such_page", page=number, pages=count_pages(connection, record["id"]))


def note_download(connection: Connection, actor: Actor, record: str, sha256: str, kind: str) -> None:
    """Write down that somebody takes all of these bytes with him."""
    write_entry(connection, actor, "download", record, version=sha256, kind=kind)


def note_piece(connection: Connection, actor: Actor, record: str, sha256: str, kind: str) -> None:
    """The same for a piece of them; the next pieces in this session of work are the same download."""
    if note(connection, actor, sha256, [record]):
        note_download(connection, actor, record, sha256, kind)


def has_noted_pages(connection: Connection, actor: Actor, record: str) -> bool:
    """Whether it is written down that the actor looks at this record's pages in this session of work."""
    return not unnoted(connection, actor, PAGES, [record])


def note_pages(connection: Connection, actor: Actor, name: str) -> None:
    """Write that down, once."""
    record = find_open_record(connection, actor, name)
    if note(connection, actor, PAGES, [record["public_id"]]):
        version = version_of(connection, record["id"])
        write_entry(connection, actor, "view_pages", record["public_id"], version=version)
