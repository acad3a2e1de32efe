"""Triage in the database: files become records and jobs, or are refused with a reason."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from ingest import listed
from ingest.intake import reject, settle_duplicates
from ingest.listed import Listed
from ingest.plan import Plan
from ingest.reading_work import READ_LISTED, READ_UNLISTED, ToRead, queue_reading
from ingest.replacing import take_scans
from ingest.split import papers_every, parse_split
from warehouse import migrated, registry
from warehouse.errors import Refused
from warehouse.jobs import Job
from warehouse.records import Inspection
from warehouse.registry import NewPart, NewRecord
from warehouse.rights import Actor
from warehouse.tables import batches, files, items

_SEEN = (
    update(files)
    .where(files.c.id == bindparam("file"))
    .values(
        state="registered",
        reason=None,
        media_type=bindparam("media_type"),
        pages=bindparam("page_count"),
        password=bindparam("opened_by"),
    )
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that triage found: the item that brought it, its file, and what the list says."""

    item: RowMapping
    file_id: int
    listed: Listed


def passwords_for(connection: Connection, file_ids: Sequence[int]) -> dict[int, str]:
    """The password that its batch gave for each file that waits for triage; "" if none."""
    waiting = _items_waiting_for(connection, file_ids)
    return {file_id: found[0]["password"] or "" for file_id, found in waiting.items()}


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
    file_ids = sorted(job.file_id for job, _ in seen)
    # Locked before it is asked who waits: whoever books one of these now comes before us or sees what we did.
    of_these = select(files.c.id).where(files.c.id.in_(file_ids)).order_by(files.c.id)
    connection.execute(of_these.with_for_update())
    waiting = _items_waiting_for(connection, file_ids)
    connection.execute(_SEEN, [_seen(job, was, waiting[job.file_id][0]) for job, was in seen])
    rescans = take_scans(connection, file_ids)
    brought = {
        file_id: [item for item in found if item["id"] not in rescans] for file_id, found in waiting.items()
    }
    first = {file_id: found[0] for file_id, found in brought.items() if found}
    rows = listed.rows_of(connection, [item["id"] for item in first.values()])
    papers = [
        Paper(first[job.file_id], job.file_id, found)
        for job, was in seen
        if job.file_id in first
        for found in _papers(connection, first[job.file_id], rows[first[job.file_id]["id"]], was.pages)
    ]
    _register(connection, actor, papers)
    with_list = {paper.file_id for paper in papers if paper.listed.row}
    queue_reading(
        connection,
        [
            ToRead(job.file_id, job.unit, was.pages, job.batch_id,
                   READ_LISTED if job.file_id in with_list else READ_UNLISTED)
            for job, was in seen
            if job.file_id in first
        ],
    )  # fmt: skip
    stored = [item["id"] for item in first.values()]
    connection.execute(update(items).where(items.c.id.in_(stored)).values(outcome="stored"))
    settle_duplicates(
        connection, {item["id"]: file_id for file_id, found in brought.items() for item in found[1:]}
    )


def _items_waiting_for(connection: Connection, file_ids: Sequence[int]) -> dict[int, list[RowMapping]]:
    query = (
        select(items, batches.c.unit_id, batches.c.manner, batches.c.plan, batches.c.password)
        .join(batches, batches.c.id == items.c.batch_id)
        .where(items.c.file_id.in_(file_ids), items.c.outcome == "waiting")
        .order_by(items.c.id)
    )
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        found[row["file_id"]].append(row)
    return found


def _seen(job: Job, was: Inspection, item: RowMapping) -> dict[str, object]:
    return {
        "file": job.file_id,
        "media_type": was.media_type,
        "page_count": was.pages,
        "opened_by": item["password"] if was.locked else None,
    }


def _papers(connection: Connection, item: RowMapping, rows: Sequence[RowMapping], pages: int) -> list[Listed]:
    """What the list says of a file comes before what the batch's split says."""
    split = Plan.kept(item["plan"]).split
    every = parse_split(split).every if split and not rows else None
    if every:
        return [Listed(start, end) for start, end in papers_every(pages, every)]
    return listed.divide(connection, rows, pages)


def _register(connection: Connection, actor: Actor, papers: Sequence[Paper]) -> None:
    """New records for new papers; a paper that began in another file, or as metadata alone, gets its part."""
    begun = dict(_begun(connection, papers))
    new: dict[int, Paper] = {}
    for place, paper in enumerate(papers):
        row = paper.listed.row
        if row and row["id"] in begun:
            _go_on(connection, begun[row["id"]], paper)
        else:  # of a paper whose files arrive together, the first makes the record and takes in the others
            new.setdefault(row["id"] if row else -place, paper)
    ids = registry.register(connection, actor, [_new_record(connection, paper) for paper in new.values()])
    made = {row_id: record_id for row_id, record_id in zip(new, ids, strict=True) if row_id > 0}
    listed.describes(connection, made | begun)


def _go_on(connection: Connection, record_id: int, paper: Paper) -> None:
    registry.add_scan(connection, record_id, _part(paper), paper.item["id"])
    registry.take_values(connection, {record_id: paper.listed.values})


def _begun(connection: Connection, papers: Sequence[Paper]) -> Iterator[tuple[int, int]]:
    """Rows (id: record) whose paper is a record already."""
    origins = [(m["source_system"], m["source_id"]) for paper in papers if (m := paper.listed.migrated)]
    known = migrated.records_from(connection, origins) if origins else {}
    for paper in papers:
        row, came_from = paper.listed.row, paper.listed.migrated
        if row is None:
            continue
        if record_id := row["record_id"] or (row["count"] > 1 and listed.paper_begun(connection, row)):
            yield row["id"], record_id
        elif came_from and (record := known.get((came_from["source_system"], came_from["source_id"]))):
            if record["work"] == "metadata_only" and record["custodian_id"] == paper.item["unit_id"]:
                yield row["id"], record["id"]
            else:
                listed.report(connection, row["batch_id"], "source_id_taken", row=row["row"],
                              value=came_from["source_id"], warning=True)  # fmt: skip


def _part(paper: Paper) -> NewPart:
    return NewPart(paper.file_id, paper.listed.page_from, paper.listed.page_to, paper.listed.ordinal)


def _new_record(connection: Connection, paper: Paper) -> NewRecord:
    item, found = paper.item, paper.listed
    plan = Plan.kept(item["plan"])
    said = plan.said_of(item["path"])
    for name, text, reason in said.bad:
        listed.report(
            connection, item["batch_id"], reason, path=item["path"], column=name, value=text, warning=True
        )
    of_several = found.row is not None and found.is_of_several_files
    return NewRecord(
        parts=listed.parts_of_row(connection, found.row["id"])
        if of_several and found.row
        else [_part(paper)],
        item_id=item["id"],
        batch_id=item["batch_id"],
        unit_id=item["unit_id"],
        kind=found.kind or plan.kind,
        hidden=item["manner"] == "flow",
        values=(*found.values, *said.values),
        location={**said.location, **found.location},
        migrated=found.migrated,
        secrecy=found.secrecy or plan.secrecy,
    )
