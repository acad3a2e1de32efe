"""A closed site promises nothing; a closing that nobody renews ends by itself."""

import threading
import time

import pytest
from sqlalchemy import text

from warehouse import standing
from warehouse.database import Database
from warehouse.errors import Busy, Conflict


@pytest.fixture
def opened(database: Database) -> Database:
    """As `open_services` opens it."""
    database.before_promising = standing.hold_open
    return database


def promise(database: Database) -> None:
    with database.write(durable=True) as connection:
        connection.execute(text("INSERT INTO dossiers (code, unit_id) SELECT 'x', id FROM units"))


def test_a_closing_site_promises_nothing_even_to_those_who_opened_it_before(opened: Database) -> None:
    promise(opened)
    assert standing.close(Database(opened.url.render_as_string(hide_password=False)), "mover")
    with pytest.raises(Busy):
        promise(opened)


def test_only_one_closes_at_a_time_and_may_give_it_up(opened: Database) -> None:
    other = Database(opened.url.render_as_string(hide_password=False))
    assert standing.close(other, "mover")
    assert not standing.close(other, "another")
    standing.reopen(other, "another")
    with pytest.raises(Busy):
        promise(opened)
    standing.reopen(other, "mover")
    promise(opened)


def test_a_closing_that_ran_out_is_over_for_good(opened: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Database(opened.url.render_as_string(hide_password=False))
    monkeypatch.setattr(standing, "CLOSING_SECONDS", 0.2)
    assert standing.close(other, "mover")
    time.sleep(0.3)
    promise(opened)
    with pytest.raises(Conflict):
        standing.renew_closing(other, "mover")
    with pytest.raises(Conflict):
        standing.set_moved(other, "mover", "elsewhere")
    assert standing.moved_to(other) is None


def test_a_moved_site_says_where_it_went(opened: Database) -> None:
    other = Database(opened.url.render_as_string(hide_password=False))
    standing.close(other, "mover")
    standing.renew_closing(other, "mover")
    standing.set_moved(other, "mover", "elsewhere")
    with pytest.raises(Conflict, match="elsewhere"):
        promise(opened)
    with pytest.raises(Conflict, match="elsewhere"):
        standing.close(other, "mover")


def test_closing_waits_for_promises_that_are_being_made(opened: Database) -> None:
    other = Database(opened.url.render_as_string(hide_password=False))
    closed = threading.Thread(target=standing.close, args=(other, "mover"))
    with opened.write(durable=True):
        closed.start()
        time.sleep(0.3)
        assert closed.is_alive()
    closed.join(10)
    assert not closed.is_alive()


def test_a_site_that_is_filled_from_one_place_is_not_filled_from_another(database: Database) -> None:
    with database.write() as connection:
        assert standing.begin_filling(connection, "here")
        assert not standing.begin_filling(connection, "here")
        with pytest.raises(Conflict, match="here"):
            standing.begin_filling(connection, "there")
        standing.end_filling(connection)
        standing.require_open(connection)
