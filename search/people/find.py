"""Persons and their papers for the desk: who is asked for, who may be found, what is told when nobody is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal

from sqlalchemy import Connection

from search.people.asked import PersonQuery
from search.people.candidates import Desk
from search.people.names import MATCHES, Match
from search.people.papers import Coverage, Paper, coverage, papers_of
from search.people.persons import Group, grouped
from warehouse.audit import write_entries
from warehouse.codes.dates import today
from warehouse.database import Database
from warehouse.errors import UsageError
from warehouse.masks import masked
from warehouse.reasons import message
from warehouse.rights import Actor, require

DEFAULT_LIMIT, GREATEST_LIMIT = 20, 50


@dataclass(frozen=True, slots=True)
class Person:
    """One person as far as papers tell: numbers masked, how they answer the query, their papers newest first."""

    name: str
    birth_date: str | None
    numbers: list[str]
    matched: Match
    papers: list[Paper]


@dataclass(frozen=True, slots=True)
class Understood:
    """What was made of the line that was typed or scanned."""

    name: str
    birth_date: str | None
    numbers: list[str]
    parent: str
    place: str


@dataclass(frozen=True, slots=True)
class People:
    """Who was found. `more`: others match as well, ask for more. `coverage` only if nobody was found.

    `elsewhere` says the same whatever lies out of the actor's reach.
    """

    outcome: Literal["found", "nothing_found"]
    understood: Understood
    persons: list[Person]
    more: bool
    coverage: Coverage | None
    elsewhere: dict[str, str]  # the same sentence in Vietnamese (vi) and English (en)


def find_people(
    database: Database,
    actor: Actor,
    asked: PersonQuery,
    unit: str | None = None,
    doc_type: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> People:
    """Search once, for a purpose that the actor states; the audit log has it before anything is told."""
    require(actor, "find_person")
    if not actor.purpose.strip():
        raise UsageError("purpose_missing")
    with database.read() as connection:
        persons, more = _persons(connection, actor, asked, unit, doc_type, limit)
        told = None if persons else coverage(connection, actor, unit, doc_type, today())
    understood = _understood(asked)
    seen = sorted({paper.record for person in persons for paper in person.papers})
    with database.write(durable=True) as connection:
        about = {**asdict(understood), "numbers": list(asked.numbers), "unit": unit, "doc_type": doc_type}
        of_whom = [*asked.numbers, *seen] or ["persons"]  # by these the trail of a holder or record has it
        write_entries(connection, actor, "find_person", [(each, None) for each in of_whom], asked=about)
    general = message("persons_elsewhere")
    return People(
        outcome="found" if persons else "nothing_found",
        understood=understood,
        persons=persons,
        more=more,
        coverage=told,
        elsewhere={"vi": general["vi"], "en": general["en"]},
    )


def _persons(
    connection: Connection,
    actor: Actor,
    asked: PersonQuery,
    unit: str | None,
    doc_type: str | None,
    limit: int,
) -> tuple[list[Person], bool]:
    desk = Desk(connection, actor, unit, doc_type)
    matches, more = desk.asked_for(asked)
    if not matches:
        return [], False
    numbers = desk.numbers_of(matches)
    related = desk.related(matches, set().union(*numbers.values()))
    numbers |= desk.numbers_of(related)
    how = {party.party_id: match for party, match in matches.items()}
    groups = grouped([*matches, *related], numbers, asked.numbers)
    groups = sorted((group for group in groups if _matches(group, how)), key=lambda group: _rank(group, how))
    shown = groups[:limit]
    papers = papers_of(connection, {party.record_id for group in shown for party in group.parties}, today())
    return [_person(group, how, papers) for group in shown], more or len(groups) > limit


def _matches(group: Group, how: Mapping[int, Match]) -> list[Match]:
    """How its parties answer the query, best first; those that are only the same person's answer nothing."""
    return sorted({how[each.party_id] for each in group.parties if each.party_id in how}, key=MATCHES.index)


def _rank(group: Group, how: Mapping[int, Match]) -> tuple[int, bool, int, int]:
    """Better matches, then who tells a birth date, then who has more papers."""
    first = min(each.party_id for each in group.parties)
    undated = all(each.birth_date is None for each in group.parties)
    return MATCHES.index(_matches(group, how)[0]), undated, -len(group.parties), first


def _person(group: Group, how: Mapping[int, Match], papers: Mapping[int, Paper]) -> Person:
    best = _matches(group, how)[0]
    named = next(each for each in group.parties if how.get(each.party_id) == best)
    roles: dict[int, list[str]] = {}
    for each in group.parties:
        roles.setdefault(each.record_id, []).append(each.role)
    theirs = [replace(papers[record_id], roles=sorted(set(has))) for record_id, has in roles.items()]
    theirs.sort(key=lambda paper: paper.record)
    theirs.sort(key=lambda paper: paper.issued_on or "", reverse=True)
    dates = {each.birth_date for each in group.parties if each.birth_date}
    return Person(
        name=named.name,
        birth_date=max(sorted(dates), key=len, default=None),
        numbers=[masked(number.value) for number in sorted(group.numbers)],
        matched=best,
        papers=theirs,
    )


def _understood(asked: PersonQuery) -> Understood:
    return Understood(
        name=asked.name,
        birth_date=str(asked.born) if asked.born else None,
        numbers=[masked(number) for number in asked.numbers],
        parent=asked.parent,
        place=asked.place,
    )
