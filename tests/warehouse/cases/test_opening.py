"""Opening a case: its number, its records, its last day, and since when they were wrong."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from tests.warehouse.cases.desk import (
    ARRIVED,
    CLERK,
    HOLDER,
    MOTHER,
    OF_HOLDER,
    OFFICER,
    OPERATOR,
    READ,
    STRANGER,
    WRONG_NAME,
    furnish,
    is_disputed,
    staff,
)
from tests.warehouse.desk import add
from warehouse.cases.finding import describe_case
from warehouse.cases.opening import open_case
from warehouse.codes.dates import today
from warehouse.codes.public_ids import is_public_id
from warehouse.database import Database
from warehouse.errors import Forbidden, NotFound, UsageError
from warehouse.tables import case_records, cases, fields, files, objects, parts


def say(connection: Connection, value: str, version: int, origin: str, at: datetime) -> None:
    add(
        connection, fields, record_id=1, name="holder_name", group="", ordinal=0, origin=origin, version=version,
        value=value, precision="", confidence=1.0, created_at=at,
    )  # fmt: skip


def test_case_has_a_random_id_and_the_next_number_of_its_unit_and_year(connection: Connection) -> None:
    opened = [open_case(connection, CLERK, WRONG_NAME) for _ in range(2)]
    elsewhere = open_case(connection, staff("clerk", 2), replace(WRONG_NAME, record="RF"))
    assert [case["number"] for case in (*opened, elsewhere)] == [f"{n:02}/{today().year}" for n in (1, 2, 1)]
    assert all(is_public_id(case["case"]) for case in opened)
    connection.execute(update(cases).values(year=today().year - 1))
    assert open_case(connection, CLERK, WRONG_NAME)["number"] == f"01/{today().year}"


def test_case_tells_who_asks_for_what_and_the_holder_by_the_last_digits_alone(connection: Connection) -> None:
    case = open_case(connection, CLERK, OF_HOLDER)
    assert case["requester"] == {"name": MOTHER.name, "contact": MOTHER.contact, "relation": "family"}
    assert (case["holder"], case["state"], case["decision"]) == ("••••••••1234", "open", None)
    assert HOLDER not in json.dumps([case, describe_case(connection, CLERK, case["case"])])


def test_case_of_a_holder_covers_their_papers_in_the_openers_reach_alone(connection: Connection) -> None:
    case = open_case(connection, CLERK, OF_HOLDER)
    assert case["records"] == ["RA", "RB"]
    assert [is_disputed(connection, record) for record in ("RA", "RB", "RN", "RF")] == [
        True,
        True,
        False,
        False,
    ]


def test_case_of_a_holder_of_whom_nothing_is_kept_is_the_units(connection: Connection) -> None:
    case = open_case(connection, CLERK, replace(OF_HOLDER, holder="020090009999"))
    assert case["records"] == []
    assert describe_case(connection, OFFICER, case["case"])["unit"] == "06184"
    with pytest.raises(NotFound):
        describe_case(connection, STRANGER, case["case"])


def test_case_is_about_a_record_or_a_holder(connection: Connection) -> None:
    for asked in (replace(WRONG_NAME, holder=HOLDER), replace(WRONG_NAME, record=None)):
        with pytest.raises(UsageError):
            open_case(connection, CLERK, asked)


def test_case_of_a_holder_is_taken_by_a_unit_of_the_opener(connection: Connection) -> None:
    with pytest.raises(Forbidden):
        open_case(connection, CLERK, replace(OF_HOLDER, unit="06385"))
    with pytest.raises(UsageError):
        open_case(connection, OPERATOR, OF_HOLDER)
    assert open_case(connection, OPERATOR, replace(OF_HOLDER, unit="06385"))["records"] == [
        "RA",
        "RB",
        "RF",
        "RN",
    ]


def test_last_day_goes_by_the_kind_of_case(connection: Connection) -> None:
    days = {
        kind: open_case(connection, CLERK, replace(WRONG_NAME, kind=kind))["due_on"]
        for kind in ("paper", "wrong_scan")
    }
    assert today().isoformat() < days["wrong_scan"] < days["paper"]


def test_error_began_when_the_shown_value_came_or_the_scan_or_on_the_day_that_is_told(
    connection: Connection,
) -> None:
    say(connection, "Hoa", 1, "ocr", ARRIVED + timedelta(1))
    say(connection, "Hoạ", 2, "ocr", READ)
    say(connection, "Hoà", 1, "path", READ + timedelta(1))
    connection.execute(insert(objects), {"sha256": "a" * 64, "size": 1, "stored_at": READ})
    add(connection, files, unit_id=1, sha256="a" * 64, state="registered", received_at=READ - timedelta(1))
    add(connection, parts, record_id=1, ordinal=0, file_id=1, page_from=1, page_to=1)
    begun = {
        "transcription": READ, "wrong_scan": READ - timedelta(1), "paper": ARRIVED, "access_or_erasure": ARRIVED,
    }  # fmt: skip
    for kind in begun:
        open_case(connection, CLERK, replace(WRONG_NAME, kind=kind))  # type: ignore[arg-type]
    assert connection.scalars(
        select(case_records.c.wrong_since).order_by(case_records.c.case_id)
    ).all() == list(begun.values())
    open_case(connection, CLERK, replace(WRONG_NAME, since=date(2026, 4, 1)))
    told = connection.scalars(
        select(case_records.c.wrong_since).order_by(case_records.c.case_id.desc())
    ).first()
    assert told == datetime(2026, 3, 31, 17, tzinfo=UTC)  # midnight in Viet Nam


def test_cases_opened_at_the_same_moment_have_different_numbers(database: Database) -> None:
    with database.write() as connection:
        furnish(connection)

    def open_one(record: str) -> str:
        with database.write() as connection:
            return str(open_case(connection, CLERK, replace(WRONG_NAME, record=record))["number"])

    with ThreadPoolExecutor(4) as threads:
        numbers = set(threads.map(open_one, ["RA", "RB", "RA", "RB"]))
    assert numbers == {f"{number:02}/{today().year}" for number in range(1, 5)}
