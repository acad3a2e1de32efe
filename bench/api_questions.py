"""What bench.api asks: lists, searches, persons, by the staff of one commune and by the province's."""

import random
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import func, select

from bench.api_site import Made
from bench.search import Texts
from warehouse.database import Database
from warehouse.tables import parties, party_ids, records, units

ROUNDS = 200  # questions of each kind
LISTS: tuple[dict[str, str], ...] = ({}, {"state": "ready"}, {"type": "Giấy khai sinh"}, {"order": "oldest"})


class Holder(NamedTuple):
    """Whom somebody may ask for: name, year of birth, number."""

    name: str
    born: str
    number: str


@dataclass(frozen=True)
class Question:
    """One request: what kind it is, who asks, and what."""

    kind: str
    login: str
    method: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    body: dict[str, str] | None = None


def questions(database: Database, made: Made) -> list[Question]:
    """Of each kind as many by the staff of one commune as by the province's, in any order.

    Who may look persons up in a commune is its officer: its clerks have no such right.
    """
    chance, texts = random.Random(5), Texts(5)
    of_unit = holders(database, made.unit)

    def words(first: int, last: int, count: int) -> str:
        return " ".join(texts.words[texts.random.integers(first, last, count)])

    asked = []
    for number in range(ROUNDS):
        person = chance.choice(of_unit)
        typed = [words(0, 60, 1), words(0, 60, 3), words(300, 3000, 2), f"{number}/QĐ-UBND", person.number]
        lines = [person.number, f"{person.name} {person.born}", person.name]
        for login in ("clerk", "province"):
            asked.append(
                Question("list", login, "GET", "/records", {"limit": "50", **LISTS[number % len(LISTS)]})
            )
            asked.append(
                Question("search", login, "POST", "/search", body={"query": typed[number % len(typed)]})
            )
        for login in ("officer", "province"):
            asked.append(
                Question(
                    "person", login, "POST", "/persons/search", body={"line": lines[number % len(lines)]}
                )
            )
    chance.shuffle(asked)
    return asked


def holders(database: Database, unit: str) -> list[Holder]:
    """Some people of whom a unit keeps papers."""
    query = (
        select(parties.c.name, func.substr(parties.c.birth_date, 1, 4), party_ids.c.value)
        .join(party_ids, party_ids.c.party_id == parties.c.id)
        .join(records, records.c.id == parties.c.record_id)
        .join(units, units.c.id == records.c.custodian_id)
        .where(units.c.code == unit, parties.c.origin == "manifest")
        .order_by(parties.c.id)
        .limit(200)
    )
    with database.read() as connection:
        return [Holder(*row) for row in connection.execute(query)]
