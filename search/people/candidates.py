"""Parties that may be whom the desk asks for: a few bounded queries, each with the actor's rights inside."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from search.people.asked import PersonQuery
from search.people.names import Match, matched, misspelt, with_middle_names, without_middle_names
from warehouse.codes.dates import PartialDate, today
from warehouse.person_keys import NameKeys, name_keys, place_key
from warehouse.records import OUT_OF_USE
from warehouse.result_types import type_key
from warehouse.rights import Actor, reading_scope, scope_of
from warehouse.tables import parties, party_ids, person_keys, records, units

MOST = 100
"""Parties looked at by one query: who matches more is asked for a birth year or a place."""

PARENTS = ("father", "mother")


class Candidate(NamedTuple):
    """One party of one paper."""

    party_id: int
    record_id: int
    role: str
    name: str
    birth_date: str | None
    folded: str


class Number(NamedTuple):
    """An identity number; of one scheme a person has one."""

    scheme: str
    value: str


def reachable(actor: Actor) -> ColumnElement[bool]:
    """Records in which the actor may find persons: reading and finding reach them, or an access session."""
    scope = replace(reading_scope(actor, "find_person"), holders=actor.holders)
    return and_(records.c.work.not_in(OUT_OF_USE), scope.allows_record())


class Desk:
    """The parties that one actor may find."""

    def __init__(
        self, connection: Connection, actor: Actor, unit: str | None = None, doc_type: str | None = None
    ) -> None:
        self._connection = connection
        self._allowed = reachable(actor)
        if not actor.holders:  # said again of the keys, so that other units' are passed over at once
            self._allowed &= scope_of(actor, "find_person").allows_unit(person_keys.c.custodian_id)
        if unit:
            self._allowed &= records.c.custodian_id.in_(select(units.c.id).where(units.c.code == unit))
        if doc_type:
            self._allowed &= records.c.type_key == type_key(doc_type, today())

    def asked_for(self, asked: PersonQuery) -> tuple[dict[Candidate, Match], bool]:
        """Who answers the query and how, and whether there are more. A number that is found decides alone."""
        found: dict[Candidate, Match] = dict.fromkeys(self._holders(asked.numbers), "id")
        if not found and asked.name_keys.folded:
            found = self._named(asked)
        return dict(list(found.items())[:MOST]), len(found) > MOST

    def related(self, found: Collection[Candidate], numbers: Collection[Number]) -> list[Candidate]:
        """Other parties with the same number, or the same name and day of birth."""
        of_number = self._holders({each.value for each in numbers})
        return [each for each in dict.fromkeys([*of_number, *self._namesakes(found)]) if each not in found]

    def _namesakes(self, found: Collection[Candidate]) -> list[Candidate]:
        born = {(each.folded, each.birth_date) for each in found if each.birth_date}
        if not born:
            return []
        alike = self._parties(
            person_keys.c.folded.in_(sorted({name for name, _ in born})),
            person_keys.c.birth_year.in_(sorted({int(day[:4]) for _, day in born})),  # it is in the index
            parties.c.birth_date.in_(sorted({day for _, day in born})),
        )
        return [each for each in alike if (each.folded, each.birth_date) in born]

    def numbers_of(self, found: Collection[Candidate]) -> dict[int, set[Number]]:
        """The numbers of these parties, by party."""
        numbers: dict[int, set[Number]] = {each.party_id: set() for each in found}
        query = select(party_ids.c.party_id, party_ids.c.scheme, party_ids.c.value)
        if numbers:
            for party_id, *number in self._connection.execute(query.where(party_ids.c.party_id.in_(numbers))):
                numbers[party_id].add(Number(*number))
        return numbers

    def _named(self, asked: PersonQuery) -> dict[Candidate, Match]:
        """Better matches first; only if there is none, names that are a letter off."""
        name, keys = asked.name_keys, person_keys.c
        others = list(self._others(asked))
        alike = self._parties(keys.folded == name.folded, *others)
        if len(alike) > MOST:  # then those with the very marks before all others
            alike = [*self._parties(keys.spelled == name.spelled, *others), *alike]
        else:
            alike += self._parties(_differs_by_middle_names(keys, name), *others)
        hows = {each: matched(name, name_keys(each.name)) for each in alike}
        found: dict[Candidate, Match] = {
            each: how for each, how in hows.items() if how != "one_letter"
        }  # LIKE takes parts of words
        if not found and (near := self._met(misspelt(name.folded))):
            return dict.fromkeys(self._parties(keys.folded.in_(near), *others), "one_letter")
        return found

    def _met(self, names: Collection[str]) -> Sequence[str]:
        """Those of hundreds of names that anybody bears, from the index alone; the few are then looked for.

        PostgreSQL would look for hundreds by reading the whole table.
        """
        query = select(person_keys.c.folded).where(person_keys.c.folded.in_(names)).distinct()
        return self._connection.scalars(query).all()

    def _others(self, asked: PersonQuery) -> Iterator[ColumnElement[bool]]:
        """What must hold besides the name. A paper that tells no birth date contradicts none."""
        if asked.born:
            yield or_(person_keys.c.birth_year.is_(None), person_keys.c.birth_year == asked.born.year)
            yield or_(parties.c.birth_date.is_(None), _agrees(asked.born))
        if asked.parent_keys.folded:
            yield _has_parent(asked.parent_keys)
        if asked.place_key.strip():
            here = records.c.custodian_id.in_(self._units_called(asked.place_key))
            yield or_(person_keys.c.places.contains(asked.place_key), here)

    def _units_called(self, place: str) -> list[int]:
        rows = self._connection.execute(select(units.c.id, units.c.name))
        return [unit_id for unit_id, name in rows if place in _place_key(name)]

    def _holders(self, numbers: Collection[str]) -> list[Candidate]:
        held = select(party_ids.c.party_id).where(party_ids.c.value.in_(sorted(numbers)))
        return self._parties(parties.c.id.in_(held)) if numbers else []

    def _parties(self, *conditions: ColumnElement[bool]) -> list[Candidate]:
        """In one order wherever they lie, so that papers out of reach change nothing in the answer."""
        query = (
            select(
                parties.c.id, parties.c.record_id, parties.c.role, parties.c.name, parties.c.birth_date,
                person_keys.c.folded,
            )
            .join(person_keys, person_keys.c.party_id == parties.c.id)
            .join(records, records.c.id == parties.c.record_id)
            .where(self._allowed, *conditions)
            .order_by(person_keys.c.birth_year, person_keys.c.party_id)
            .limit(MOST + 1)
        )  # fmt: skip
        return [Candidate(*row) for row in self._connection.execute(query)]


_place_key = lru_cache(maxsize=1 << 13)(place_key)  # there are some 3,400 units


def _differs_by_middle_names(keys: Any, name: NameKeys) -> ColumnElement[bool]:
    """Family and given name are the same; of the middle names one has only some of the other's."""
    others = keys.folded.in_(without_middle_names(name.folded))
    if longer := with_middle_names(name.folded):
        others |= keys.folded.like(longer)
    return and_(keys.short == name.short, keys.folded != name.folded, others)


def _has_parent(name: NameKeys) -> ColumnElement[bool]:
    parent = person_keys.alias("parent")
    called = or_(parent.c.folded == name.folded, _differs_by_middle_names(parent.c, name))
    return exists().where(parent.c.record_id == person_keys.c.record_id, parent.c.role.in_(PARENTS), called)


def _agrees(day: PartialDate) -> ColumnElement[bool]:
    """Dates are compared by the precision both have."""
    text = str(day)
    shorter = [text[:length] for length in (4, 7) if length < len(text)]
    return or_(parties.c.birth_date.in_(shorter), parties.c.birth_date.startswith(text))
