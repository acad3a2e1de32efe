"""Progress of units: how much came in, was read, approved, and counts as digitised."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from warehouse.audit import write_entry
from warehouse.codes.dates import VIETNAM, today
from warehouse.database import bytewise
from warehouse.rights import Actor, require, scope_of
from warehouse.tables import batches, files, items, records, units
from warehouse.units import unit_in_force

COUNTS = (
    "files", "registered", "read", "needs_review", "approved", "digitised", "returned", "metadata_only",
)  # fmt: skip


def progress(
    connection: Connection, actor: Actor, on: date | None = None, unit: str | None = None
) -> dict[str, Any]:
    """What each unit had done by the end of a day (today), credited to the unit that digitised.

    Digitised is counted once a paper: approved, of kind result, in force on the day it was digitised.
    A file that the unit handed in twice is one file, so no duplicate is counted.
    """
    require(actor, "figures")
    day = on or today()
    write_entry(connection, actor, "report", "progress", on=day.isoformat(), unit=unit)
    end = datetime.combine(day + timedelta(days=1), time(), VIETNAM)
    of_unit = scope_of(actor, "figures").allows_unit(units.c.id)
    if unit is not None:
        of_unit = and_(of_unit, units.c.id == unit_in_force(connection, unit, day).id)
    counted = _records(end, day).subquery()
    received = (
        select(batches.c.unit_id, func.count(items.c.file_id.distinct()).label("files"))
        .join(items, items.c.batch_id == batches.c.id)
        .join(files, files.c.id == items.c.file_id)  # whoever holds it by now
        .where(items.c.outcome == "stored", files.c.received_at < end, files.c.state == "registered")
        .group_by(batches.c.unit_id)
        .subquery()
    )
    query = (
        select(
            units.c.code,
            units.c.name,
            units.c.level,
            received.c.files,
            *(counted.c[name] for name in COUNTS[1:]),
        )
        .join(counted, counted.c.unit_id == units.c.id, isouter=True)
        .join(received, received.c.unit_id == units.c.id, isouter=True)
        .where(of_unit, or_(counted.c.unit_id.is_not(None), received.c.unit_id.is_not(None)))
        .order_by(bytewise(units.c.code))
    )
    rows = [
        {
            "unit": row["code"],
            "name": row["name"],
            "level": row["level"],
            **{name: row[name] or 0 for name in COUNTS},
        }
        for row in connection.execute(query).mappings()
    ]
    return {
        "on": day.isoformat(),
        "rows": rows,
        "total": {name: sum(row[name] for row in rows) for name in COUNTS},
    }


def _records(end: datetime, day: date) -> Any:
    approved = and_(records.c.work == "approved", records.c.approved_at < end)
    return (
        select(
            records.c.digitised_by_id.label("unit_id"),
            _count(records.c.work.not_in(("metadata_only", "withdrawn"))).label("registered"),
            _count(and_(records.c.read_at < end, records.c.work != "withdrawn")).label("read"),
            _count(records.c.work == "needs_review").label("needs_review"),
            _count(approved).label("approved"),
            _count(
                and_(approved, records.c.kind == "result", records.c.digitised_on <= day, _in_force())
            ).label("digitised"),
            _count(records.c.work == "returned").label("returned"),
            _count(records.c.work == "metadata_only").label("metadata_only"),
        )
        .where(records.c.received_at < end)
        .group_by(records.c.digitised_by_id)
    )


def _in_force() -> ColumnElement[bool]:
    """validity.status(digitised_on) == in_force, in SQL; a test holds the two together."""
    day = records.c.digitised_on
    return and_(
        records.c.valid_kind != "UNKNOWN",
        or_(records.c.valid_from.is_(None), records.c.valid_from <= day),
        or_(records.c.valid_to.is_(None), records.c.valid_to >= day),
        or_(records.c.ended_on.is_(None), records.c.ended_on > day),
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
