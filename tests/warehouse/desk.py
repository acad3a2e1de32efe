"""Records as review meets them: units, batches and papers with what a list and a reading said of them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from warehouse.records import FieldValue, Origin
from warehouse.registry import NewPart, NewRecord, file_record, register
from warehouse.rights import ACTS, Actor, Grant, Reach, Role
from warehouse.tables import batches, files, items, objects, pages, records, units

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OPERATOR = Actor("operator")
_numbers = count(1)


def add(connection: Connection, table: Any, **row: Any) -> int:
    return int(connection.execute(insert(table).returning(table.c.id), row).scalar_one())


def a_unit(connection: Connection) -> int:
    number = next(_numbers)
    return add(connection, units, code=f"U{number}", name=f"Xã {number}", level="commune",
               valid_from=date(2025, 7, 1))  # fmt: skip


def a_batch(connection: Connection, unit: int) -> int:
    return add(connection, batches, unit_id=unit, source="/scans", manner="stock", created_at=NOW,
               created_by="lan")  # fmt: skip


def a_paper(
    connection: Connection, batch: int, listed: Sequence[FieldValue] = (), number_of_pages: int = 2
) -> int:
    """A file with its pages and its record, as triage leaves them; the record's row id."""
    name = f"{next(_numbers):064}"
    unit = connection.scalar(select(batches.c.unit_id).where(batches.c.id == batch))
    assert unit is not None
    connection.execute(insert(objects).values(sha256=name, size=1, stored_at=NOW))
    file = add(connection, files, unit_id=unit, sha256=name, state="registered", received_at=NOW)
    item = add(connection, items, batch_id=batch, path=name, source_path=name, outcome="stored", file_id=file)
    for number in range(1, number_of_pages + 1):
        add(connection, pages, file_id=file, number=number, status="ok", width=100, height=200, text="",
            path="whole", read_at=NOW)  # fmt: skip
    paper = NewRecord([NewPart(file, 1, number_of_pages)], item, batch, unit, "result", False, listed)
    [record_id] = register(connection, OPERATOR, [paper])
    return record_id


def said(name: str, value: str, origin: Origin = "ocr", confidence: float = 0.9) -> FieldValue:
    place = {"page": 1, "box": (10, 10, 50, 20)} if origin == "ocr" else {}
    return FieldValue(name, value, origin, confidence, **place)  # type: ignore[arg-type]


def read(connection: Connection, record_id: int, values: Sequence[FieldValue], *review: str) -> None:
    """The paper is filed: these values were read, and for these reasons an officer must look."""
    file_record(connection, OPERATOR, record_id, values, lambda shown: list(review))


def a_read_paper(connection: Connection, batch: int, *review: str, **values: str) -> str:
    """The public id of a paper that was read without a list."""
    record_id = a_paper(connection, batch)
    read(connection, record_id, [said(name, value) for name, value in values.items()], *review)
    return row_of(connection, record_id)["public_id"]  # type: ignore[no-any-return]


def row_of(connection: Connection, which: int | str) -> RowMapping:
    column = records.c.id if isinstance(which, int) else records.c.public_id
    return connection.execute(select(records).where(column == which)).mappings().one()


def settle(connection: Connection, public_id: str, **values: Any) -> None:
    """Put a record into a state that something else than the thing under test leads to."""
    connection.execute(update(records).where(records.c.public_id == public_id).values(values))


def someone(role: Role, *unit_ids: int, who: str | None = None) -> Actor:
    """A person with one post in these units."""
    unit = unit_ids[0] if unit_ids else None
    return Actor(who or f"user:{role}", unit, grants=(Grant(ACTS[role], Reach(frozenset(unit_ids))),))
