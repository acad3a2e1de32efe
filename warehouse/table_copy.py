"""Copy all rows of one database into another, of whatever kind, and prove that both hold the same.

Rows are read in the order of their keys from one state of the source, so the rows that a former run
copied are the first ones of each table. Whether they still are what the source says is told by their
hash; if not, the table and those that refer to it begin anew. Proof of a table is its number of rows
and the SHA-256 over all of them, read back.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypedDict

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    MetaData,
    Result,
    String,
    Table,
    Text,
    bindparam,
    cast,
    func,
    select,
    update,
)

from warehouse.database import Database, UTCDateTime, bytewise, metadata
from warehouse.errors import Damaged

AT_ONCE = 2000
"""Rows read and written together: of pages with long texts some 10 MB."""

Rows = Sequence[list[Any]]


class Digest(TypedDict):
    """What a table holds: equal digests, equal rows."""

    rows: int
    sha256: str


class Digester:
    """Counts and hashes rows as they pass."""

    def __init__(self) -> None:
        self._rows = 0
        self._sha256 = hashlib.sha256()

    def add(self, rows: Rows) -> None:
        """As JSON, a row an array."""
        self._rows += len(rows)
        self._sha256.update(_json(rows)[1:-1].encode() + b",")

    @property
    def digest(self) -> Digest:
        """Of all rows so far."""
        return {"rows": self._rows, "sha256": self._sha256.hexdigest()}


_json = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), check_circular=False, default=lambda day: day.isoformat()
).encode


def copied_tables() -> list[Table]:
    """All tables of a site, those first that others refer to; not those that tell of processes."""
    return [table for table in metadata.sorted_tables if table.info.get("copied", True)]


def count_rows(connection: Connection) -> int:
    """Of all tables that are copied."""
    return sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in copied_tables())


def copy_tables(source: Connection, target: Database, advance: Callable[[int], object]) -> dict[str, Digest]:
    """Copy what `source`, a connection that reads one state, holds; the digest of each of its tables.

    `advance` is told how many rows are done. Safe to repeat after a stop anywhere.
    """
    digests = {table.name: _copy_table(source, target, table, advance) for table in copied_tables()}
    target.settle_in()
    return digests


def prove_equal(digests: dict[str, Digest], target: Database) -> None:
    """Read the target back; raises Damaged if a table differs."""
    for table in copied_tables():
        if digest_of(target, table) != digests[table.name]:
            raise Damaged("copy_differs", table=table.name)


def digest_of(database: Database, table: Table) -> Digest:
    """What the table holds now."""
    digester = Digester()
    with database.read() as connection:
        for rows in _pieces(_read(connection, table)):
            digester.add(rows)
    return digester.digest


def _copy_table(
    source: Connection, target: Database, table: Table, advance: Callable[[int], object]
) -> Digest:
    kept, digester = digest_of(target, table), Digester()
    rows = _read(source, table)
    for piece in _pieces(rows, kept["rows"]):
        digester.add(piece)
    if digester.digest != kept:
        rows.close()
        _empty(target, table)
        return _copy_table(source, target, table, advance)
    advance(kept["rows"])
    for piece in _pieces(rows):
        digester.add(piece)
        _insert(target, table, piece)
        advance(len(piece))
    for column in _references_to_itself(table):
        _link(source, target, table, column)
    return digester.digest


def _read(connection: Connection, table: Table) -> Result[Any]:
    """All rows in the order of the key: bytes of texts, so that every database has the same."""
    order = [bytewise(key) if isinstance(key.type, String) else key for key in table.primary_key]
    plain = _plain(table)
    values = [cast(column, Text) if isinstance(column.type, Text) else column for column in plain.columns]
    return connection.execute(select(*values).order_by(*order), execution_options={"yield_per": AT_ONCE})


def _pieces(rows: Result[Any], most: int | None = None) -> Iterator[Rows]:
    while piece := rows.fetchmany(AT_ONCE if most is None else min(AT_ONCE, most)):
        most = None if most is None else most - len(piece)
        yield [list(row) for row in piece]


def _plain(table: Table) -> Table:
    """The same table as it is stored: JSON is text to the letter, an instant has no zone."""
    columns = [
        Column(column.name, _stored(column), primary_key=column.primary_key) for column in table.columns
    ]
    return Table(table.name, MetaData(), *columns)


def _stored(column: Column[Any]) -> Any:
    if isinstance(column.type, JSON):
        return Text()
    return DateTime() if isinstance(column.type, UTCDateTime) else column.type


def _insert(target: Database, table: Table, rows: Rows) -> None:
    later = [place for place, column in enumerate(table.columns) if column in _references_to_itself(table)]
    for row in rows:
        for place in later:
            row[place] = None
    target.copy_in(_plain(table), rows)


def _references_to_itself(table: Table) -> list[Column[Any]]:
    """Columns that may name a row which comes later: they are set when all rows are there."""
    return [
        column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)
    ]


def _link(source: Connection, target: Database, table: Table, column: Column[Any]) -> None:
    [key] = table.primary_key
    links = source.execute(
        select(key.label("own"), column.label("other")).where(column.is_not(None)),
        execution_options={"yield_per": AT_ONCE},
    )
    statement = update(table).where(key == bindparam("own")).values({column: bindparam("other")})
    for piece in links.partitions():
        with target.write() as connection:
            connection.execute(statement, [{"own": own, "other": other} for own, other in piece])


def _empty(target: Database, table: Table) -> None:
    """This table, and first those that refer to it."""
    gone = {table}
    for other in copied_tables():
        if any(key.column.table in gone for key in other.foreign_keys):
            gone.add(other)
    with target.write() as connection:
        for other in reversed(copied_tables()):
            if other in gone:
                connection.execute(other.delete())
