"""What the box may offer while somebody types: types of papers, agencies and units met among what they may read.

Only values of those three are offered: a name of a person is in none of them, and no dictionary of words is asked.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from search.index import Index
from search.query import Query
from warehouse.codes.dates import today
from warehouse.database import Database
from warehouse.rights import Actor, require, scope_of
from warehouse.tables import units
from warehouse.text import words

MOST = 10
Kind = Literal["doc_type", "issuing_agency", "unit"]
KINDS: tuple[Kind, ...] = ("doc_type", "issuing_agency", "unit")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A value to filter by, what people call it, and how many records have it."""

    kind: Kind
    value: str
    label: str
    records: int


def suggest(database: Database, index: Index, actor: Actor, typed: str) -> list[Suggestion]:
    """Values in which the words typed begin a word, most frequent first."""
    require(actor, "read")
    wanted = _words(typed)
    if not wanted.strip():
        return []
    counted = index.search(Query((), on=today(), limit=0, facets=KINDS), scope_of(actor))["facets"]
    names = _names_of_units(database, counted["unit"])
    offered = [
        Suggestion(kind, value, names.get(value, value) if kind == "unit" else value, met)
        for kind in KINDS
        for value, met in counted[kind].items()
    ]
    fitting = [each for each in offered if any(wanted in _words(text) for text in (each.value, each.label))]
    return sorted(fitting, key=lambda each: (-each.records, each.label))[:MOST]


def _words(text: str) -> str:
    """Without marks, each after a space: a beginning of words is then a part of it."""
    return "".join(f" {folded}" for _, folded in words(text))


def _names_of_units(database: Database, codes: dict[str, int]) -> dict[str, str]:
    """The names of the units in force that bear these codes."""
    query = (
        select(units.c.code, units.c.name).where(units.c.code.in_(sorted(codes))).order_by(units.c.valid_from)
    )
    with database.read() as connection:
        return dict(iter(connection.execute(query)))
