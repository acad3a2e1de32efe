"""Papers as the catalogue holds them, and what the index says of them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from search.index import Answer, Index
from search.query import Query, clauses_of
from warehouse.codes.dates import today
from warehouse.database import Database
from warehouse.records import FieldValue
from warehouse.registry import NewPart, NewRecord, register
from warehouse.rights import Actor, Scope
from warehouse.tables import batches, files, items, objects, outbox, pages, records, units

CLERK = Actor("clerk")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def add_paper(
    connection: Connection, name: str, *values: tuple[str, str], text: str = "", unit_code: str = "06184"
) -> int:
    """One file of one page, with its record; returns the record's row id."""

    def new(table: Any, **row: Any) -> int:
        return int(connection.execute(insert(table).returning(table.c.id), row).scalar_one())

    unit = connection.execute(select(units.c.id).where(units.c.code == unit_code)).scalars().first()
    assert unit is not None
    batch = new(batches, unit_id=unit, source="/scans", manner="stock", created_at=NOW, created_by="clerk")
    connection.execute(insert(objects).values(sha256=f"{name:>064}", size=1, stored_at=NOW))
    file = new(files, unit_id=unit, sha256=f"{name:>064}", state="registered", received_at=NOW)
    item = new(items, batch_id=batch, path=name, source_path=name, outcome="stored", file_id=file)
    read = {"status": "ok", "width": 1, "height": 1, "path": "whole", "read_at": NOW}
    connection.execute(insert(pages).values(file_id=file, number=2, text=text, **read))
    connection.execute(insert(pages).values(file_id=file, number=3, text="trang của giấy khác", **read))
    listed = [FieldValue(field, value, "manifest") for field, value in values]
    location = {"box": "Hộp 7", "folder": "Cặp 9"}
    paper = NewRecord([NewPart(file, 1, 2)], item, batch, unit, "result", False, listed, location)
    return register(connection, CLERK, [paper])[0]


def ask(index: Index, text: str = "", **filters: Any) -> Answer:
    return index.search(Query(clauses_of(text), on=today(), **filters), Scope(everything=True))


def public_ids(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(select(records.c.public_id).order_by(records.c.id)))


def waiting(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(outbox)) or 0
