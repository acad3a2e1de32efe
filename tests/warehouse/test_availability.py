"""Hidden and released, by an officer with a reason."""

import pytest

from tests.warehouse.held import OPERATOR, Held, of_role
from warehouse.availability import hide, release
from warehouse.database import Database
from warehouse.errors import Changed, Conflict, Forbidden, UsageError


@pytest.fixture
def held(database: Database) -> Held:
    return Held(database)


def test_a_record_is_hidden_and_released_again_and_its_work_stays(held: Held) -> None:
    record = held.record()
    before = held.row(record)
    for number, (act, availability) in enumerate(((hide, "hidden"), (release, "released")), start=1):
        with held.database.write() as connection:
            act(connection, of_role("officer", 1), record, "trả kết quả", before["revision"] + number - 1)
        after = held.row(record)
        assert (after["availability"], after["work"]) == (availability, before["work"])
        assert after["revision"] == before["revision"] + number


def test_hiding_twice_is_a_conflict_and_a_stale_revision_changes_nothing(held: Held) -> None:
    record = held.record()
    with held.database.write() as connection:
        with pytest.raises(Conflict, match="is released already"):
            release(connection, OPERATOR, record, "nhầm")
        with pytest.raises(Changed):
            hide(connection, OPERATOR, record, "nhầm", revision=99)
    assert held.row(record)["availability"] == "released"


def test_it_takes_a_reason_and_the_right(held: Held) -> None:
    record = held.record()
    with held.database.write() as connection:
        with pytest.raises(UsageError, match="reason must be given"):
            hide(connection, OPERATOR, record, " ")
        with pytest.raises(Forbidden):
            hide(connection, of_role("clerk", 1), record, "nhầm")


@pytest.mark.parametrize("work", ["withdrawn", "quarantined"])
def test_what_is_out_of_use_is_neither_hidden_nor_released(held: Held, work: str) -> None:
    record = held.record(work=work)
    with held.database.write() as connection, pytest.raises(Conflict, match=work):
        hide(connection, OPERATOR, record, "nhầm")
