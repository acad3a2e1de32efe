"""Records whose class is not what the table of types says by now: of a site from before there were classes, of a
type that became known, of one that was given another class.

`khoso init` and `khoso restore` settle them before anybody can ask for them. What still has no class is looked at
again each time.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, or_, select, update

from warehouse.classification import facts_of
from warehouse.database import Database
from warehouse.registry import touch
from warehouse.result_types import result_types, type_key
from warehouse.rights import UNCLASSIFIED
from warehouse.tables import records
from warehouse.values import values_of

AT_ONCE = 500  # records a transaction


def classify_older(database: Database) -> int:
    """Give records the class that their type has by now, and tell the index; how many. Safe to repeat."""
    classified, last = 0, 0
    while True:
        with database.write() as connection:
            unclassified = (
                select(records)
                .where(records.c.id > last, _unsettled())
                .order_by(records.c.id)
                .limit(AT_ONCE)
                .with_for_update()
            )
            rows = connection.execute(unclassified).mappings().all()
            classified += _settle(connection, rows)
        if len(rows) < AT_ONCE:
            return classified
        last = rows[-1]["id"]


def _unsettled() -> ColumnElement[bool]:
    kinds = {(type_key(row.name, row.since), row.field, row.sensitivity) for row in result_types()}
    own = (records.c.type_key, func.coalesce(records.c.field_of_activity, ""), records.c.sensitivity)
    as_told = or_(
        *(and_(*(column == told for column, told in zip(own, kind, strict=True))) for kind in kinds)
    )
    of_known_type = records.c.type_key.in_({key for key, _, _ in kinds})
    return or_(records.c.sensitivity == UNCLASSIFIED, and_(of_known_type, ~as_told))


def _settle(connection: Connection, rows: Sequence[RowMapping]) -> int:
    shown = values_of(connection, [row["id"] for row in rows])
    known = {row["id"]: facts_of(shown[row["id"]]) for row in rows}
    changed = [row["id"] for row in rows if any(row[name] != fact for name, fact in known[row["id"]].items())]
    for record_id in changed:
        connection.execute(update(records).where(records.c.id == record_id).values(known[record_id]))
    touch(connection, changed)
    return len(changed)
