"""Records of a site that was made before there were classes, or before their type was known here: classified.

`khoso init` and `khoso restore` do so before anybody can ask for them; what still has no class is looked at again.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

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
                select(records.c.id)
                .where(records.c.id > last, records.c.sensitivity == UNCLASSIFIED)
                .order_by(records.c.id)
                .limit(AT_ONCE)
                .with_for_update()
            )
            ids = connection.scalars(unclassified).all()
            known = {id_: facts_of(values) for id_, values in values_of(connection, ids).items()}
            classified += _settle(connection, known)
        if len(ids) < AT_ONCE:
            return classified
        last = ids[-1]


def _settle(connection: Connection, known: Mapping[int, Mapping[str, Any]]) -> int:
    found = {id_: facts for id_, facts in known.items() if facts["sensitivity"] != UNCLASSIFIED}
    for record_id, facts in found.items():
        connection.execute(update(records).where(records.c.id == record_id).values(facts))
    touch(connection, found)
    return len(found)
