"""Identity numbers: masked unless somebody says what for, and one entry for one purpose and day."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from warehouse.codes.dates import today
from warehouse.database import Database
from warehouse.errors import UsageError
from warehouse.masks import masked, note_look
from warehouse.rights import Actor
from warehouse.tables import audit, looks

LAN = Actor("user:lan", purpose="H37.15-250106-0001")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("020190001234", "••••••••1234"),
        ("081234567", "•••••4567"),
        ("H37.20", "•••.20"),
        ("7", "•"),
        ("", ""),
    ],
)
def test_of_a_number_the_last_four_characters_are_shown_and_never_more_than_half(
    number: str, shown: str
) -> None:
    assert masked(number) == shown


def entries(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as connection:
        found = [
            json.loads(entry) for entry in connection.scalars(select(audit.c.entry).order_by(audit.c.id))
        ]
    return [(entry["who"], entry["purpose"], entry["subject"]) for entry in found]


def look(database: Database, actor: Actor, *public_ids: str) -> None:
    with database.write() as connection:
        note_look(connection, actor, public_ids)


def test_a_look_is_noted_once_for_one_purpose_however_often_one_clicks(database: Database) -> None:
    look(database, LAN, "B2", "A1")
    look(database, LAN, "A1")
    look(database, LAN, "A1", "C3")
    assert entries(database) == [(LAN.who, LAN.purpose, record) for record in ("A1", "B2", "C3")]


def test_another_purpose_and_another_account_are_looks_of_their_own(database: Database) -> None:
    look(database, LAN, "A1")
    look(database, Actor("user:lan", purpose="đính chính"), "A1")
    look(database, Actor("user:minh", purpose=LAN.purpose), "A1")
    assert len(entries(database)) == 3


def test_without_a_purpose_nothing_is_shown(database: Database) -> None:
    with pytest.raises(UsageError) as refused:
        look(database, Actor("user:lan", purpose=" "), "A1")
    assert refused.value.reason == "purpose_missing"


def test_the_next_day_is_a_new_session_of_work_and_the_old_ones_leave_nothing_behind(
    database: Database,
) -> None:
    look(database, LAN, "A1", "B2")
    with database.write() as connection:
        connection.execute(update(looks).values(day=today() - timedelta(days=1)))
    look(database, LAN, "A1")
    assert [subject for _, _, subject in entries(database)] == ["A1", "B2", "A1"]
    with database.read() as connection:
        assert connection.scalars(select(looks.c.record)).all() == ["A1"]
