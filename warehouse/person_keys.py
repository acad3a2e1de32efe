"""The keys that persons are found by, one row a party: they follow every change of a record (registry.touch)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from warehouse.codes.dates import parse_date
from warehouse.database import upsert
from warehouse.tables import parties, person_keys, records
from warehouse.text import words
from warehouse.values import Values, values_of

PLACE_FIELDS = ("issuing_agency", "parent_agency", "place")
"""Fields that say where a paper comes from, by the names places had on the day of issue."""

FILLED_AT_ONCE = 500  # records
LONGEST_NAME = 200


class NameKeys(NamedTuple):
    """A name as it is compared: its words, the same without marks, and family and given name of these."""

    spelled: str
    folded: str
    short: str


def name_keys(name: str) -> NameKeys:
    """The keys of a name however it is typed: case, spaces, composition and the place of tones are no matter."""
    found = list(words(name))
    folded = [each for _, each in found]
    short = folded if len(folded) < 2 else [folded[0], folded[-1]]
    keys = ([exact for exact, _ in found], folded, short)
    return NameKeys(*(" ".join(key)[:LONGEST_NAME] for key in keys))


def place_key(text: str) -> str:
    """A place's words without marks, between spaces: a whole word of it can be looked for."""
    return f" {' '.join(folded for _, folded in words(text))} "


def follow(connection: Connection, record_ids: Collection[int]) -> None:
    """Set the keys of these records' parties by what their parties and fields say now."""
    query = select(parties, records.c.custodian_id).join(records, records.c.id == parties.c.record_id)
    theirs = parties.c.record_id.in_(sorted(record_ids))
    found = connection.execute(query.where(theirs).order_by(parties.c.id)).all()
    if not found:
        return
    told = sorted({party.record_id for party in found})
    shown = values_of(connection, told, PLACE_FIELDS)
    rows = [_keys_of(party, shown[party.record_id]) for party in found]
    query = select(person_keys).where(person_keys.c.record_id.in_(told))
    before = {row["party_id"]: dict(row) for row in connection.execute(query).mappings()}
    changed = [row for row in rows if before.get(row["party_id"]) != row]
    upsert(connection, person_keys, changed, ["party_id"], [name for name in _COLUMNS if name != "party_id"])


def fill(connection: Connection) -> None:
    """Set the keys of all parties that have none, as those of older sites; safe to repeat."""
    last = 0
    keyless = (
        select(parties.c.record_id)
        .outerjoin(person_keys, person_keys.c.party_id == parties.c.id)
        .where(person_keys.c.party_id.is_(None))
        .distinct()
        .order_by(parties.c.record_id)
        .limit(FILLED_AT_ONCE)
    )
    while ids := connection.scalars(keyless.where(parties.c.record_id > last)).all():
        follow(connection, ids)
        last = ids[-1]


_COLUMNS = person_keys.c.keys()


def _keys_of(party: Row[Any], shown: Values) -> Mapping[str, object]:
    born = parse_date(party.birth_date) if party.birth_date else None
    return {
        "party_id": party.id,
        "record_id": party.record_id,
        "custodian_id": party.custodian_id,
        "role": party.role,
        **name_keys(party.name)._asdict(),
        "birth_year": born.year if born else None,
        "places": _places(shown),
    }


def _places(shown: Values) -> str:
    named: Sequence[str | None] = [shown.text(name) for name in PLACE_FIELDS]
    return "|".join(place_key(text) for text in named if text)
