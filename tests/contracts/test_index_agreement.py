"""Every index agrees with the plain one in memory over made-up papers and whatever may be asked."""

import random
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from search.document import Document
from search.index import TIERS, Answer, Index
from search.memory import MemoryIndex
from search.query import Query, clauses_of
from search.terms import COUNTABLE
from warehouse.rights import Reach, Scope
from warehouse.text import fold
from warehouse.validity import Validity

TODAY = date(2026, 11, 22)
SYLLABLES = re.findall(
    r"\w+", "giấy giay khai khải sinh sính bán bàn ban Hòa hoà Thủy đất dat của các theo 020190001234 xã số"
)
REFERENCES = ("12/QĐ-UBND", "112/QĐ-UBND", "12/2019", "118/2025/NĐ-CP")
AGENCIES = ("UBND xã Hòa Bình", "Sở Tư pháp")
TYPES = ("Giấy khai sinh", "Quyết định", "Công văn")
KINDS, FIELDS = ("ordinary", "unclassified", "adoption"), ("land", "civil_status")
NUMBERS = ("020190001234", "020190005678")


def made_up(chance: random.Random, number: int) -> Document:
    def some(least: int, most: int) -> str:
        return " ".join(chance.choices(SYLLABLES, k=chance.randint(least, most)))

    def maybe(values: Sequence[str]) -> str | None:
        return chance.choice([None, *values])

    unit = chance.randrange(4)
    return Document(
        f"R{number:03}", revision=1, kind="result", state="ready", availability="released",
        unit_id=unit, unit=f"0618{unit}", sensitivity=chance.choice(KINDS), field_of_activity=maybe(FIELDS),
        open_to=tuple(chance.sample(NUMBERS, chance.choice([0, 0, 1]))),
        reference_number=maybe(REFERENCES), doc_type=maybe(TYPES),
        issuing_agency=maybe(AGENCIES),
        issued_on=maybe(["2019", "2019-05", "2020-01-02", "2021-03-04"]), subject=some(0, 4), holder_name=some(1, 3),
        holder_ids=tuple(chance.sample(["020190001234", "020 190-005678"], chance.randrange(3))),
        validity=Validity(
            chance.choice(["UNKNOWN", "UNLIMITED", "UNTIL_DATE"]),
            *(chance.choice([None, date(2019, 1, 1), date(2020, 1, 1), date(2021, 1, 1)]) for _ in range(3)),
        ),
        location={"box": chance.choice(["H12", "H 7"])} if chance.random() < 0.7 else {},
        text=some(0, 25),
    )  # fmt: skip


def scope_of_somebody(chance: random.Random) -> Scope:
    """Posts in some units, each limited to fields and classes or not; now and then an access session."""

    def some(values: Sequence[Any]) -> frozenset[Any]:
        return frozenset(chance.sample(values, chance.randint(1, len(values))))

    reaches = tuple(
        Reach(some(range(4)), chance.choice([None, some(FIELDS)]), some(KINDS))
        for _ in range(chance.randrange(3))
    )
    return Scope(reaches=reaches, holders=chance.choice([frozenset(), frozenset(), some(NUMBERS)]))


def typed(chance: random.Random) -> str:
    """What a clerk may type: words and phrases, with or without marks, some misspelt, numbers of documents."""

    def word() -> str:
        chosen = chance.choice(SYLLABLES)
        spelt = fold(chosen) if chance.random() < 0.4 else chosen
        return spelt if chance.random() < 0.9 else spelt + "q"

    words = " ".join(word() for _ in range(chance.choice([0, 1, 1, 2, 2, 3, 4])))
    quoted = f'"{words}"' if words and chance.random() < 0.2 else words
    return f"{quoted} {chance.choice(REFERENCES)}" if chance.random() < 0.1 else quoted


def asked(chance: random.Random) -> dict[str, Any]:
    """Each filter now and then."""
    filters: dict[str, Any] = {
        "unit": "06181", "doc_type": "giay khai sinh", "holder": "020190005678", "in_force": True,
        "places": (("box", "h12"),),
        "issued_from": date(2019, 5, 1), "issued_to": date(2020, 6, 1), "limit": 5, "facets": COUNTABLE,
    }  # fmt: skip
    chosen = {name: value for name, value in filters.items() if chance.random() < 0.12}
    return {"limit": 1000, "on": chance.choice([TODAY, date(2020, 1, 1)]), **chosen}


def test_every_backend_agrees_with_the_plain_one_on_totals_facets_tiers_and_hits(index: Index) -> None:
    chance = random.Random(4)
    papers = [made_up(chance, number) for number in range(200)]
    plain = MemoryIndex()
    plain.apply([], papers)
    index.apply([], papers)
    tiers: Counter[str] = Counter()
    for _ in range(250):
        text = typed(chance)
        query = Query(clauses_of(text), **asked(chance))
        scope = chance.choice([Scope(everything=True), scope_of_somebody(chance)])
        expected, answer = (each.search(query, scope) for each in (plain, index))
        assert answer["total"] == expected["total"], (text, query)
        assert answer["facets"] == expected["facets"], (text, query)
        most = chance.choice([3, 1000])
        assert index.matching(query, scope, most) == plain.matching(query, scope, most), (text, query)
        by_tier, expected_by_tier = (
            Counter(hit["tier"] for hit in each["hits"]) for each in (answer, expected)
        )
        assert by_tier == expected_by_tier, (text, query)
        if answer["total"] <= query.limit:
            assert shown(answer) == shown(expected), (text, query)
        tiers += by_tier
    assert min(tiers[tier] for tier in TIERS) > 5, "the queries leave a tier untried"


def shown(answer: Answer) -> dict[str, dict[str, Any]]:
    """The hits without their scores, in any order."""
    return {hit["record"]: {**hit, "score": None} for hit in answer["hits"]}
