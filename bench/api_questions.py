"""What bench.api asks: lists, searches, persons, by the staff of one commune and by the province's."""

import random
from dataclasses import dataclass, field

from bench.api_site import Made, people
from bench.search import Texts

ROUNDS = 60  # questions of each kind


@dataclass(frozen=True)
class Question:
    """One request: what kind it is, who asks, and what."""

    kind: str
    login: str
    method: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    body: dict[str, str] | None = None


def questions(made: Made) -> list[Question]:
    """Of each kind as many by the staff of one commune as by the province's, in any order."""
    chance, texts = random.Random(5), Texts(5)
    known = list(people(min(made.records, 1000)))

    def words(first: int, last: int, count: int) -> str:
        return " ".join(texts.words[texts.random.integers(first, last, count)])

    lists: list[dict[str, str]] = [{}, {"state": "ready"}, {"type": "Giấy khai sinh"}, {"order": "oldest"}]
    asked = []
    for number in range(ROUNDS):
        person = chance.choice(known)
        typed = [words(0, 60, 1), words(0, 60, 3), words(300, 3000, 2), f"{number}/QĐ-UBND", person.number]
        lines = [person.number, f"{person.name} {person.born.year}", person.name]
        listed, search, line = lists[number % 4], typed[number % 5], lines[number % 3]
        for login in ("clerk", "province"):
            asked.append(Question("list", login, "GET", "/records", {"limit": "50", **listed}))
            asked.append(Question("search", login, "GET", "/search", {"q": search}))
        for login in ("officer", "province"):
            asked.append(Question("person", login, "POST", "/persons/search", body={"line": line}))
    chance.shuffle(asked)
    return asked
