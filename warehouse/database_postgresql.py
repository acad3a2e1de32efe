"""PostgreSQL: many writers at a time, who wait for each other's rows only.

Reads see one state (REPEATABLE READ); writes see what was committed when a statement began, so
whoever decides by what it read locks it first (`FOR UPDATE`).
"""

from collections.abc import Sequence
from select import POLLIN, poll
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, func, select, text
from sqlalchemy.exc import DisconnectionError

from warehouse.errors import (
    Away,
    Busy,
    Damaged,
    Deadlock,
    KhosoError,
    Refused,
    StoreFull,
    Unavailable,
    UsageError,
)

DriverError = psycopg.Error

BUSY_SECONDS = 60
CONNECTION = {
    "connect_timeout": "10",
    "client_encoding": "utf8",
    # a server or network that vanished without a word is noticed within a minute
    "keepalives_idle": "20",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
_SCHEMA_LOCK = 5_404_127
"""Any number, always the same: who makes or upgrades tables holds it."""

_BUSY = {"55P03", "57014"}  # lock_not_available, query_canceled
_DEADLOCK = {"40001", "40P01"}  # serialization_failure, deadlock_detected
_FULL = {"53100"}  # disk_full
_DAMAGED = {"XX001", "XX002"}  # data_corrupted, index_corrupted
_REFUSED = {"25006", "42P01"}  # read_only_sql_transaction, undefined_table


def open_engine(url: URL) -> Engine:
    """An engine that renews connections which a restart of the server has cut."""
    url = url.set(drivername="postgresql+psycopg").update_query_dict({**CONNECTION, **url.query})
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkout", _refuse_cut)
    return engine


def begin_reading(connection: Connection) -> None:
    """One state of the database, however much is written meanwhile."""
    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def begin_writing(connection: Connection, *, durable: bool, rebuilding: bool) -> None:
    """Durable: the server's own setting instead of our lax one. Tables are made by one program at a time."""
    if durable:
        connection.execute(text("SET LOCAL synchronous_commit TO DEFAULT"))
    if rebuilding:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})"))


def copy_in(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """By COPY: row by row, INSERT took four times as long."""
    quoted = connection.dialect.identifier_preparer.quote
    names = ", ".join(map(quoted, table.columns.keys()))
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {quoted(table.name)} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def settle_in(connection: Connection, tables: Sequence[Table]) -> None:
    """Sequences go on behind the greatest id; the planner learns how many rows there are."""
    for table in tables:
        id_column = table.autoincrement_column
        if id_column is not None:
            sequence = func.pg_get_serial_sequence(table.name, id_column.name)
            connection.execute(select(func.setval(sequence, func.max(id_column))))
    connection.execute(text("ANALYZE"))


def translated(error: BaseException | None) -> KhosoError | None:
    """The error in our own words."""
    state = getattr(error, "sqlstate", None)
    if state in _BUSY:
        return Busy("database_busy")
    if state in _DEADLOCK:
        return Deadlock("database_deadlock")
    if state in _FULL:
        return StoreFull("store_full")
    if state in _DAMAGED:
        return Damaged("database_damaged", error=error)
    if state in _REFUSED:
        return Unavailable("database_error", error=error)
    return _by_class(error)


def _by_class(error: BaseException | None) -> KhosoError | None:
    """Errors that have no state of their own, and those whose class says enough."""
    if isinstance(error, psycopg.DataError):  # NUL in a text, a number that no column holds
        return Refused("value_not_storable")
    return Away("database_away", error=error) if isinstance(error, psycopg.OperationalError) else None


def _prepare(connection: "psycopg.Connection[tuple[object, ...]]", record: object) -> None:
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise UsageError("database_encoding")
    connection.execute("SET synchronous_commit = off")  # begin_writing waits for the disk where it must
    connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()


def _refuse_cut(
    connection: "psycopg.Connection[tuple[object, ...]]", record: object, borrowed: object
) -> None:
    """The server says when it ends a connection: it need not be asked each time."""
    heard = poll()
    if not connection.closed:
        heard.register(connection.fileno(), POLLIN)
        if not heard.poll(0):
            return
    raise DisconnectionError
