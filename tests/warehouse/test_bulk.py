"""One deed over many records: every record is accounted for, and two who want the same one do not both win."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from tests.warehouse.desk import OPERATOR, a_batch, a_read_paper, a_unit, row_of, settle, someone
from warehouse import bulk
from warehouse.approval import approve
from warehouse.bulk import Wanted
from warehouse.corrections import Correction, correct
from warehouse.database import Database
from warehouse.errors import Changed, Conflict, Forbidden, KhosoError, NotFound, Refused
from warehouse.rights import Actor
from warehouse.suspicion import Suspicion
from warehouse.tables import audit, fields, records

ABOUT = Correction("subject", ("Về việc",))


class Desk:
    """A unit with a batch of papers that are ready, in a database that several threads share."""

    def __init__(self, database: Database, papers: int) -> None:
        self.database = database
        with database.write() as connection:
            self.unit = a_unit(connection)
            self.batch = a_batch(connection, self.unit)
            self.papers = [a_read_paper(connection, self.batch, subject="Vè việc") for _ in range(papers)]
        self.officer = someone("officer", self.unit)

    def settle(self, paper: str, **values: object) -> None:
        with self.database.write() as connection:
            settle(connection, paper, **values)

    def wanted(self, *papers: str) -> list[Wanted]:
        with self.database.read() as connection:
            return [Wanted(paper, row_of(connection, paper)["revision"]) for paper in papers or self.papers]

    def states(self) -> dict[str, str]:
        with self.database.read() as connection:
            return dict(connection.execute(select(records.c.public_id, records.c.work)).all())

    def approve(self, wanted: list[Wanted], actor: Actor | None = None) -> int:
        with self.database.write() as connection:
            return bulk.begin_approvals(connection, actor or self.officer, wanted)

    def work_off(self, run: int) -> dict[str, object]:
        more = True
        while more:
            with self.database.write() as connection:
                more = bulk.work_off(connection, self.officer, run)
        return self.account(run)

    def account(self, run: int) -> dict[str, object]:
        with self.database.read() as connection:
            return bulk.account(connection, self.officer, run)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, 4)


def counts(account: dict[str, object]) -> tuple[object, ...]:
    return tuple(account[name] for name in ("asked", "done", "unchanged", "refused", "waiting"))


def reasons(account: dict[str, object]) -> dict[str, str]:
    return {refusal["record"]: refusal["reason"] for refusal in account["refusals"]}  # type: ignore[attr-defined]


def test_each_record_is_approved_unchanged_or_refused_with_its_reason(desk: Desk) -> None:
    done, approved, doubtful, changed = desk.papers
    desk.settle(approved, work="approved")
    desk.settle(doubtful, work="needs_review", review=["missing:issued_on"])
    wanted = [*desk.wanted(done, approved, doubtful), Wanted(changed, 1), Wanted("KHONGCOGIAYY", 1),
              *desk.wanted(done)]  # fmt: skip
    run = desk.approve(wanted)
    assert counts(desk.account(run)) == (6, 0, 0, 1, 5)
    account = desk.work_off(run)
    assert counts(account) == (6, 1, 1, 4, 0)
    assert reasons(account) == {
        doubtful: "review_first", changed: "record_changed", "KHONGCOGIAYY": "unknown_record", done: "asked_twice",
    }  # fmt: skip
    assert all(set(refusal["message"]) == {"vi", "en"} for refusal in account["refusals"])  # type: ignore[attr-defined]
    assert desk.states() == {
        done: "approved",
        approved: "approved",
        doubtful: "needs_review",
        changed: "ready",
    }


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    run = desk.approve(desk.wanted())
    with desk.database.write() as connection:
        assert bulk.work_off(connection, desk.officer, run)
    assert counts(desk.account(run)) == (4, 2, 0, 0, 2)
    assert counts(desk.work_off(run)) == (4, 4, 0, 0, 0)
    with desk.database.read() as connection:
        signed = connection.scalar(select(func.count()).where(audit.c.action == "approve"))
    assert signed == 4


def test_what_one_transaction_could_not_finish_is_neither_done_nor_accounted_for(desk: Desk) -> None:
    run = desk.approve(desk.wanted())

    def cut_off() -> None:
        with desk.database.write() as connection:
            bulk.work_off(connection, desk.officer, run)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cut_off()
    assert counts(desk.account(run)) == (4, 0, 0, 0, 4)
    assert set(desk.states().values()) == {"ready"}


def test_one_field_of_many_is_corrected_and_what_was_so_before_is_unchanged(desk: Desk) -> None:
    first = desk.papers[0]
    with desk.database.write() as connection:
        correct(connection, desk.officer, first, ABOUT, "nhầm")
        run = bulk.begin_corrections(connection, desk.officer, desk_wanted(connection, desk), ABOUT, "nhầm")
    assert counts(desk.work_off(run)) == (4, 3, 1, 0, 0)
    with desk.database.read() as connection:
        said = connection.execute(
            select(fields.c.value, fields.c.who).where(fields.c.origin == "human")
        ).all()
    assert [tuple(row) for row in said] == [("Về việc", "user:officer")] * 4


def desk_wanted(connection, desk: Desk) -> list[Wanted]:  # type: ignore[no-untyped-def]
    return [Wanted(paper, row_of(connection, paper)["revision"]) for paper in desk.papers]


def test_a_value_that_no_record_can_take_begins_nothing(desk: Desk) -> None:
    with pytest.raises(Refused), desk.database.write() as connection:
        bulk.begin_corrections(connection, desk.officer, [], Correction("issued_on", ("31/02/2019",)), "nhầm")


def test_of_a_batch_those_are_corrected_that_show_the_wrong_value(desk: Desk) -> None:
    with desk.database.write() as connection:
        other = a_read_paper(connection, desk.batch, subject="Khác")
        a_read_paper(connection, a_batch(connection, desk.unit), subject="Vè việc")
        run = bulk.begin_corrections_of_batch(connection, desk.officer, desk.batch, "Vè việc", ABOUT, "nhầm")
    assert counts(desk.work_off(run)) == (4, 4, 0, 0, 0)
    with desk.database.read() as connection:
        assert row_of(connection, other)["revision"] == 2


def test_of_a_batch_what_is_ready_is_approved_as_far_as_one_run_goes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    desk.settle(desk.papers[0], work="needs_review")
    with desk.database.write() as connection:
        run = bulk.begin_approvals_of_batch(connection, desk.officer, desk.batch)
    account = desk.work_off(run)
    assert (counts(account), account["more"]) == ((2, 2, 0, 0, 0), True)
    with desk.database.write() as connection:
        assert bulk.begin_approvals_of_batch(connection, desk.officer, desk.batch, 0.95)
        account = bulk.account(connection, desk.officer, run + 1)
    assert (account["asked"], account["more"]) == (0, False)


def test_nothing_of_a_suspect_batch_is_approved_in_bulk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.approval.suspicion", lambda connection, batch_id: Suspicion(4, 4, 1, 4))
    account = desk.work_off(desk.approve(desk.wanted()))
    assert set(reasons(account).values()) == {"batch_suspect"}
    assert counts(account) == (4, 0, 0, 4, 0)
    with pytest.raises(Conflict), desk.database.write() as connection:
        bulk.begin_approvals_of_batch(connection, desk.officer, desk.batch)


def test_others_records_are_as_if_they_were_not_there(desk: Desk, database: Database) -> None:
    foreign = Desk(database, 1)
    account = desk.work_off(desk.approve([*desk.wanted(), *foreign.wanted()]))
    assert reasons(account) == {foreign.papers[0]: "unknown_record"}
    with pytest.raises(Forbidden):
        desk.approve(desk.wanted(), someone("clerk", desk.unit))
    with pytest.raises(NotFound), database.read() as connection:
        bulk.account(connection, OPERATOR, 1)


def race(*deeds: Callable[[], object]) -> list[object]:
    """What each of them gives or raises when all begin at one moment."""
    together = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        together.wait()
        try:
            return deed()
        except KhosoError as error:
            return type(error)

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.mark.parametrize("turn", range(3))
def test_of_two_who_change_one_record_from_the_same_revision_exactly_one_wins(desk: Desk, turn: int) -> None:
    for wanted in desk.wanted():

        def sign(wanted: Wanted = wanted) -> int:
            with desk.database.write(durable=True) as connection:
                return approve(connection, desk.officer, [wanted.record], wanted.revision)

        def put(wanted: Wanted = wanted) -> bool:
            with desk.database.write(durable=True) as connection:
                return correct(connection, desk.officer, wanted.record, ABOUT, "nhầm", wanted.revision)

        outcomes = race(sign, put)
        assert outcomes in ([1, Changed], [Changed, True])
        with desk.database.read() as connection:
            record = row_of(connection, wanted.record)
        assert record["revision"] == wanted.revision + 1
        assert record["work"] == ("approved" if outcomes[0] == 1 else "ready")


def test_a_run_and_single_deeds_at_once_lose_nothing(desk: Desk) -> None:
    wanted = desk.wanted()
    run = desk.approve(wanted)

    def put_all() -> list[bool]:
        done = []
        for each in reversed(wanted):
            try:
                with desk.database.write(durable=True) as connection:
                    done.append(correct(connection, desk.officer, each.record, ABOUT, "nhầm", each.revision))
            except Changed:
                done.append(False)
        return done

    account, corrected = race(lambda: desk.work_off(run), put_all)
    assert isinstance(account, dict)
    assert isinstance(corrected, list)
    assert account["done"] + sum(corrected) == 4
    assert account["refused"] == sum(corrected)
    assert set(reasons(account).values()) <= {"record_changed"}


def test_a_run_that_two_work_off_at_once_is_done_once(desk: Desk) -> None:
    run = desk.approve(desk.wanted())
    race(lambda: desk.work_off(run), lambda: desk.work_off(run))
    assert counts(desk.account(run)) == (4, 4, 0, 0, 0)
    with desk.database.read() as connection:
        assert connection.scalar(select(func.count()).where(audit.c.action == "approve")) == 4
