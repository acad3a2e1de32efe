"""Rows of an older system whose scan did not come: records by their metadata, till a scan arrives."""

from sqlalchemy import Connection, RowMapping, exists, select

from ingest import listed
from ingest.batches import Batch
from warehouse import migrated, registry
from warehouse.database import Database
from warehouse.registry import NewRecord
from warehouse.rights import Actor
from warehouse.tables import manifest_rows, row_files

AT_ONCE = 500
NO_FILE = ~exists().where(row_files.c.row_id == manifest_rows.c.id)


def register_metadata(database: Database, actor: Actor, batch: Batch) -> None:
    """Register them, some hundred a transaction; what an earlier run registered stays as it is."""
    after = 0
    while True:
        with database.write(durable=True) as connection:
            rows = _next(connection, batch, after)
            _register(connection, actor, batch, rows)
        if not rows:
            return
        after = rows[-1]["id"]


def _next(connection: Connection, batch: Batch, after: int) -> list[RowMapping]:
    """Locked, so that the same import in another window waits and then finds them registered."""
    query = (
        select(manifest_rows)
        .where(manifest_rows.c.batch_id == batch.id, manifest_rows.c.id > after)
        .where(manifest_rows.c.record_id.is_(None), manifest_rows.c.migrated.is_not(None), NO_FILE)
        .order_by(manifest_rows.c.id)
        .limit(AT_ONCE)
        .with_for_update()
    )
    return list(connection.execute(query).mappings())


def _register(connection: Connection, actor: Actor, batch: Batch, rows: list[RowMapping]) -> None:
    """A row whose record was carried over before says something new about it, or nothing."""
    rows = [row for row in rows if row["migrated"]]
    origin = {row["id"]: (row["migrated"]["source_system"], row["migrated"]["source_id"]) for row in rows}
    known = migrated.records_from(connection, list(origin.values())) if origin else {}
    new: dict[tuple[str, str], RowMapping] = {}
    for row in rows:
        record = known.get(origin[row["id"]])
        if record is None and origin[row["id"]] not in new:
            new[origin[row["id"]]] = row
        elif record is not None and record["custodian_id"] == batch.unit.id:
            listed.take_row(connection, row, record)
        else:
            listed.report(connection, batch.id, "source_id_taken", row=row["row"],
                          value=origin[row["id"]][1], warning=True)  # fmt: skip
    if new:
        ids = registry.register(connection, actor, [_new_record(batch, row) for row in new.values()])
        made = zip(new.values(), ids, strict=True)
        listed.describes(connection, {row["id"]: record_id for row, record_id in made})


def _new_record(batch: Batch, row: RowMapping) -> NewRecord:
    return NewRecord(
        parts=(),
        item_id=None,
        batch_id=batch.id,
        unit_id=batch.unit.id,
        kind=row["kind"],
        hidden=batch.hidden,
        values=listed.values_in(row),
        location=row["location"],
        migrated=row["migrated"],
        secrecy=row["secrecy"],
    )
