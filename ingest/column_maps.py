"""What a unit's own headers mean: kept once by `khoso manifest columns`, used by every list of the unit."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, delete, select

from ingest.columns import LOCATION_COLUMNS, MIGRATED_COLUMNS, header_key
from warehouse.audit import write_entry
from warehouse.database import bytewise, upsert
from warehouse.errors import UsageError
from warehouse.records import FIELD_NAMES
from warehouse.rights import Actor
from warehouse.tables import column_maps
from warehouse.units import Unit

MEANINGS = ("file", "pages", "kind", "secrecy", *FIELD_NAMES, *LOCATION_COLUMNS, *MIGRATED_COLUMNS)
"""What a column may say of its rows."""


def called(connection: Connection, unit_id: int) -> dict[str, str]:
    """The unit's map: a header as columns.header_key spells it, and the field, place or role it means."""
    query = select(column_maps.c.header, column_maps.c.name).where(column_maps.c.unit_id == unit_id)
    return {
        row.header: row.name for row in connection.execute(query.order_by(bytewise(column_maps.c.header)))
    }


def change(
    connection: Connection, actor: Actor, unit: Unit, new: Mapping[str, str], forgotten: Collection[str]
) -> dict[str, str]:
    """Add to a unit's map (header: field) and take headers out of it; returns the map as it is then.

    Raises UsageError if there is no such field, or if a header that is to be forgotten is not in the map.
    """
    for name in new.values():
        if name not in MEANINGS:
            raise UsageError("unknown_field", name=name, names=", ".join(MEANINGS))
    known = called(connection, unit.id)
    keys = {header: header_key(header) for header in forgotten}
    for header, key in keys.items():
        if key not in known:
            raise UsageError("unknown_header", header=header, headers=", ".join(known))
    connection.execute(
        delete(column_maps).where(column_maps.c.unit_id == unit.id, column_maps.c.header.in_(keys.values()))
    )
    meant = {header_key(header): name for header, name in new.items()}
    rows = [{"unit_id": unit.id, "header": key, "name": name} for key, name in meant.items()]
    upsert(connection, column_maps, rows, ["unit_id", "header"], ["name"])
    if new or forgotten:
        write_entry(
            connection, actor, "map_columns", f"unit {unit.code}", new=dict(new), forgotten=sorted(keys)
        )
    return called(connection, unit.id)
