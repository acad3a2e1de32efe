"""Revoked, superseded, reinstated: facts with days, a reason and an audit entry."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Connection, select

from tests.warehouse.held import OPERATOR, Held, of_role
from warehouse.catalogue import validity_of
from warehouse.database import Database
from warehouse.endings import Revocation, Succession, endings_of, reinstate, revoke, supersede
from warehouse.errors import Changed, Conflict, Forbidden, NotFound, UsageError
from warehouse.records import FieldValue
from warehouse.registry import take_values
from warehouse.rights import Actor
from warehouse.tables import audit

DAY = date(2026, 10, 1)
DECISION = Revocation(DAY, "12/QĐ-UBND", "cấp sai đối tượng")


@pytest.fixture
def held(database: Database) -> Held:
    return Held(database)


def by(successor: str) -> Succession:
    return Succession(successor, DAY, "cấp đổi")


def run(held: Held, act: Callable[..., object], *arguments: object, actor: Actor = OPERATOR) -> None:
    with held.database.write() as connection:
        act(connection, actor, *arguments)


def told(held: Held, record: str, actor: Actor = OPERATOR) -> dict[str, list[object]]:
    with held.database.write() as connection:
        return endings_of(connection, actor, record)


def test_a_revoked_paper_no_longer_holds_from_its_day_on(held: Held) -> None:
    record = held.record(doc_type="Giấy khai sinh", issued_on="2020-05-01")
    before = held.row(record)
    run(held, revoke, record, DECISION, before["revision"])
    after = held.row(record)
    validity = validity_of(after)
    assert validity.status(date(2026, 9, 30)) == "in_force"
    assert validity.status(DAY) == "ended"
    assert (after["ended_how"], after["revision"]) == ("revoked", before["revision"] + 1)
    [fact] = told(held, record)["endings"]
    assert fact["decision_number"] == "12/QĐ-UBND"
    assert fact["entered_by"] == "cli:tester"


def test_what_is_read_or_listed_later_does_not_undo_an_end(held: Held) -> None:
    record = held.record(doc_type="Giấy khai sinh", issued_on="2020-05-01")
    run(held, revoke, record, DECISION)
    with held.database.write() as connection:
        row = held.row(record)
        take_values(connection, {row["id"]: [FieldValue("issued_on", "2020-05-02", "human")]})
    assert (held.row(record)["ended_on"], held.row(record)["valid_from"]) == (DAY, date(2020, 5, 2))


@pytest.mark.parametrize(
    ("decision", "reason"),
    [
        (Revocation(DAY, " ", "cấp sai"), "bad_decision_number"),
        (Revocation(DAY, "12/QĐ-UBND", "  "), "bad_reason"),
        (Revocation(date(2019, 1, 1), "12/QĐ-UBND", "cấp sai"), "ended_before_issue"),
    ],
)
def test_a_revocation_needs_a_number_a_reason_and_a_day_after_the_issue(
    held: Held, decision: Revocation, reason: str
) -> None:
    record = held.record(doc_type="Giấy khai sinh", issued_on="2020-05-01")
    with pytest.raises(UsageError) as refused:
        run(held, revoke, record, decision)
    assert refused.value.reason == reason
    assert held.row(record)["ended_on"] is None
    assert told(held, record)["endings"] == []


def test_a_mistaken_end_is_taken_back_by_a_further_fact(held: Held) -> None:
    record = held.record(doc_type="Giấy khai sinh", issued_on="2020-05-01")
    run(held, revoke, record, DECISION)
    with pytest.raises(Conflict, match="ended already"):
        run(held, revoke, record, DECISION)
    run(held, reinstate, record, "nhầm hồ sơ")
    assert validity_of(held.row(record)).status(DAY) == "in_force"
    assert [fact["how"] for fact in told(held, record)["endings"]] == ["revoked", "reinstated"]
    with pytest.raises(Conflict, match="nothing to take back"):
        run(held, reinstate, record, "nhầm hồ sơ")


def test_a_successor_is_linked_both_ways_until_it_is_taken_back(held: Held) -> None:
    old, new = held.record(), held.record()
    run(held, supersede, old, by(new))
    assert told(held, old)["endings"][0]["successor"] == new
    assert told(held, new)["supersedes"] == [old]
    run(held, reinstate, old, "nhầm")
    assert told(held, new)["supersedes"] == []


def test_a_successor_must_be_another_record_that_the_actor_may_read(held: Held) -> None:
    own, foreign, gone = held.record(), held.record(unit=2), held.record(work="withdrawn")
    officer = of_role("officer", 1)
    with pytest.raises(NotFound):
        run(held, supersede, own, by(foreign), actor=officer)
    with pytest.raises(Conflict, match="withdrawn"):
        run(held, supersede, own, by(gone), actor=officer)
    with pytest.raises(Conflict, match="cannot take its place"):
        run(held, supersede, own, by(own), actor=officer)


def test_of_a_successor_that_one_may_not_read_nothing_is_told(held: Held) -> None:
    own, foreign = held.record(), held.record(unit=2)
    run(held, supersede, own, by(foreign))
    assert told(held, own, of_role("officer", 1))["endings"][0]["successor"] is None
    assert told(held, foreign, of_role("officer", 2))["supersedes"] == []


def test_papers_never_supersede_each_other_in_a_circle(held: Held) -> None:
    a, b, c = held.record(), held.record(), held.record()
    run(held, supersede, a, by(b))
    run(held, supersede, b, by(c))
    with pytest.raises(Conflict, match="cannot take its place"):
        run(held, supersede, c, by(a))
    run(held, reinstate, b, "nhầm")
    run(held, supersede, c, by(a))


def test_two_officers_who_close_a_circle_at_one_moment_do_not_both_succeed(held: Held) -> None:
    a, b, c, d = (held.record() for _ in range(4))
    run(held, supersede, a, by(b))
    run(held, supersede, c, by(d))
    outcomes: list[str] = []

    def close(old: str, new: str) -> None:
        try:
            run(held, supersede, old, by(new))
            outcomes.append("done")
        except Conflict as conflict:
            outcomes.append(conflict.reason)

    threads = [threading.Thread(target=close, args=pair) for pair in ((b, c), (d, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "succession_circle"]


def test_only_an_officer_of_the_custodian_ends_a_paper_and_only_as_he_saw_it(held: Held) -> None:
    record = held.record()
    with pytest.raises(Forbidden):
        run(held, revoke, record, DECISION, actor=of_role("clerk", 1))
    with pytest.raises(NotFound):
        run(held, revoke, record, DECISION, actor=of_role("officer", 2))
    with pytest.raises(Changed):
        run(held, revoke, record, DECISION, held.row(record)["revision"] - 1)
    run(held, revoke, record, DECISION, actor=of_role("officer", 1))


@pytest.mark.parametrize("work", ["withdrawn", "quarantined"])
def test_what_is_out_of_use_is_not_ended(held: Held, work: str) -> None:
    with pytest.raises(Conflict, match=work):
        run(held, revoke, held.record(work=work), DECISION)


def test_every_fact_is_in_the_audit_log_with_its_reason(held: Held) -> None:
    record = held.record()
    run(held, revoke, record, DECISION)
    run(held, reinstate, record, "nhầm hồ sơ")
    entries = _entries(held.database)
    assert ['"action":"revoke"' in entries[-2], '"action":"reinstate"' in entries[-1]] == [True, True]
    assert "cấp sai đối tượng" in entries[-2]
    assert "nhầm hồ sơ" in entries[-1]


def _entries(database: Database) -> list[str]:
    with database.read() as connection:
        return _texts(connection)


def _texts(connection: Connection) -> list[str]:
    return list(connection.scalars(select(audit.c.entry).order_by(audit.c.id)))
