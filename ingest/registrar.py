"""Triage in the database: files become records and jobs, or are refused with a reason."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from ingest import listed
from ingest.intake import reject, settle_duplicates
from warehouse import registry
from warehouse.errors import Refused
from warehouse.jobs import Job, NewJob, enqueue
from warehouse.records import Inspection
from warehouse.registry import NewRecord
from warehouse.rights import Actor
from warehouse.tables import batches, files, items

RANGE_PAGES = 10
READ_UNLISTED, READ_LISTED = 3, 4
"""Order inside a unit's lane: what no list describes is found by its text alone, so it is read first."""

_SEEN = (
    update(files)
    .where(files.c.id == bindparam("file"))
    .values(
        state="registered", reason=None, media_type=bindparam("media_type"), pages=bindparam("page_count")
    )
)


def refuse(connection: Connection, file_id: int, refused: Refused) -> None:
    """Triage says no: the file and every item that waits for it are rejected; a later try is free."""
    connection.execute(
        update(files).where(files.c.id == file_id).values(state="rejected", reason=refused.reason)
    )
    reject(connection, [row["id"] for row in _items_waiting_for(connection, [file_id])[file_id]], refused)


def register(connection: Connection, actor: Actor, seen: Sequence[tuple[Job, Inspection]]) -> None:
    """Triage says yes: records, their fields, and all the work they need, in this one transaction."""
    if not seen:
        return
    connection.execute(
        _SEEN,
        [{"file": job.file_id, "media_type": was.media_type, "page_count": was.pages} for job, was in seen],
    )
    waiting = _items_waiting_for(connection, [job.file_id for job, _ in seen])
    first = {file_id: found[0] for file_id, found in waiting.items()}
    rows = listed.rows_of(connection, [item["id"] for item in first.values()])
    papers = {
        job.file_id: listed.divide(connection, rows[first[job.file_id]["id"]], was.pages) for job, was in seen
    }
    registry.register(
        connection,
        actor,
        [_new_record(first[file_id], paper) for file_id, found in papers.items() for paper in found],
    )
    _queue_reading(connection, seen, {id_ for id_, found in papers.items() if any(p.values for p in found)})
    stored = [item["id"] for item in first.values()]
    connection.execute(update(items).where(items.c.id.in_(stored)).values(outcome="stored"))
    settle_duplicates(
        connection, {item["id"]: file_id for file_id, found in waiting.items() for item in found[1:]}
    )


def _items_waiting_for(connection: Connection, file_ids: Sequence[int]) -> dict[int, list[RowMapping]]:
    query = (
        select(items.c.id, items.c.file_id, items.c.batch_id, batches.c.unit_id, batches.c.manner)
        .join(batches, batches.c.id == items.c.batch_id)
        .where(items.c.file_id.in_(file_ids), items.c.outcome == "waiting")
        .order_by(items.c.id)
    )
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        found[row["file_id"]].append(row)
    return found


def _new_record(item: RowMapping, paper: listed.Listed) -> NewRecord:
    return NewRecord(
        file_id=item["file_id"],
        item_id=item["id"],
        batch_id=item["batch_id"],
        unit_id=item["unit_id"],
        page_from=paper.page_from,
        page_to=paper.page_to,
        kind=paper.kind,
        hidden=item["manner"] == "flow",
        values=paper.values,
        location=paper.location,
    )


def _queue_reading(
    connection: Connection, seen: Sequence[tuple[Job, Inspection]], with_list: set[int]
) -> None:
    """Ranges of pages, and for each file the filing that waits for all of them."""
    starts = [range(1, was.pages + 1, RANGE_PAGES) for _, was in seen]
    filings = enqueue(
        connection,
        [
            NewJob("file", job.unit, job.file_id, listed.FILING, batch_id=job.batch_id, remaining=len(begun))
            for (job, _), begun in zip(seen, starts, strict=True)
        ],
    )
    ranges = [
        NewJob(
            "read",
            job.unit,
            job.file_id,
            READ_LISTED if job.file_id in with_list else READ_UNLISTED,
            pages=min(RANGE_PAGES, was.pages + 1 - start),
            batch_id=job.batch_id,
            page_from=start,
            page_to=min(start + RANGE_PAGES - 1, was.pages),
            filing_id=filing_id,
        )
        for (job, was), begun, filing_id in zip(seen, starts, filings, strict=True)
        for start in begun
    ]
    enqueue(connection, ranges)
