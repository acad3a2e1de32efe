"""A batch: one handing-in of files by one unit, its items, its list and its exact account.

The walk writes every file as a `waiting` item before the first is opened; `files` is that count.
Always: files = stored + duplicate + rejected + waiting.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, exists, insert, select

from ingest.manifest import Manifest
from ingest.manifest_rows import ManifestRow
from ingest.matching import match
from ingest.plan import Plan
from ingest.sources import Entry
from warehouse.audit import write_entry
from warehouse.database import Database, upsert
from warehouse.rights import Actor
from warehouse.tables import batches, items, manifest_problems, manifest_rows, row_files
from warehouse.units import Unit

LISTED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Batch:
    """The identity of a batch; `hidden`: its results were not handed over yet (flow)."""

    id: int
    unit: Unit
    hidden: bool
    plan: Plan


@dataclass(frozen=True, slots=True)
class NewBatch:
    """What makes an interrupted import the same batch when it is run again."""

    unit: Unit
    source: str
    manner: str
    manifest_sha256: str | None
    plan: Plan = field(default_factory=Plan)
    password: str | None = None


def open_batch(connection: Connection, actor: Actor, new: NewBatch) -> Batch:
    """The unfinished batch of the same source, list, unit and plan, or a new one."""
    batch_id = _unfinished(connection, new)
    if batch_id is None:
        batch_id = connection.execute(
            insert(batches).returning(batches.c.id),
            {
                "unit_id": new.unit.id,
                "source": new.source,
                "manner": new.manner,
                "manifest_sha256": new.manifest_sha256,
                "plan": new.plan.as_json(),
                "password": new.password,
                "created_at": datetime.now(UTC),
                "created_by": actor.who,
            },
        ).scalar_one()
        write_entry(connection, actor, "import", f"batch {batch_id}", source=new.source, unit=new.unit.code)
    return Batch(batch_id, new.unit, new.manner == "flow", new.plan)


def _unfinished(connection: Connection, new: NewBatch) -> int | None:
    its_items = exists().where(items.c.batch_id == batches.c.id)
    begun = ~its_items | its_items.where(items.c.outcome == "waiting")
    query = (
        select(batches.c.id, batches.c.plan)
        .where(batches.c.unit_id == new.unit.id, batches.c.source == new.source)
        .where(batches.c.manner == new.manner, begun)
        .where(batches.c.manifest_sha256.is_not_distinct_from(new.manifest_sha256))
        .order_by(batches.c.id.desc())
    )
    same = (row.id for row in connection.execute(query) if Plan.kept(row.plan) == new.plan)
    return next(same, None)


def list_items(database: Database, batch: Batch, entries: Iterable[Entry]) -> None:
    """Write down every file that is there; files listed by an earlier run keep their outcome."""
    iterator = iter(entries)
    while chunk := list(itertools.islice(iterator, LISTED_AT_ONCE)):
        rows = [
            {
                "batch_id": batch.id,
                "path": entry.path,
                "source_path": entry.key,
                "outcome": "rejected" if entry.refused else "waiting",
                "reason": entry.refused,
            }
            for entry in chunk
        ]
        with database.write() as connection:
            upsert(connection, items, rows, ["batch_id", "source_path"])


def take_list(connection: Connection, batch: Batch, manifest: Manifest) -> None:
    """Write the list's rows beside the items they name, and everything that is wrong with it; once a batch."""
    connection.execute(select(batches.c.id).where(batches.c.id == batch.id).with_for_update(key_share=True))
    taken = [
        exists().where(table.c.batch_id == batch.id).select() for table in (manifest_rows, manifest_problems)
    ]
    if any(connection.scalar(query) for query in taken):
        return
    ids = {
        row.path: row.id
        for row in connection.execute(select(items.c.path, items.c.id).where(items.c.batch_id == batch.id))
    }
    matched = match(manifest.rows, list(ids), batch.plan.matching)
    if matched.rows:
        new = insert(manifest_rows).returning(manifest_rows.c.id, sort_by_parameter_order=True)
        row_ids = connection.scalars(new, [_list_row(batch, row) for row in matched.rows])
        its_files = [
            {"row_id": row_id, "ordinal": ordinal, "item_id": ids[path]}
            for row_id, row in zip(row_ids, matched.rows, strict=True)
            for ordinal, path in enumerate(matched.files_of[row.row])
        ]
        if its_files:
            connection.execute(insert(row_files), its_files)
    problems = [
        {"batch_id": batch.id, **problem.as_row()} for problem in manifest.problems + matched.problems
    ]
    if problems:
        connection.execute(insert(manifest_problems), problems)


def _list_row(batch: Batch, row: ManifestRow) -> dict[str, object]:
    page_from, page_to = row.pages or (None, None)
    accepted = {name: value for name, (value, _) in row.proposals.items() if batch.plan.accept_proposals}
    return {
        "batch_id": batch.id,
        "row": row.row,
        "page_from": page_from,
        "page_to": page_to,
        "kind": batch.plan.kind if row.kind == "result" else row.kind,
        "values": {
            name: [value, row.precisions.get(name, "")] for name, value in {**row.values, **accepted}.items()
        },
        "location": row.location,
        "proposals": {name: found for name, found in row.proposals.items() if name not in accepted},
        "migrated": row.migrated,
        "secrecy": row.secrecy,
    }
