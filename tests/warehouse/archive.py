"""Units and records as the tables hold them, without files: for tests of who may do what with them."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from warehouse.records import FieldValue
from warehouse.registry import NewRecord, register
from warehouse.rights import Actor, Grant, Reach
from warehouse.tables import batches, records, units, users

SYSTEM = Actor("khoso")


def add_unit(connection: Connection, code: str) -> int:
    """A commune's row id."""
    row = {"code": code, "name": f"Xã {code}", "level": "commune", "valid_from": date(2025, 7, 1)}
    return connection.execute(insert(units).returning(units.c.id), row).scalar_one()


def add_batch(connection: Connection, unit: int) -> int:
    """An empty batch's row id."""
    made = {"created_at": datetime.now(UTC), "created_by": "lan"}
    row = {"unit_id": unit, "source": "/scans", "manner": "stock", **made}
    return connection.execute(insert(batches).returning(batches.c.id), row).scalar_one()


def add_record(
    connection: Connection,
    unit: int,
    doc_type: str = "",
    *,
    batch: int | None = None,
    holder: str = "",
    **columns: Any,
) -> int:
    """A record that a list tells of; `columns` are set as they are. Its row id."""
    listed = {"doc_type": doc_type, "holder_name": "Nông Thị Lan" if holder else "", "holder_id": holder}
    values = [FieldValue(name, value, "manifest") for name, value in listed.items() if value]
    paper = NewRecord([], None, batch or add_batch(connection, unit), unit, "result", False, values)
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
