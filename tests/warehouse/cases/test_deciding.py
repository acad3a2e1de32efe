"""Deciding a case: by whom, once, and what is disputed until then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from search.catalogue import read_records
from tests.warehouse.cases.desk import ACCEPTED, CLERK, OFFICER, WRONG_NAME, is_disputed, revision_of, staff
from warehouse.audit import write_entry
from warehouse.cases.deciding import Decision, decide_case
from warehouse.cases.finding import describe_case
from warehouse.cases.opening import open_case
from warehouse.errors import Changed, Conflict, Forbidden, UsageError
from warehouse.rights import Actor
from warehouse.tables import audit, outbox


def test_record_is_disputed_while_a_case_of_it_is_open_and_is_told_so_to_the_index(
    connection: Connection,
) -> None:
    before = revision_of(connection, "RA")
    case = open_case(connection, CLERK, WRONG_NAME)
    assert (is_disputed(connection, "RA"), is_disputed(connection, "RB")) == (True, False)
    assert read_records(connection, [1]).documents[0].disputed
    assert (
        connection.scalars(select(outbox.c.revision)).all() == [before + 1] == [revision_of(connection, "RA")]
    )
    decide_case(connection, OFFICER, case["case"], ACCEPTED)
    assert not is_disputed(connection, "RA")
    assert not read_records(connection, [1]).documents[0].disputed
    assert revision_of(connection, "RA") == before + 2


def test_record_with_two_open_cases_is_disputed_until_both_are_decided(connection: Connection) -> None:
    first, second = (open_case(connection, CLERK, WRONG_NAME) for _ in range(2))
    decide_case(connection, OFFICER, first["case"], ACCEPTED)
    assert is_disputed(connection, "RA")
    decide_case(connection, OFFICER, second["case"], ACCEPTED)
    assert not is_disputed(connection, "RA")


def test_clerk_sees_a_case_but_does_not_decide_it(connection: Connection) -> None:
    case = open_case(connection, CLERK, WRONG_NAME)["case"]
    with pytest.raises(Forbidden):
        decide_case(connection, staff("clerk", 1, "user:other"), case, ACCEPTED)


def test_whoever_opened_a_case_does_not_decide_it(connection: Connection) -> None:
    case = open_case(connection, OFFICER, WRONG_NAME)["case"]
    with pytest.raises(Forbidden) as refused:
        decide_case(connection, OFFICER, case, ACCEPTED)
    assert refused.value.reason == "case_own"
    decide_case(connection, staff("officer", 1, "user:second"), case, ACCEPTED)


def test_case_is_decided_once_and_from_the_revision_that_was_seen(connection: Connection) -> None:
    case = open_case(connection, CLERK, WRONG_NAME)
    with pytest.raises(Changed):
        decide_case(connection, OFFICER, case["case"], ACCEPTED, case["revision"] + 1)
    decided = decide_case(connection, OFFICER, case["case"], ACCEPTED, case["revision"])
    assert (decided["state"], decided["decision"]["outcome"]) == ("decided", "accepted")
    assert decided["decision"]["decided_by"] == OFFICER.who
    with pytest.raises(Conflict):
        decide_case(connection, OFFICER, case["case"], ACCEPTED, decided["revision"])


@pytest.mark.parametrize("outcome", ["partly", "rejected"])
def test_case_that_is_not_wholly_accepted_needs_a_ground(connection: Connection, outcome: str) -> None:
    case = open_case(connection, CLERK, WRONG_NAME)["case"]
    with pytest.raises(UsageError):
        decide_case(connection, OFFICER, case, Decision(outcome, ground=" "))  # type: ignore[arg-type]
    decide_case(connection, OFFICER, case, Decision(outcome, ground="Giấy ghi đúng như vậy."))  # type: ignore[arg-type]


def test_decided_case_lists_every_look_and_use_since_the_error_and_until_the_decision(
    connection: Connection,
) -> None:
    def uses(actor: Actor, action: str, record: str = "RA", **detail: object) -> None:
        write_entry(connection, actor, action, record, **detail)

    since = (datetime.now(UTC) + timedelta(hours=7)).date()
    uses(Actor("user:before"), "download")
    connection.execute(update(audit).values(at=datetime.now(UTC) - timedelta(2)))
    uses(Actor("user:desk", purpose="H37.15-261128-0001"), "view")
    uses(Actor("client:one-stop"), "download", version="a" * 64)
    uses(Actor("user:reader"), "view_pages")
    uses(Actor("user:desk"), "correct")
    uses(Actor("user:desk"), "view", "RB")
    case = open_case(connection, CLERK, replace(WRONG_NAME, since=since))
    assert case["uses"] is None
    decided = decide_case(connection, OFFICER, case["case"], ACCEPTED)
    listed = [(use["who"], use["action"], use["purpose"], use["version"]) for use in decided["uses"]]
    assert listed == [
        ("user:desk", "view", "H37.15-261128-0001", None),
        ("client:one-stop", "download", "", "a" * 64),
        ("user:reader", "view_pages", "", None),
    ]
    uses(Actor("user:after"), "view")
    assert describe_case(connection, CLERK, case["case"])["uses"] == decided["uses"]
