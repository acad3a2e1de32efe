"""The SQL database: the only place that knows which dialect it speaks.

`read()` never writes. `write()` takes SQLite's write lock at once (BEGIN IMMEDIATE), because a
deferred transaction that reads and then writes fails instead of waiting. `durable=True` waits for
the disk: use it where something is promised outside (receipt, filing, audit, grant).
"""

import random
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Float, MetaData, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from warehouse.errors import Busy, Damaged, StoreFull, Unavailable, UsageError

BUSY_SECONDS = 60
WAL_PAGES = 8000
"""32 MB before the log is copied back: at SQLite's 1000 that took a third of the ledger's time."""
BUSY_POLL_SECONDS = 0.005
"""Asked for more often, the lock costs the CPU that its holder needs; more seldom, some wait too long."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC without a zone in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive instants: nobody knows which zone they meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back the zone."""
        return None if value is None else value.replace(tzinfo=UTC)


class database_now(FunctionElement[float]):  # noqa: N801  (named like an SQL function)
    """The database's own clock, in seconds since 1970: leases must not depend on a worker's clock."""

    inherit_cache = True
    type = Float()


@compiles(database_now, "sqlite")
def _now_sqlite(element: database_now, compiler: SQLCompiler, **kw: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(database_now, "postgresql")
def _now_postgresql(element: database_now, compiler: SQLCompiler, **kw: Any) -> str:
    return "extract(epoch from clock_timestamp())"


class Database:
    """One SQL database, opened by URL."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            raise UsageError("bad_setting", name="KHOSO_DATABASE_URL", error=error) from error
        self.engine = create_engine(self.url)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
            self._snapshots = self.engine
        else:
            self._snapshots = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; whatever tries to write in it fails."""
        with _translated(), self._snapshots.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, durable: bool = False, rebuilding: bool = False) -> Iterator[Connection]:
        """One transaction: all of it or nothing. `durable`: on the disk before it returns.

        `rebuilding`: tables are made anew, which SQLite can do only while it forgets who refers to them.
        """
        with _translated(), self.engine.connect() as connection:
            connection.info["synchronous"] = "FULL" if durable else "NORMAL"  # for _begin_sqlite
            if rebuilding:
                connection.info["foreign_keys"] = "OFF"
            with connection.begin():
                yield connection
            if rebuilding:
                connection.invalidate()  # the next one heeds foreign keys again

    def is_missing(self) -> bool:
        """Whether this is an SQLite file that does not exist; opening it would make an empty one."""
        return self.engine.dialect.name == "sqlite" and not Path(self.url.database or "").is_file()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    key: Sequence[str],
    update: Sequence[str] = (),
) -> None:
    """Insert rows; where `key` is taken, set the columns in `update` (none: leave the row as it is)."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    if update:
        changes = {name: statement.excluded[name] for name in update}
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=changes)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    connection.execute(statement, list(rows))


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA wal_autocheckpoint={WAL_PAGES}")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    synchronous = connection.info.pop("synchronous", None)
    if synchronous is None:
        driver.execute("PRAGMA query_only=ON")
        driver.execute("BEGIN")
    else:
        driver.execute("PRAGMA query_only=OFF")
        if foreign_keys := connection.info.pop("foreign_keys", None):
            driver.execute(f"PRAGMA foreign_keys={foreign_keys}")
        driver.execute(f"PRAGMA synchronous={synchronous}")
        _begin_immediate(driver)


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
                if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(random.uniform(0, BUSY_POLL_SECONDS))
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.DatabaseError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        match _code(cause):
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                raise Busy("database_busy") from error
            case sqlite3.SQLITE_FULL:
                raise StoreFull("store_full") from error
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
                raise Damaged("database_damaged", error=cause) from error
        if isinstance(error, (OperationalError, sqlite3.OperationalError)):
            raise Unavailable("database_error", error=cause) from error
        raise


def _code(error: BaseException | None) -> int:
    """SQLite's plain error code: the low byte of the extended one."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
