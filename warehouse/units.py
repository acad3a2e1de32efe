"""Units: of_code, communes and departments, each with the days it was in force."""

import csv
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from sqlalchemy import Connection, bindparam, or_, select, update

from warehouse.codes.dates import today
from warehouse.database import upsert
from warehouse.errors import UsageError
from warehouse.tables import units


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its surrogate id; codes are reused, so only (code, day) names one."""

    id: int
    code: str
    name: str
    level: str


def load_units(connection: Connection) -> None:
    """Bring in the units that come with the program; safe to repeat."""
    text = files("warehouse").joinpath("data/units.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    loaded = [
        {
            "code": row["code"],
            "name": row["name"],
            "level": row["level"],
            "valid_from": date.fromisoformat(row["valid_from"]),
            "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        }
        for row in rows
    ]
    upsert(connection, units, loaded, ["code", "valid_from"], ["name", "level", "valid_to"])
    ids = {(unit.code, unit.valid_from): unit.id for unit in connection.execute(select(units))}
    # Rows in force come last in the file, so a code that was used twice names the unit in force.
    of_code = {row["code"]: ids[row["code"], date.fromisoformat(row["valid_from"])] for row in rows}
    links = [
        {"child": of_code[row["code"]], "above": of_code[row["parent"]]} for row in rows if row["parent"]
    ]
    connection.execute(
        update(units).where(units.c.id == bindparam("child")).values(parent_id=bindparam("above")), links
    )


def unit_in_force(connection: Connection, code: str, on: date | None = None) -> Unit:
    """The unit that bears a code on a day (today); raises UsageError if there is none."""
    day = on or today()
    row = connection.execute(
        select(units.c.id, units.c.code, units.c.name, units.c.level)
        .where(units.c.code == code, units.c.valid_from <= day)
        .where(or_(units.c.valid_to.is_(None), units.c.valid_to >= day))
    ).one_or_none()
    if row is None:
        raise UsageError("unknown_unit", code=code)
    return Unit(*row)
