"""Copying tables: nothing is left out, nothing is changed, and what differs is noticed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text

from warehouse import schema, tables
from warehouse.database import Database, metadata
from warehouse.errors import Damaged
from warehouse.table_copy import copied_tables, copy_tables, digest_of, prove_equal

NOW = datetime(2026, 1, 5, 3, 4, 5, 678901, tzinfo=UTC)
MARKS = ["a", "B", "ă", "Z", "đ", "Đ", "e", "é", "z", "_", "-1", "1"]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Database]:
    """An SQLite database beside the one under test, which may be PostgreSQL's."""
    opened = Database(f"sqlite:///{tmp_path / 'other.db'}")
    schema.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        _fill(connection)
    return database


def _fill(connection: Connection) -> None:
    unit = {"name": "Xã", "level": "commune", "valid_from": date(2025, 7, 1), "parent_id": None}
    rows: dict[Any, list[dict[str, Any]]] = {
        tables.units: [{**unit, "id": 1, "code": "1"}, {**unit, "id": 2, "code": "2", "valid_to": date(2026, 1, 1)}],
        tables.column_maps: [{"unit_id": 1, "header": mark, "name": "number"} for mark in MARKS],
        tables.batches: [
            {"id": 7, "unit_id": 1, "source": "/s", "manner": "stock", "created_at": NOW, "created_by": "b",
             "plan": {"đ": [1, 2.5, None]}, "password": "bí mật"}
        ],
        tables.manifest_rows: [
            {"id": 3, "batch_id": 7, "row": 2, "kind": "result", "values": {}, "location": {}, "migrated": None}
        ],
        tables.objects: [{"sha256": "a" * 64, "size": 2**40, "stored_at": NOW}],
        tables.files: [{"id": 5, "unit_id": 1, "sha256": "a" * 64, "state": "registered", "received_at": NOW}],
        tables.pages: [
            {"id": 9, "file_id": 5, "number": 1, "status": "ok", "width": 1, "height": 1, "confidence": 0.1 + 0.2,
             "text": "Kính gửi\n“Ông” 👍 \\ \t", "path": "zones", "read_at": NOW}
        ],
    }  # fmt: skip
    for table, some in rows.items():
        connection.execute(insert(table), some)
    connection.execute(
        insert(tables.items),
        [
            {"id": 1, "batch_id": 7, "path": "a", "source_path": "a", "outcome": "waiting"},
        ],
    )  # its detail is NULL in SQL; the row's `migrated` above is null in JSON
    connection.execute(text("UPDATE units SET parent_id = 2 WHERE id = 1"))


def copy(source: Database, target: Database) -> dict[str, Any]:
    with source.read() as connection:
        return dict(copy_tables(connection, target, lambda _: None))


def rows_of(database: Database) -> dict[str, list[Any]]:
    with database.read() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in metadata.sorted_tables
            if table.name not in ("site", "workers", "leases")
        }


def nulls(database: Database) -> list[Any]:
    """SQL's NULL and JSON's null are two things, and `is_(None)` finds one of them."""
    with database.read() as connection:
        return [
            connection.scalar(text("SELECT count(*) FROM items WHERE detail IS NULL")),
            connection.scalar(text("SELECT count(*) FROM manifest_rows WHERE migrated IS NULL")),
        ]


def test_every_table_that_tells_of_papers_is_copied() -> None:
    left_out = {table.name for table in metadata.sorted_tables} - {table.name for table in copied_tables()}
    processes = {"site", "workers", "leases"}
    of_a_day = {
        "idempotency_keys",
        "looks",
        "oidc_attempts",
        "sessions",
    }  # nothing is lost if they begin anew
    assert left_out == processes | of_a_day


def test_there_and_back_every_value_is_the_same(filled: Database, other: Database, tmp_path: Path) -> None:
    prove_equal(copy(filled, other), other)
    assert rows_of(other) == rows_of(filled)
    assert nulls(other) == nulls(filled) == [1, 0]
    back = Database(f"sqlite:///{tmp_path / 'back.db'}")
    schema.upgrade(back)
    assert copy(other, back) == copy(filled, other)
    back.close()


def test_from_a_file_to_the_database_under_test_every_value_is_the_same(
    other: Database, database: Database
) -> None:
    with other.write() as connection:
        _fill(connection)
    prove_equal(copy(other, database), database)
    assert rows_of(database) == rows_of(other)
    assert nulls(database) == [1, 0]


def test_ids_go_on_behind_the_copied_ones(other: Database, database: Database) -> None:
    with other.write() as connection:
        _fill(connection)
    copy(other, database)
    with database.write() as connection:
        new = {"unit_id": 1, "source": "/t", "manner": "stock", "created_at": NOW, "created_by": "b"}
        assert connection.execute(insert(tables.batches).values(new)).inserted_primary_key == (8,)


def test_the_same_rows_have_the_same_hash_whatever_the_order_of_letters(
    filled: Database, other: Database
) -> None:
    copy(filled, other)
    assert digest_of(filled, tables.column_maps) == digest_of(other, tables.column_maps)
    assert digest_of(filled, tables.column_maps)["rows"] == len(MARKS)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE pages SET text = 'khác'",
        "UPDATE pages SET confidence = 0.3",
        "UPDATE pages SET secrecy = ''",
        "UPDATE units SET parent_id = NULL WHERE id = 1",
        "DELETE FROM column_maps WHERE header = 'đ'",
        "INSERT INTO dossiers (id, code, unit_id) VALUES (1, 'x', 1)",
    ],
)
def test_whatever_differs_is_noticed_and_copied_again(filled: Database, other: Database, change: str) -> None:
    digests = copy(filled, other)
    with other.write() as connection:
        connection.execute(text(change))
    with pytest.raises(Damaged) as caught:
        prove_equal(digests, other)
    assert caught.value.reason == "copy_differs"
    prove_equal(copy(filled, other), other)
    assert rows_of(other) == rows_of(filled)


def test_rows_that_came_and_went_since_a_stop_are_copied_too(filled: Database, other: Database) -> None:
    copy(filled, other)
    with filled.write() as connection:
        connection.execute(text("DELETE FROM manifest_rows"))
        connection.execute(text("UPDATE files SET state = 'rejected'"))
        connection.execute(insert(tables.objects), [{"sha256": "0" * 64, "size": 1, "stored_at": NOW}])
    prove_equal(copy(filled, other), other)
    assert rows_of(other) == rows_of(filled)


@pytest.mark.postgresql
def test_rows_that_the_stricter_database_refuses_are_told_with_their_table(
    other: Database, database: Database
) -> None:
    with other.write() as connection:
        _fill(connection)
        connection.execute(text("UPDATE files SET state = 'a state that is far too long'"))
    with pytest.raises(Damaged, match="files") as caught:
        copy(other, database)
    assert caught.value.reason == "rows_not_taken"
