"""Records from before there were classes get theirs, once, in pieces, and the index is told."""

import pytest
from sqlalchemy import delete, select, update

from tests.warehouse.archive import add_record, add_unit
from warehouse import older_records
from warehouse.database import Database
from warehouse.older_records import classify_older
from warehouse.tables import outbox, records


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(older_records, "AT_ONCE", 2)


def make_older(database: Database, *doc_types: str) -> list[int]:
    with database.write() as connection:
        unit = add_unit(connection, "06184")
        ids = [add_record(connection, unit, doc_type) for doc_type in doc_types]
        connection.execute(update(records).values(sensitivity="unclassified", field_of_activity=None))
        connection.execute(delete(outbox))
    return ids


def classes(database: Database) -> list[tuple[str | None, str]]:
    with database.read() as connection:
        rows = connection.execute(select(records).order_by(records.c.id))
        return [(row.field_of_activity, row.sensitivity) for row in rows]


def test_older_records_are_classed_by_their_type_and_unknown_ones_stay(database: Database) -> None:
    make_older(
        database,
        "Giấy khai sinh",
        "Tờ trình",
        "Giấy chứng nhận nuôi con nuôi",
        "Tờ trình",
        "Giấy phép lái xe",
    )
    assert classify_older(database) == 3
    assert classes(database) == [
        ("civil_status", "sensitive"), (None, "unclassified"), ("adoption", "adoption"), (None, "unclassified"),
        ("transport", "ordinary"),
    ]  # fmt: skip


def test_the_index_is_told_of_those_alone_that_changed(database: Database) -> None:
    birth, _ = make_older(database, "Giấy khai sinh", "Tờ trình")
    classify_older(database)
    with database.read() as connection:
        assert connection.scalars(select(outbox.c.record_id)).all() == [birth]


def test_a_type_that_is_given_another_class_takes_its_records_along(database: Database) -> None:
    make_older(database, "Giấy chứng nhận nuôi con nuôi", "Giấy phép lái xe", "Tờ trình")
    classify_older(database)
    with database.write() as connection:
        connection.execute(
            update(records).where(records.c.sensitivity == "adoption").values(sensitivity="ordinary")
        )
    assert classify_older(database) == 1
    assert classes(database)[0] == ("adoption", "adoption")


def test_to_classify_again_changes_nothing(database: Database) -> None:
    make_older(database, "Giấy khai sinh", "Tờ trình", "Tờ trình")
    classify_older(database)
    assert classify_older(database) == 0
