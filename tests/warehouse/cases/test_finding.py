"""Who may know of a case, and how cases are listed."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from tests.warehouse.cases.desk import (
    ACCEPTED,
    CLERK,
    HOLDER,
    MOTHER,
    OF_HOLDER,
    OFFICER,
    STRANGER,
    WRONG_NAME,
    staff,
)
from warehouse.cases.deciding import decide_case
from warehouse.cases.finding import Wanted, describe_case, list_cases
from warehouse.cases.opening import open_case
from warehouse.codes.dates import today
from warehouse.errors import NotFound
from warehouse.rights import USUAL_CLASSES, Actor
from warehouse.tables import audit, cases, records


def test_case_that_touches_one_paper_out_of_reach_is_not_there(connection: Connection) -> None:
    wide = staff("clerk", 1, "user:wide", USUAL_CLASSES | {"adoption"})
    case = open_case(connection, wide, OF_HOLDER)
    assert case["records"] == ["RA", "RB", "RN"]
    for act in (describe_case, lambda *asked: decide_case(*asked, ACCEPTED)):
        with pytest.raises(NotFound) as refused:
            act(connection, OFFICER, case["case"])
        assert refused.value.reason == "unknown_case"
    assert list_cases(connection, OFFICER, Wanted(), None, 10) == []
    assert [shown["case"] for shown in list_cases(connection, wide, Wanted(), None, 10)] == [case["case"]]


@pytest.mark.parametrize("actor", [STRANGER, Actor("user:nobody", 1, grants=()), staff("auditor", 1)])
def test_case_is_not_there_for_whoever_has_no_right_to_its_record(
    connection: Connection, actor: Actor
) -> None:
    case = open_case(connection, CLERK, WRONG_NAME)
    with pytest.raises(NotFound):
        describe_case(connection, actor, case["case"])
    with pytest.raises(NotFound):
        open_case(connection, actor, WRONG_NAME)


def test_cases_follow_their_record_to_its_new_custodian(connection: Connection) -> None:
    case = open_case(connection, CLERK, WRONG_NAME)["case"]
    connection.execute(update(records).where(records.c.public_id == "RA").values(custodian_id=2))
    assert describe_case(connection, STRANGER, case)["unit"] == "06184"
    with pytest.raises(NotFound):
        describe_case(connection, CLERK, case)


def test_whoever_relies_on_the_last_day_is_told_of_a_year_without_holidays(connection: Connection) -> None:
    case = open_case(connection, CLERK, WRONG_NAME)["case"]
    connection.execute(
        update(cases).values(due_on=date(2099, 1, 5), opened_at=datetime(2098, 12, 31, tzinfo=UTC))
    )
    warnings = describe_case(connection, CLERK, case)["warnings"]
    assert [warning["reason"] for warning in warnings] == ["no_holidays"] * 2
    assert "2099" in warnings[1]["vi"]


def test_list_names_the_record_of_a_records_case_and_none_of_a_holders(connection: Connection) -> None:
    one, many = open_case(connection, CLERK, WRONG_NAME), open_case(connection, CLERK, OF_HOLDER)
    listed = {case["case"]: case["record"] for case in list_cases(connection, CLERK, Wanted(), None, 10)}
    assert listed == {one["case"]: "RA", many["case"]: None}
    assert (one["record"], many["record"]) == ("RA", None)


def test_list_is_by_last_day_and_tells_open_decided_and_overdue(connection: Connection) -> None:
    late, decided, open_one = (open_case(connection, CLERK, WRONG_NAME)["case"] for _ in range(3))
    decide_case(connection, OFFICER, decided, ACCEPTED)
    long_ago = today() - timedelta(1)
    connection.execute(update(cases).where(cases.c.public_id.in_([late, decided])).values(due_on=long_ago))

    def listed(after: tuple[date, str] | None = None, limit: int = 10, **wanted: object) -> list[str]:
        return [case["case"] for case in list_cases(connection, CLERK, Wanted(**wanted), after, limit)]  # type: ignore[arg-type]

    first, second = sorted([late, decided])
    assert listed() == [first, second, open_one]
    assert listed(limit=1) == [first, second]  # one more, so that the asker sees that it goes on
    assert listed(after=(long_ago, first)) == [second, open_one]
    assert listed(overdue=True) == [late]
    assert listed(state="open") == [late, open_one]
    assert listed(state="decided") == [decided]
    assert (listed(unit="06184"), listed(unit="06385")) == ([first, second, open_one], [])
    assert (listed(record="ra"), listed(record="RB")) == ([first, second, open_one], [])


def test_each_step_is_in_the_trail_of_the_case_and_of_its_records_without_a_persons_name(
    connection: Connection,
) -> None:
    case = open_case(connection, CLERK, OF_HOLDER)["case"]
    decide_case(connection, OFFICER, case, ACCEPTED)
    entries = [json.loads(entry) for entry in connection.scalars(select(audit.c.entry).order_by(audit.c.id))]
    steps = [(entry["action"], entry["subject"]) for entry in entries]
    for step in ("open_case", "decide_case"):
        assert {(step, f"case {case}"), (step, "RA"), (step, "RB")} <= set(steps)
    assert not any(secret in json.dumps(entries, ensure_ascii=False) for secret in (MOTHER.name, HOLDER))
