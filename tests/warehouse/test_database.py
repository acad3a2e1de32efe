"""Transactions: snapshots, waiting writers, instants with a zone, errors in our own words."""

import multiprocessing
import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

import warehouse.database_sqlite
from warehouse.database import Database, UTCDateTime, database_now, upsert
from warehouse.errors import Busy, Damaged, Refused, StoreFull, Unavailable, UsageError
from warehouse.tables import leases

NOTES = Table(
    "notes",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime),
    Column("n", Integer),
)


@pytest.fixture
def notes(database: Database) -> Database:
    with database.write() as connection:
        NOTES.create(connection)
    return database


def add(database: Database, number: int) -> None:
    with database.write() as connection:
        connection.execute(insert(NOTES).values(n=number))


def numbers(database: Database) -> list[int]:
    with database.read() as connection:
        return list(connection.scalars(select(NOTES.c.n).order_by(NOTES.c.n)))


def test_read_sees_one_state_however_much_is_written_meanwhile(notes: Database) -> None:
    add(notes, 1)
    with notes.read() as connection:
        before = connection.scalars(select(NOTES.c.n)).all()
        add(notes, 2)
        assert connection.scalars(select(NOTES.c.n)).all() == before == [1]
    assert numbers(notes) == [1, 2]


def test_read_refuses_to_write(notes: Database) -> None:
    with pytest.raises(Unavailable), notes.read() as connection:
        connection.execute(insert(NOTES).values(n=1))
    add(notes, 2)
    assert numbers(notes) == [2]


def test_write_is_all_or_nothing(notes: Database) -> None:
    def fail_midway() -> None:
        with notes.write() as connection:
            connection.execute(insert(NOTES).values(n=1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_midway()
    assert numbers(notes) == []


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30])
def test_a_number_that_no_column_holds_is_refused(notes: Database, number: int) -> None:
    with pytest.raises(Refused) as refused:
        add(notes, number)
    assert refused.value.reason == "value_not_storable"
    assert numbers(notes) == []


@pytest.mark.postgresql
def test_a_text_with_a_nul_is_refused(notes: Database) -> None:
    with pytest.raises(Refused), notes.write() as connection:
        connection.execute(text("SELECT :text"), {"text": "a\0b"})


def test_a_letter_that_is_none_is_refused(notes: Database) -> None:
    with pytest.raises(Refused), notes.write() as connection:
        connection.execute(text("SELECT :text"), {"text": "\ud800"})


def test_whoever_gets_no_connection_in_time_is_told_to_wait(notes: Database) -> None:
    notes.engine.pool._timeout = 0.1  # type: ignore[attr-defined]

    def hold_all_and_one_more(held: ExitStack) -> None:
        for _ in range(100):
            held.enter_context(notes.read())

    with ExitStack() as held, pytest.raises(Busy):
        hold_all_and_one_more(held)


@pytest.mark.sqlite
def test_write_waits_for_another_writer(notes: Database) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with Database(notes.url.render_as_string(hide_password=False)).write() as connection:
            connection.execute(insert(NOTES).values(n=1))
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(10)
    threading.Timer(0.2, leave.set).start()
    with notes.write() as connection:  # reads, then writes: a deferred transaction would fail here
        seen = connection.scalars(select(NOTES.c.n)).all()
        connection.execute(insert(NOTES).values(n=2))
    holder.join()
    assert seen == [1]
    assert numbers(notes) == [1, 2]


@pytest.mark.sqlite
def test_write_gives_up_as_busy_after_its_time_and_reading_goes_on(
    notes: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse.database_sqlite, "BUSY_SECONDS", 0.1)
    other = Database(notes.url.render_as_string(hide_password=False))
    with other.write():
        with pytest.raises(Busy):
            add(notes, 1)
        assert numbers(notes) == []
    add(notes, 2)
    assert numbers(notes) == [2]


def _open_and_add(url: str, number: int) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.execute(
            text("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, at DATETIME, n INTEGER)")
        )
    for _ in range(10):
        add(database, number)


@pytest.mark.sqlite
def test_processes_may_open_a_new_database_and_write_at_the_same_moment(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_open_and_add, args=(url, number)) for number in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 6
    assert numbers(Database(url)) == sorted(list(range(6)) * 10)


@pytest.mark.sqlite
@pytest.mark.parametrize(("durable", "level"), [(False, 1), (True, 2)])
def test_durable_writes_wait_for_the_disk(notes: Database, durable: bool, level: int) -> None:
    with notes.write(durable=durable) as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == level
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"


def test_an_instant_without_a_zone_is_refused(notes: Database) -> None:
    with pytest.raises(StatementError), notes.write() as connection:
        connection.execute(insert(NOTES).values(at=datetime(2026, 11, 22, 8)))


def test_an_instant_comes_back_in_utc(notes: Database) -> None:
    hanoi = timezone(timedelta(hours=7))
    with notes.write() as connection:
        connection.execute(insert(NOTES).values(at=datetime(2026, 11, 22, 8, tzinfo=hanoi)))
        kept = connection.scalar(select(NOTES.c.at))
        assert str(connection.scalar(text("SELECT at FROM notes"))).startswith("2026-11-22 01:00:00")
    assert kept == datetime(2026, 11, 22, 1, tzinfo=UTC)
    assert kept.tzinfo is UTC


def test_the_database_tells_the_time(database: Database) -> None:
    with database.read() as connection:
        now = connection.execute(select(database_now())).scalar_one()
    assert abs(now - datetime.now(UTC).timestamp()) < 2


def test_upsert_adds_rows_and_changes_only_the_named_columns(database: Database) -> None:
    first = [{"name": "x", "holder": "a", "until": 1.0}, {"name": "y", "holder": "b", "until": 1.0}]
    second = [{"name": "y", "holder": "c", "until": 2.0}, {"name": "z", "holder": "d", "until": 2.0}]
    with database.write() as connection:
        upsert(connection, leases, first, ["name"])
        upsert(connection, leases, second, ["name"], ["holder"])
        upsert(connection, leases, [{"name": "x", "holder": "?", "until": 9.0}], ["name"])
        upsert(connection, leases, [], ["name"])
        rows = connection.execute(select(leases).order_by(leases.c.name)).all()
    assert rows == [("x", "a", 1.0), ("y", "c", 1.0), ("z", "d", 2.0)]


def test_a_wrong_url_names_the_setting() -> None:
    with pytest.raises(UsageError, match="KHOSO_DATABASE_URL"):
        Database("nonsense")


@pytest.mark.sqlite
def test_a_database_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        numbers(Database(f"sqlite:///{tmp_path}/no/such/folder.db"))


@pytest.mark.sqlite
def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "broken.db").write_bytes(b"not a database, but long enough to have a header " * 40)
    with pytest.raises(Damaged):
        numbers(Database(f"sqlite:///{tmp_path / 'broken.db'}"))


@pytest.mark.sqlite
def test_a_full_disk_is_told_as_such_and_nothing_is_half_written(notes: Database) -> None:
    def write_much() -> None:
        with notes.write() as connection:
            pages = connection.scalar(text("PRAGMA page_count"))
            connection.execute(text(f"PRAGMA max_page_count={pages + 1}"))
            connection.execute(insert(NOTES), [{"n": number} for number in range(1000)])

    with pytest.raises(StoreFull):
        write_much()
    assert numbers(notes) == []


def test_other_errors_of_the_database_keep_their_words(database: Database) -> None:
    with pytest.raises(Unavailable, match=r"no such table|does not exist") as caught:
        numbers(database)
    assert isinstance(caught.value.__cause__, DBAPIError)
