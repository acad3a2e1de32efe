"""Units and records as the tables hold them, without files: for tests of who may do what with them."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from warehouse.database import upsert
from warehouse.records import FieldValue
from warehouse.registry import NewPart, NewRecord, register
from warehouse.rights import Actor, Grant, Reach
from warehouse.tables import batches, files, objects, records, units, users

SYSTEM = Actor("khoso")


def add_unit(connection: Connection, code: str) -> int:
    """A commune's row id."""
    row = {"code": code, "name": f"Xã {code}", "level": "commune", "valid_from": date(2025, 7, 1)}
    return connection.execute(insert(units).returning(units.c.id), row).scalar_one()


def add_batch(connection: Connection, unit: int, source: str = "/scans") -> int:
    """An empty batch's row id."""
    made = {"created_at": datetime.now(UTC), "created_by": "lan"}
    row = {"unit_id": unit, "source": source, "manner": "stock", **made}
    return connection.execute(insert(batches).returning(batches.c.id), row).scalar_one()


def add_file(connection: Connection, unit: int, name: str) -> int:
    """A file of one page that the unit holds; the same name is the same bytes. Its row id."""
    now = datetime.now(UTC)
    upsert(connection, objects, [{"sha256": f"{name:>064}", "size": 1, "stored_at": now}], ["sha256"])
    row = {"unit_id": unit, "sha256": f"{name:>064}", "state": "registered", "pages": 1, "received_at": now}
    return connection.execute(insert(files).returning(files.c.id), row).scalar_one()


def add_record(
    connection: Connection,
    unit: int,
    doc_type: str = "",
    *,
    batch: int | None = None,
    holder: str = "",
    file: int | None = None,
    **columns: Any,
) -> int:
    """A record that a list tells of; `columns` are set as they are. Its row id."""
    listed = {"doc_type": doc_type, "holder_name": "Nông Thị Lan" if holder else "", "holder_id": holder}
    values = [FieldValue(name, value, "manifest") for name, value in listed.items() if value]
    paper = NewRecord(
        [NewPart(file, 1, 1)] if file else [],
        None,
        batch or add_batch(connection, unit),
        unit,
        "result",
        False,
        values,
    )
    record_id = register(connection, SYSTEM, [paper])[0]
    if columns:
        connection.execute(update(records).where(records.c.id == record_id).values(columns))
    return record_id


def add_user(connection: Connection, user_id: int) -> None:
    """An account that nobody signs in with."""
    made = {"created_at": datetime.now(UTC), "created_by": "lan"}
    row = {
        "login": f"user{user_id}",
        "full_name": "Lý Văn Minh",
        "state": "active",
        "password": "",
        "must_change": True,
    }
    connection.execute(insert(users).values(id=user_id, **row, **made))


def public_id(connection: Connection, record_id: int) -> str:
    """What people call it."""
    return connection.execute(select(records.c.public_id).where(records.c.id == record_id)).scalar_one()


def officer(*acts: Any, units: set[int] = frozenset(), **reach: Any) -> Actor:
    """A user with one post."""
    return Actor("user:lan", grants=(Grant(frozenset(acts), Reach(frozenset(units), **reach)),), user_id=7)
