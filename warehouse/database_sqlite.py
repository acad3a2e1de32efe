"""SQLite: one file, one writer at a time.

A writer takes the lock at once (BEGIN IMMEDIATE), because a deferred transaction that reads and then
writes fails instead of waiting.
"""

import random
import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, insert

from warehouse.errors import Busy, Damaged, KhosoError, StoreFull, Unavailable

DriverError = sqlite3.DatabaseError

BUSY_SECONDS = 60
WAL_PAGES = 8000
"""32 MB before the log is copied back: at SQLite's 1000 that took a third of the ledger's time."""
BUSY_POLL_SECONDS = 0.005
"""Asked for more often, the lock costs the CPU that its holder needs; more seldom, some wait too long."""


def open_engine(url: URL) -> Engine:
    """An engine whose transactions begin where this module says."""
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare)
    return engine


def begin_reading(connection: Connection) -> None:
    """One state of the file, however much is written meanwhile."""
    driver = _driver(connection)
    driver.execute("PRAGMA query_only=ON")
    driver.execute("BEGIN")


def begin_writing(connection: Connection, *, durable: bool, rebuilding: bool) -> None:
    """Wait for the write lock. A table can be rebuilt only while it is forgotten who refers to it."""
    driver = _driver(connection)
    driver.execute("PRAGMA query_only=OFF")
    if rebuilding:
        driver.execute("PRAGMA foreign_keys=OFF")
    driver.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
    _begin_immediate(driver)


def copy_in(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """By one prepared statement."""
    names = table.columns.keys()
    connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def settle_in(connection: Connection, tables: Sequence[Table]) -> None:
    """Nothing: SQLite gives the next free id by itself."""


def translated(error: BaseException | None) -> KhosoError | None:
    """The error in our own words."""
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:  # the plain code: the low byte of the extended one
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Busy("database_busy")
        case sqlite3.SQLITE_FULL:
            return StoreFull("store_full")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Damaged("database_damaged", error=error)
    return Unavailable("database_error", error=error) if isinstance(error, sqlite3.OperationalError) else None


def _prepare(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # transactions begin where begin_... says
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
    connection.execute("PRAGMA foreign_keys=ON")


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _begin_immediate(driver: sqlite3.Connection) -> None:
    # SQLite's own waits grow to 100 ms, so that among busy writers one starved for seconds.
    deadline = time.monotonic() + BUSY_SECONDS
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(random.uniform(0, BUSY_POLL_SECONDS))
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
