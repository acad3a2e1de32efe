"""Lists of records: what they narrow to, their order, their pages, and what they cost."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from tests.warehouse.desk import OPERATOR, a_batch, a_read_paper, a_unit, row_of, settle, someone
from warehouse.database import Database
from warehouse.errors import Forbidden
from warehouse.reading import read_record
from warehouse.record_list import Filters, list_records
from warehouse.returns import return_record
from warehouse.rights import Actor
from warehouse.tables import units


@pytest.fixture
def connection(database: Database):  # type: ignore[no-untyped-def]
    with database.write() as opened:
        yield opened


@pytest.fixture
def unit(connection: Connection) -> int:
    return a_unit(connection)


@pytest.fixture
def batch(connection: Connection, unit: int) -> int:
    return a_batch(connection, unit)


def listed(connection: Connection, actor: Actor = OPERATOR, **filters: Any) -> list[str]:
    return [row["record"] for row in list_records(connection, actor, Filters(**filters), "oldest")]


def received(connection: Connection, paper: str, *day: int) -> None:
    settle(connection, paper, received_at=datetime(*day, tzinfo=UTC))  # type: ignore[arg-type]


def test_a_row_tells_what_the_paper_is_with_the_last_digits_of_its_holders_number(
    connection, unit, batch
) -> None:
    paper = a_read_paper(connection, batch, "doubtful:subject", doc_type="Giấy khai sinh", subject="Về việc",
                         holder_name="Nguyễn Văn An", holder_id="020090000123", signer="Lê Chi")  # fmt: skip
    [row] = list_records(connection, someone("clerk", unit), Filters())
    assert row["record"] == paper
    assert (row["state"], row["review"], row["revision"]) == ("needs_review", ["doubtful:subject"], 2)
    assert (row["doc_type"], row["holder_name"], row["holder_id"]) == (
        "Giấy khai sinh", "Nguyễn Văn An", "••••••••0123",
    )  # fmt: skip


def test_of_a_quarantined_paper_a_list_tells_no_value(connection, batch) -> None:
    settle(connection, a_read_paper(connection, batch, subject="Về việc"), work="quarantined")
    [row] = list_records(connection, OPERATOR, Filters())
    assert (row["state"], row["subject"]) == ("quarantined", None)


def test_a_list_holds_what_its_filters_say(connection, unit, batch) -> None:
    birth = a_read_paper(connection, batch, doc_type="Giấy khai sinh")
    doubtful = a_read_paper(connection, batch, "missing:issued_on", "page_doubtful:1", doc_type="Quyết định")
    other_batch = a_batch(connection, unit)
    hidden = a_read_paper(connection, other_batch)
    settle(connection, hidden, availability="hidden", sensitivity="adoption")
    assert listed(connection, batch=other_batch) == [hidden]
    assert listed(connection, state="ready") == [birth, hidden]
    assert listed(connection, availability="hidden") == [hidden]
    assert listed(connection, availability="released") == [birth, doubtful]
    assert listed(connection, sensitivity="adoption") == [hidden]
    assert listed(connection, type="giấy KHAI SINH") == listed(connection, type="KQ.G15.000031") == [birth]
    assert listed(connection, type="Quyết định", state="needs_review") == [doubtful]
    for reason in ("missing", "missing:issued_on", "page_doubtful"):
        assert listed(connection, review=reason) == [doubtful]
    for reason in ("miss", "missing:issued_o", "%", "doubtful"):
        assert listed(connection, review=reason) == []
    assert listed(connection, unit="U-none") == []


def test_a_unit_is_narrowed_to_by_its_code(connection, batch) -> None:
    a_read_paper(connection, batch)
    second = a_read_paper(connection, a_batch(connection, a_unit(connection)))
    assert listed(connection, unit=list_records(connection, OPERATOR, Filters())[0]["unit"]) == [second]


def test_days_are_days_of_viet_nam_both_ends_inclusive(connection, batch) -> None:
    before, first, last, after = (a_read_paper(connection, batch) for _ in range(4))
    received(connection, before, 2026, 3, 1, 16, 59)
    received(connection, first, 2026, 3, 1, 17, 0)
    received(connection, last, 2026, 3, 3, 16, 59)
    received(connection, after, 2026, 3, 3, 17, 0)
    within = {"received_from": date(2026, 3, 2), "received_to": date(2026, 3, 3)}
    assert listed(connection, **within) == [first, last]
    assert listed(connection, received_from=date(2026, 3, 4)) == [after]


def test_whoever_asks_for_days_of_approval_gets_them_in_their_order(connection, batch) -> None:
    papers = [a_read_paper(connection, batch) for _ in range(3)]
    for paper, day in zip(papers, (5, 3, 4), strict=True):
        settle(connection, paper, work="approved", approved_at=datetime(2026, 3, day, tzinfo=UTC))
    approved = listed(connection, approved_from=date(2026, 3, 3), approved_to=date(2026, 3, 4))
    assert approved == [papers[1], papers[2]]


def test_mine_to_do_is_what_was_returned_to_my_unit_with_the_reason(connection, unit, batch) -> None:
    a_read_paper(connection, batch)
    mine = a_read_paper(connection, batch)
    foreign = a_read_paper(connection, a_batch(connection, a_unit(connection)))
    for paper in (mine, foreign):
        return_record(connection, OPERATOR, paper, "mờ", [1])
    [row] = list_records(connection, someone("clerk", unit), Filters(mine=True))
    assert row["record"] == mine
    assert (row["returned"]["reason"], row["returned"]["pages"]) == ("mờ", [1])


def test_pages_follow_one_another_without_gap_or_repetition_in_both_orders(connection, batch) -> None:
    papers = [a_read_paper(connection, batch) for _ in range(7)]
    for paper in papers[2:5]:
        received(connection, paper, 2026, 3, 1)  # at one moment
    in_order = [*papers[2:5], *papers[:2], *papers[5:]]

    def pages(order: Any) -> Iterator[str]:
        after = None
        while True:
            rows = list_records(connection, OPERATOR, Filters(), order, after, 2)
            yield from [row["record"] for row in rows[:2]]
            if len(rows) < 3:
                return
            after = rows[1]["place"]

    assert list(pages("oldest")) == in_order
    assert list(pages("newest")) == in_order[::-1]


def test_a_list_holds_only_what_its_reader_may_read(connection, unit, batch) -> None:
    mine = a_read_paper(connection, batch)
    adoption = a_read_paper(connection, batch)
    settle(connection, adoption, sensitivity="adoption")
    a_read_paper(connection, a_batch(connection, a_unit(connection)))
    assert listed(connection, someone("clerk", unit)) == [mine]
    with pytest.raises(Forbidden):
        list_records(connection, someone("manager", unit), Filters())


def test_a_reason_names_another_record_only_to_who_may_read_that_one(connection, unit, batch) -> None:
    adoption = a_read_paper(connection, batch)
    settle(connection, adoption, sensitivity="adoption")
    twin = a_read_paper(connection, batch, f"repeated_number:{adoption}")
    [row] = list_records(connection, someone("clerk", unit), Filters())
    assert (row["record"], row["review"]) == (twin, ["repeated_number"])
    assert read_record(connection, someone("clerk", unit), twin)["review"] == ["repeated_number"]
    assert read_record(connection, OPERATOR, twin)["review"] == [f"repeated_number:{adoption}"]


@pytest.fixture
def plans(connection: Connection) -> Iterator[list[str]]:
    """How the database goes about each query; its own liking for tables as small as a test's is put off."""
    told: list[str] = []
    sqlite = connection.dialect.name == "sqlite"
    if not sqlite:
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")

    def explain(conn: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        other = cursor.connection.cursor()
        other.execute(("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + statement, parameters)
        told.append("\n".join(str(row[-1]) for row in other.fetchall()))

    event.listen(connection, "before_cursor_execute", explain)
    yield told
    event.remove(connection, "before_cursor_execute", explain)


NARROWED: list[dict[str, Any]] = [
    {}, {"state": "returned"}, {"type": "Giấy khai sinh"}, {"sensitivity": "adoption"}, {"batch": 1},
    {"availability": "hidden"}, {"availability": "released"}, {"received_from": date(2026, 3, 1)},
    {"approved_from": date(2026, 3, 1)}, {"review": "missing"}, {"unit": "mine", "state": "ready"},
]  # fmt: skip


@pytest.mark.parametrize("filters", NARROWED, ids=lambda filters: "+".join(filters) or "none")
@pytest.mark.parametrize("of_units", [0, 1, 3])
def test_no_list_is_gathered_and_sorted(connection, batch, unit, plans, filters, of_units: int) -> None:
    others = [unit, a_unit(connection), a_unit(connection)]
    actor = someone("clerk", *others[:of_units]) if of_units else OPERATOR
    if "unit" in filters:
        code = connection.scalar(select(units.c.code).where(units.c.id == unit))
        filters = {**filters, "unit": code}
    plans.clear()
    list_records(connection, actor, Filters(**filters), after=(datetime(2026, 3, 3, tzinfo=UTC), 5)
                 if "approved_from" not in filters else None)  # fmt: skip
    [plan] = [plan for plan in plans if "ix_records_" in plan]
    assert "TEMP B-TREE" not in plan
    assert "Sort " not in plan


def test_a_page_costs_as_many_queries_whatever_it_shows(connection, batch, plans) -> None:
    def cost() -> int:
        plans.clear()
        list_records(connection, OPERATOR, Filters(), limit=200)
        return len(plans)

    for paper in [a_read_paper(connection, batch, subject="Về việc") for _ in range(2)]:
        return_record(connection, OPERATOR, paper, "mờ")
    few = cost()
    for _ in range(8):
        a_read_paper(connection, batch, subject="Về việc")
    assert cost() == few <= 3
    assert row_of(connection, 1)["work"] == "returned"
