"""PostgreSQL's own ways: rows that are waited for, deadlocks, connections that are cut, instants of durability."""

import threading
import time

import pytest
from sqlalchemy import insert, select, text, update

import warehouse.database_postgresql
from tests.databases import Databases
from warehouse.database import Database, bytewise
from warehouse.errors import Busy, Deadlock, Unavailable, UsageError
from warehouse.tables import leases

pytestmark = pytest.mark.postgresql


@pytest.fixture
def two(database: Database) -> Database:
    """Two rows that transactions can fight about."""
    rows = [{"name": name, "holder": "nobody", "until": 0.0} for name in ("a", "b")]
    with database.write() as connection:
        connection.execute(insert(leases), rows)
    return database


def change(name: str):
    return update(leases).where(leases.c.name == name).values(holder="x")


@pytest.mark.parametrize(("durable", "level"), [(False, "off"), (True, "on")])
def test_only_durable_writes_wait_for_the_disk_whatever_came_before(
    database: Database, durable: bool, level: str
) -> None:
    for before in (True, False):
        with database.write(durable=before):
            pass
        with database.write(durable=durable) as connection:
            assert connection.scalar(text("SHOW synchronous_commit")) == level


def test_a_row_that_another_holds_too_long_is_busy(two: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warehouse.database_postgresql, "BUSY_SECONDS", 1)
    with two.write() as connection:
        connection.execute(change("a"))
        with pytest.raises(Busy), Database(_url(two)).write() as other:
            other.execute(change("a"))


def test_of_two_that_want_each_others_rows_one_gives_way_and_wrote_nothing(two: Database) -> None:
    both_hold = threading.Barrier(2, timeout=20)
    outcomes = []

    def fight(first: str, second: str) -> None:
        try:
            with two.write() as connection:
                connection.execute(change(first))
                both_hold.wait()
                connection.execute(change(second))
            outcomes.append("won")
        except Deadlock:
            outcomes.append("gave way")

    fighters = [threading.Thread(target=fight, args=pair) for pair in ("ab", "ba")]
    for fighter in fighters:
        fighter.start()
    for fighter in fighters:
        fighter.join(30)
    assert sorted(outcomes) == ["gave way", "won"]


def test_a_cut_connection_is_unavailable_and_the_next_transaction_has_a_new_one(two: Database) -> None:
    def write_while_the_server_restarts() -> None:
        with two.write() as connection:
            connection.execute(change("a"))
            _cut_all(two)
            connection.execute(change("b"))

    with pytest.raises(Unavailable) as cut:
        write_while_the_server_restarts()
    assert cut.value.reason == "database_away"
    with two.read() as connection:
        assert connection.scalars(select(leases.c.holder)).all() == ["nobody", "nobody"]
        assert connection.scalar(select(text("1"))) == 1
    _cut_all(two)  # while it lies in the pool
    time.sleep(0.5)  # the server says so a moment later: between the two a connection is cut in use
    with two.write() as connection:
        connection.execute(change("a"))


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable) as away, Database("postgresql://x:secret@127.0.0.1:1/x").read():
        pass
    assert away.value.reason == "database_away"
    assert "secret" not in str(away.value)


def test_text_is_sorted_bytewise_whatever_the_locale(database: Database) -> None:
    words = ["ă", "b", "A", "Z", "a", "đ"]
    with database.write() as connection:
        connection.execute(insert(leases), [{"name": word, "holder": "", "until": 0.0} for word in words])
        in_order = connection.scalars(select(leases.c.name).order_by(bytewise(leases.c.name))).all()
        in_vietnamese = connection.scalars(select(leases.c.name).order_by(leases.c.name)).all()
    assert in_order == sorted(words)
    assert in_vietnamese != in_order


def _url(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def _cut_all(database: Database) -> None:
    """What a restart of the server does to its connections."""
    cutter = Database(_url(database))
    with cutter.write() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    cutter.close()


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_vietnamese_is_refused(databases: Databases, encoding: str) -> None:
    url = databases.encoded(encoding)
    with pytest.raises(UsageError, match="UTF-8"), Database(url).read():
        pass
    databases.drop(url)
