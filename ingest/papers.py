"""Pages and papers in the database and the store: what is read is kept here and taken from here."""

import gzip
import io
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, distinct, func, select, update

from ingest.wire import packed, unpacked
from warehouse.catalogue import PageAt, pages_of
from warehouse.database import Database, upsert
from warehouse.jobs import Job
from warehouse.records import OUT_OF_USE, PageReading
from warehouse.store import Spooled, Store
from warehouse.tables import files, manifest_rows, objects, pages, parts, records, row_files

KEPT = (
    "width", "height", "status", "reason", "path", "confidence", "turn", "secrecy", "codes", "image_hash",
)  # fmt: skip
FIRST_PAGES = 10
LAST_PAGES = 2
"""Fields stand at the head and at the signature; the pages between are kept for search alone."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One record's pages in order; `expected` is how many its parts name.

    `files_missing`: the list names more files for it than have been taken in.
    """

    record_id: int
    expected: int
    pages: Sequence[PageAt]
    files_missing: bool = False


def hashes_of(connection: Connection, file_ids: Sequence[int]) -> dict[int, str]:
    """The object that holds each file's bytes."""
    query = select(files.c.id, files.c.sha256).where(files.c.id.in_(file_ids))
    return {row.id: row.sha256 for row in connection.execute(query)}


def password_of(connection: Connection, file_id: int) -> str:
    """What opens a file; "" for one that is not locked."""
    return connection.scalar(select(files.c.password).where(files.c.id == file_id)) or ""


def pages_to_read(connection: Connection, job: Job) -> list[int]:
    """The pages of a range that no earlier attempt has kept and no quarantined paper holds."""
    assert job.page_from is not None
    assert job.page_to is not None
    of_range = pages.c.number.between(job.page_from, job.page_to)
    kept = connection.scalars(select(pages.c.number).where(pages.c.file_id == job.file_id, of_range))
    todo = set(range(job.page_from, job.page_to + 1)) - set(kept)
    secret = select(parts.c.page_from, parts.c.page_to).join(records, records.c.id == parts.c.record_id)
    of_file = (parts.c.file_id == job.file_id) & (records.c.work == "quarantined")
    for part in connection.execute(secret.where(of_file)):
        todo -= set(range(part.page_from, part.page_to + 1))
    return sorted(todo)


def keep_words(store: Store, page: PageReading) -> Spooled | None:
    """A page's words as one compressed JSON object in the store; equal words are equal bytes."""
    if not page.words:
        return None
    text = json.dumps(packed(page)["words"], ensure_ascii=False, separators=(",", ":"))
    spooled = store.spool(io.BytesIO(gzip.compress(text.encode(), mtime=0)))
    store.put(spooled)
    return spooled


def keep_page(connection: Connection, file_id: int, page: PageReading, words: Spooled | None) -> None:
    """Write what was read of one page; the words' object must be in the store."""
    now = datetime.now(UTC)
    if words:
        keep_objects(connection, [words])
    row = {
        "file_id": file_id,
        "number": page.number,
        "status": page.status,
        "reason": page.reason,
        "width": page.width,
        "height": page.height,
        "confidence": page.confidence,
        "text": page.text,
        "path": page.path,
        "words_sha256": words.sha256 if words else None,
        "turn": page.turn,
        "secrecy": page.secrecy,
        "codes": page.codes,
        "image_hash": page.image_hash,
        "read_at": now,
    }
    upsert(connection, pages, [row], ["file_id", "number"], [name for name in row if name != "file_id"])


def put_together(connection: Connection, file_ids: Collection[int]) -> None:
    """No page of these files is left out any more: an earlier division of theirs is over."""
    left_out = pages.c.file_id.in_(file_ids) & pages.c.left_out.is_not(None)
    connection.execute(update(pages).where(left_out).values(left_out=None))


def keep_objects(connection: Connection, kept: Sequence[Spooled]) -> None:
    """Note objects that the store has."""
    now = datetime.now(UTC)
    sizes = {copied.sha256: copied.size for copied in kept}
    # in one order, so that two who keep the same bytes at the same moment wait for each other in turn
    rows = [{"sha256": sha256, "size": sizes[sha256], "stored_at": now} for sha256 in sorted(sizes)]
    upsert(connection, objects, rows, ["sha256"])


def papers_of(connection: Connection, file_id: int) -> list[Paper]:
    """The records that have a part in a file, each with all its pages, also those of other files."""
    expected = func.sum(parts.c.page_to - parts.c.page_from + 1)
    listed = row_files.join(manifest_rows, manifest_rows.c.id == row_files.c.row_id)
    named = (
        select(func.count(distinct(row_files.c.ordinal)))
        .select_from(listed)
        .where(manifest_rows.c.record_id == parts.c.record_id)
    )
    of_file = select(parts.c.record_id).where(parts.c.file_id == file_id)
    query = (
        select(
            parts.c.record_id,
            expected,
            func.count(),
            named.correlate(parts).scalar_subquery(),
        )
        .join(records, records.c.id == parts.c.record_id)
        .where(parts.c.record_id.in_(of_file), records.c.work.not_in(OUT_OF_USE))
        .group_by(parts.c.record_id)
    )
    return [
        Paper(record_id, count, pages_of(connection, record_id), files_missing=there < named)
        for record_id, count, there, named in connection.execute(query)
    ]


def readings(store: Store, paper: Paper) -> list[PageReading]:
    """The readings that fields are sought in, numbered inside the paper."""
    chosen = paper.pages
    if len(chosen) > FIRST_PAGES + LAST_PAGES:
        chosen = [*chosen[:FIRST_PAGES], *chosen[-LAST_PAGES:]]
    return [reading_of(store, page.row, page.number) for page in chosen]


def words_of(database: Database, store: Store, file_id: int, number: int) -> dict[str, Any]:
    """What was read of a page of a file, its words as they are kept; no status while it is unread."""
    query = select(pages).where(pages.c.file_id == file_id, pages.c.number == number)
    with database.read() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        return {"status": None, "reason": None, "width": 0, "height": 0, "words": []}
    told = {name: row[name] for name in ("status", "reason", "width", "height")}
    return {**told, "words": [asdict(word) for word in reading_of(store, row, number).words]}


def reading_of(store: Store, row: RowMapping, number: int) -> PageReading:
    """A kept page with its words, under the number it is to bear."""
    kept = {name: row[name] for name in KEPT}
    words = []
    if row["words_sha256"]:
        with store.fetch(row["words_sha256"]) as path:
            words = json.loads(gzip.decompress(path.read_bytes()))
    return unpacked({**kept, "number": number, "words": words})
