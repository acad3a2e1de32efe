"""The SQL database: this and its two backends are the only places that know a dialect.

`read()` never writes. `write()` is one transaction; whatever it reads it may rely on only as far as it
locks it (PostgreSQL) or as nobody else writes (SQLite). `durable=True` waits for the disk: use it where
something is promised outside (receipt, filing, audit, grant).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, ColumnElement, Connection, DateTime, Dialect, Float, MetaData, Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from warehouse.errors import Busy, Damaged, Refused, UsageError

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
    return "extract(epoch from clock_timestamp())::double precision"


class bytewise(FunctionElement[str]):  # noqa: N801  (named like an SQL function)
    """Text to sort by: the same order on every database, whatever its locale."""

    inherit_cache = True
    type = Text()

    def __init__(self, column: ColumnElement[str]) -> None:
        super().__init__(column)


@compiles(bytewise, "sqlite")
def _bytewise_sqlite(element: bytewise, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(bytewise, "postgresql")
def _bytewise_postgresql(element: bytewise, compiler: SQLCompiler, **kw: Any) -> str:
    return f'{compiler.process(element.clauses, **kw)} COLLATE "C"'


_QUEUED = "work was queued"


class Database:
    """One SQL database, opened by URL.

    `before_promising`: called at the start of a durable write, and may refuse it. `after_queueing`: called
    after a commit of work for others.
    """

    before_promising: Callable[[Connection], None] = staticmethod(lambda connection: None)
    after_queueing: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
            self._backend = _backend(self.url)
            self.engine = self._backend.open_engine(self.url)
        except ArgumentError as error:
            raise UsageError("bad_setting", name="KHOSO_DATABASE_URL", error=error) from error
        except ValueError:  # it shows what it took for a port: perhaps a piece of the password
            wrong = "the port is no number, or the password holds an @ that is not written %40"
            raise UsageError("bad_setting", name="KHOSO_DATABASE_URL", error=wrong) from None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; whatever tries to write in it fails."""
        with self._translated(), self.engine.connect() as connection, connection.begin():
            self._backend.begin_reading(connection)
            yield connection

    @contextmanager
    def write(self, *, durable: bool = False, rebuilding: bool = False) -> Iterator[Connection]:
        """One transaction: all of it or nothing. `durable`: on the disk before it returns.

        `rebuilding`: tables are made anew, by one program at a time.
        """
        with self._translated(), self.engine.connect() as connection:
            with connection.begin():
                self._backend.begin_writing(connection, durable=durable, rebuilding=rebuilding)
                connection.info.pop(_QUEUED, None)
                if durable and not rebuilding:
                    self.before_promising(connection)
                yield connection
            queued = connection.info.pop(_QUEUED, False)
            if rebuilding:
                connection.invalidate()  # what was set for it is set for no other
        if queued:
            self.after_queueing()

    @property
    def address(self) -> str:
        """The URL as people may see it."""
        return self.url.render_as_string(hide_password=True)

    def is_missing(self) -> bool:
        """Whether this is an SQLite file that does not exist; opening it would make an empty one."""
        return self.engine.dialect.name == "sqlite" and not Path(self.url.database or "").is_file()

    def copy_in(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Insert many rows, each a value a column, as quickly as this database can.

        Raises Damaged if it will not take one: another kind of database was less strict.
        """
        try:
            with self.write() as connection:
                self._backend.copy_in(connection, table, rows)
        except (DBAPIError, self._backend.DriverError, Refused) as error:
            raise Damaged("rows_not_taken", table=table.name, error=error) from error

    def settle_in(self) -> None:
        """After rows were copied in with their ids: new ones get higher ids, queries find their way."""
        with self.write() as connection:
            self._backend.settle_in(connection, metadata.sorted_tables)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, self._backend.DriverError) as error:
            known = self._backend.translated(error.orig if isinstance(error, DBAPIError) else error)
            if known is None:
                raise
            raise known from error
        except (OverflowError, UnicodeEncodeError) as error:  # a number or a letter that no column holds
            raise Refused("value_not_storable") from error
        except NoneFree as error:
            raise Busy("database_busy") from error


def _backend(url: URL) -> ModuleType:
    """Imported only when it is asked for: a site on SQLite needs no driver of PostgreSQL."""
    match url.get_backend_name():
        case "sqlite":
            return import_module("warehouse.database_sqlite")
        case "postgresql":
            return import_module("warehouse.database_postgresql")
        case other:
            raise ArgumentError(f"no such database: {other}")


def note_queued(connection: Connection) -> None:
    """This transaction queues work: whoever does work is to be told when it is committed."""
    connection.info[_QUEUED] = True


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
    statement = _insert(connection, table)
    if update:
        changes = {name: statement.excluded[name] for name in update}
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=changes)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    connection.execute(statement, list(rows))


def insert_new(connection: Connection, table: Table, row: Mapping[str, Any], key: str) -> int | None:
    """Insert a row and give its id; None, and nothing done, where the value of the unique `key` is taken."""
    statement = _insert(connection, table).values(row).on_conflict_do_nothing(index_elements=[key])
    made: int | None = connection.execute(statement.returning(table.c.id)).scalar()
    return made


def _insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
