"""What every engine filters and counts by: keys that are compared whole, and days as numbers."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from search.document import Document, id_key, place_key, type_key
from search.query import FACETS, Query
from search.scopes import scope_keys

KEYS = ("type", "holder", "reference", "place", "scope")
COUNTABLE = (*FACETS, "issuing_agency")
DAYS = ("issued_on", "valid_from", "valid_to", "ended_on")  # as the number YYYYMMDD

FOREVER = date(9999, 12, 31)
UNKNOWN_TERM = 0  # the valid_from of a paper whose term nobody knows: before every day there is


class Key(NamedTuple):
    """A filter: the document has this key."""

    name: str
    value: str


class Span(NamedTuple):
    """A filter: the document has a day from `first` to `last`, both included; None is without end."""

    name: str
    first: int | None
    last: int | None


def number_of(day: date) -> int:
    """The day as engines compare it: YYYYMMDD."""
    return day.year * 10000 + day.month * 100 + day.day


def keys_of(document: Document) -> dict[str, frozenset[str]]:
    """What filters and facets compare whole."""
    return {
        "record": frozenset({document.record}),
        "type": document.types,
        "holder": document.holders,
        "reference": document.references,
        "place": document.places,
        "scope": scope_keys(document),
        **{name: frozenset({value}) for name, value in document.facets.items()},
    }


def days_of(document: Document) -> dict[str, int]:
    """What has no beginning begins before all days, what has no end ends after them."""
    facts = document.validity
    begin = number_of(facts.valid_from or date.min)
    days = {
        "valid_from": UNKNOWN_TERM if facts.kind == "UNKNOWN" else begin,
        "valid_to": number_of(facts.valid_to or FOREVER),
        "ended_on": number_of(facts.ended_on or FOREVER),
    }
    first = document.issued_first
    return days if first is None else {**days, "issued_on": number_of(first)}


def filters_of(query: Query) -> Iterator[Key | Span]:
    """All that a search asks for besides its words; the scope is the engine's to add."""
    for clause in query.clauses:
        if clause.reference:
            yield Key("reference", clause.reference)
    if query.unit:
        yield Key("unit", query.unit)
    if query.doc_type:
        yield Key("type", type_key(query.doc_type))
    if query.holder:
        yield Key("holder", id_key(query.holder))
    for name, value in query.places:
        yield Key("place", place_key(name, value))
    if query.issued_from or query.issued_to:
        yield _span("issued_on", query.issued_from, query.issued_to)
    if query.in_force:
        yield from _in_force(query.on)


def _in_force(on: date) -> Iterator[Span]:
    """Exactly Validity.status(on) == "in_force"; an unknown term begins before date.min."""
    yield _span("ended_on", on + timedelta(days=1), None)
    yield _span("valid_from", date.min, on)
    yield _span("valid_to", on, None)


def _span(name: str, first: date | None, last: date | None) -> Span:
    return Span(name, *(None if day is None else number_of(day) for day in (first, last)))
