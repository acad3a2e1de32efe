"""An access session opens one holder's approved, released papers to one officer until its end."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.warehouse.archive import add_record, add_unit, add_user, officer
from warehouse.access import LONGEST, Access, open_access, open_holders
from warehouse.database import Database
from warehouse.errors import Forbidden, UsageError
from warehouse.rights import Actor, Scope, scope_of
from warehouse.tables import audit, records

ONE_STOP = officer("open_access")
LAN, HOA = "020190001234", "020191005678"
ASKED = Access(
    user_id=7, holder_number="020 190 001 234", procedure_code="1.001193", dossier_code="H37.15-250106-0001"
)


@pytest.fixture(autouse=True)
def user(database: Database) -> None:
    with database.write() as connection:
        add_user(connection, 7)


SHOWN = {"work": "approved", "availability": "released"}


def test_it_opens_for_that_officer_and_that_holder_alone(database: Database) -> None:
    with database.write() as connection:
        open_access(connection, ONE_STOP, ASKED)
        assert open_holders(connection, 7) == {LAN}
        assert open_holders(connection, 8) == frozenset()


def test_it_ends_by_time_and_never_lasts_longer_than_a_day_of_work(database: Database) -> None:
    with database.write() as connection:
        until = open_access(
            connection, ONE_STOP, Access(7, LAN, "1.001193", "H37.15-250106-0001", timedelta(days=9))
        )
        assert until <= datetime.now(UTC) + LONGEST
        assert open_holders(connection, 7, until - timedelta(seconds=1)) == {LAN}
        assert open_holders(connection, 7, until) == frozenset()


def test_it_reaches_the_approved_and_released_papers_of_that_holder_whatever_their_class(
    database: Database,
) -> None:
    with database.write() as connection:
        unit = add_unit(connection, "06184")
        reached = [
            add_record(connection, unit, "Giấy khai sinh", holder=LAN, **SHOWN),
            add_record(connection, unit, "Giấy chứng nhận nuôi con nuôi", holder=LAN, **SHOWN),
        ]
        add_record(connection, unit, "Giấy khai sinh", holder=HOA, **SHOWN)
        add_record(connection, unit, "Giấy khai sinh", holder=LAN, **{**SHOWN, "work": "ready"})
        add_record(connection, unit, "Giấy khai sinh", holder=LAN, **{**SHOWN, "availability": "hidden"})
        scope = Scope(holders=frozenset({LAN}))
        found = connection.scalars(select(records.c.id).where(scope.allows_record()).order_by(records.c.id))
        assert found.all() == reached


def test_it_is_for_reading_and_for_nothing_else() -> None:
    reader = Actor("user:lan", grants=(), holders=frozenset({LAN}))
    assert scope_of(reader).holders == {LAN}
    assert scope_of(reader, "correct") == Scope()


def test_who_opened_it_for_whom_and_what_for_stands_in_the_audit_log(database: Database) -> None:
    with database.write() as connection:
        open_access(connection, ONE_STOP, ASKED)
        entry = json.loads(connection.execute(select(audit.c.entry)).scalar_one())
    assert (entry["action"], entry["subject"]) == ("open_access", "H37.15-250106-0001")
    assert entry["detail"]["holder"] == LAN
    assert entry["detail"]["user"] == 7


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (Access(7, "02019000", "1.001193", "H37.15-250106-0001"), "bad_personal_id"),
        (Access(7, LAN, "khai sinh", "H37.15-250106-0001"), "bad_procedure_code"),
        (Access(7, LAN, "1.001193", "hồ sơ 1"), "bad_dossier_code"),
    ],
)
def test_codes_that_are_none_open_nothing(database: Database, wrong: Access, reason: str) -> None:
    with database.write() as connection, pytest.raises(UsageError) as refused:
        open_access(connection, ONE_STOP, wrong)
    assert refused.value.reason == reason


def test_an_officer_cannot_open_it_alone(database: Database) -> None:
    with database.write() as connection, pytest.raises(Forbidden):
        open_access(connection, officer("read", "find_person"), ASKED)
