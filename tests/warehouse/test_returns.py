"""Papers that go back to be scanned again, and notes."""

import json

import pytest
from sqlalchemy import Connection, select

from tests.warehouse.desk import OPERATOR, a_batch, a_read_paper, a_unit, row_of, said, settle, someone
from warehouse.corrections import confirm
from warehouse.database import Database
from warehouse.errors import Changed, Conflict, Forbidden, NotFound, UsageError
from warehouse.notes import add_note, notes_of
from warehouse.quarantine import set_apart
from warehouse.registry import file_record
from warehouse.returns import resubmit, return_record, returns_of
from warehouse.tables import audit, records


@pytest.fixture
def connection(database: Database):  # type: ignore[no-untyped-def]
    with database.write() as opened:
        yield opened


@pytest.fixture
def unit(connection: Connection) -> int:
    return a_unit(connection)


@pytest.fixture
def paper(connection: Connection, unit: int) -> str:
    return a_read_paper(connection, a_batch(connection, unit), "doubtful:subject", subject="Vè việc")


def test_a_returned_record_tells_why_and_which_pages(connection, unit, paper) -> None:
    officer = someone("officer", unit)
    seen = row_of(connection, paper)["revision"]
    return_record(connection, officer, paper, "trang 2 mờ", [2, 2], seen)
    record = row_of(connection, paper)
    assert (record["work"], record["revision"]) == ("returned", seen + 1)
    [told] = returns_of(connection, record["id"])
    assert (told["reason"], told["pages"], told["who"], told["ended_how"]) == (
        "trang 2 mờ", [2], "user:officer", None,
    )  # fmt: skip
    [entry] = connection.scalars(select(audit.c.entry).where(audit.c.action == "return"))
    assert json.loads(entry)["subject"] == paper


def test_what_an_officer_returned_stays_returned_whatever_is_read(connection, paper) -> None:
    return_record(connection, OPERATOR, paper, "mờ")
    record_id = row_of(connection, paper)["id"]
    file_record(connection, OPERATOR, record_id, [said("subject", "Về việc")], lambda shown: [])
    assert row_of(connection, paper)["work"] == "returned"


@pytest.mark.parametrize(
    "state", ["registered", "reading", "approved", "withdrawn", "quarantined", "returned"]
)
def test_only_what_was_read_and_is_not_approved_is_returned(connection, paper, state: str) -> None:
    settle(connection, paper, work=state)
    with pytest.raises(Conflict):
        return_record(connection, OPERATOR, paper, "mờ")


def test_a_return_needs_a_reason_and_pages_that_are_there(connection, paper) -> None:
    for reason, pages in ((" ", []), ("mờ", [3]), ("mờ", [0])):
        with pytest.raises(UsageError):
            return_record(connection, OPERATOR, paper, reason, pages)
    with pytest.raises(Changed):
        return_record(connection, OPERATOR, paper, "mờ", [], 1)


def test_a_clerk_does_not_return_but_brings_back_what_was_put_right(connection, unit, paper) -> None:
    clerk = someone("clerk", unit)
    with pytest.raises(Forbidden):
        return_record(connection, clerk, paper, "mờ")
    return_record(connection, OPERATOR, paper, "sai trích yếu")
    confirm(connection, clerk, paper, "subject")
    assert row_of(connection, paper)["work"] == "returned"
    resubmit(connection, clerk, paper)
    record = row_of(connection, paper)
    assert record["work"] == "ready"
    assert [told["ended_how"] for told in returns_of(connection, record["id"])] == ["resubmitted"]
    with pytest.raises(Conflict):
        resubmit(connection, clerk, paper)


def test_what_is_brought_back_with_its_doubts_comes_to_review(connection, paper) -> None:
    return_record(connection, OPERATOR, paper, "mờ")
    resubmit(connection, OPERATOR, paper)
    assert row_of(connection, paper)["work"] == "needs_review"


def test_a_returned_paper_with_a_secrecy_mark_goes_apart(connection, paper) -> None:
    return_record(connection, OPERATOR, paper, "mờ")
    set_apart(connection, OPERATOR, select(records.c.id).where(records.c.public_id == paper), "mat")
    assert row_of(connection, paper)["work"] == "quarantined"


def test_notes_are_kept_in_order_and_are_no_change_of_the_record(connection, unit, paper) -> None:
    before = row_of(connection, paper)
    add_note(connection, someone("clerk", unit), paper, "Hỏi lại xã\x00 ")
    add_note(connection, OPERATOR, paper, "Đã hỏi")
    assert [(note["text"], note["who"]) for note in notes_of(connection, before["id"])] == [
        ("Hỏi lại xã", "user:clerk"), ("Đã hỏi", "operator"),
    ]  # fmt: skip
    assert row_of(connection, paper) == before


def test_notes_are_for_those_who_may_read_the_record(connection, unit, paper) -> None:
    with pytest.raises(NotFound):
        add_note(connection, someone("clerk", unit + 1), paper, "x")
    settle(connection, paper, work="quarantined")
    with pytest.raises(Forbidden):
        add_note(connection, OPERATOR, paper, "x")


def test_a_paper_returned_twice_tells_of_both(connection, paper) -> None:
    for reason in ("mờ", "lệch"):
        return_record(connection, OPERATOR, paper, reason)
        resubmit(connection, OPERATOR, paper)
    told = returns_of(connection, row_of(connection, paper)["id"])
    assert [(each["reason"], each["ended_how"]) for each in told] == [
        ("mờ", "resubmitted"), ("lệch", "resubmitted"),
    ]  # fmt: skip
