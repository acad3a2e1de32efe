"""Records of a site that was made before there were classes, or before their type was known here: classified.

`khoso init` and `khoso restore` do so before anybody can ask for them; what still has no class is looked at again.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select, update

from warehouse.classification import facts_of
from warehouse.database import Database
from warehouse.registry import touch
from warehouse.rights import UNCLASSIFIED
from warehouse.tables import records
from warehouse.values import values_of

AT_ONCE = 500  # records a transaction


def classify_older(database: Database) -> int:
    """Classify records whose type is known by now, and tell the index; how many. Safe to repeat."""
    classified, last = 0, 0
    while True:
        with database.write() as connection:
            unclassified = (
                select(records)
                .where(records.c.id > last, records.c.sensitivity == UNCLASSIFIED)
                .order_by(records.c.id)
                .limit(AT_ONCE)
                .with_for_update()
            )
            rows = connection.execute(unclassified).mappings().all()
            classified += _settle(connection, rows)
        if len(rows) < AT_ONCE:
            return classified
        last = rows[-1]["id"]


def _settle(connection: Connection, rows: Sequence[RowMapping]) -> int:
    shown = values_of(connection, [row["id"] for row in rows])
    known = {row["id"]: facts_of(shown[row["id"]]) for row in rows}
    changed = [row["id"] for row in rows if any(row[name] != fact for name, fact in known[row["id"]].items())]
    for record_id in changed:
        connection.execute(update(records).where(records.c.id == record_id).values(known[record_id]))
    touch(connection, changed)
    return len(changed)
