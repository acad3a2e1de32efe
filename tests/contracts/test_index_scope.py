"""Whoever asks is answered as by an index that holds nothing but what he may see, whatever the backend."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from search.document import Document
from search.index import Answer, Index
from search.query import Query, clauses_of
from tests.contracts.test_index import TODAY, found, paper
from tests.contracts.test_index_agreement import asked, made_up, scope_of_somebody, shown, typed
from warehouse.rights import Reach, Scope

LAN, HOA = "020190001234", "020190005678"
ONE = frozenset({1})


def sees(index: Index, *reaches: Reach, holders: Sequence[str] = ()) -> set[str]:
    scope = Scope(reaches=reaches, holders=frozenset(holders))
    return set(found(index.search(Query((), TODAY), scope)))


def test_a_post_reaches_its_units_fields_and_classes_together(index: Index) -> None:
    index.apply([], [
        paper("A", sensitivity="ordinary", field_of_activity="land"),
        paper("B", sensitivity="ordinary", field_of_activity="justice"),
        paper("C", sensitivity="adoption", field_of_activity="land"),
        paper("D", sensitivity="unclassified"),
        paper("E", sensitivity="ordinary", field_of_activity="land", unit_id=2),
    ])  # fmt: skip
    assert sees(index, Reach(ONE)) == {"A", "B", "D"}
    assert sees(index, Reach(ONE, frozenset({"land"}))) == {"A"}
    assert sees(index, Reach(ONE, None, frozenset({"adoption"}))) == {"C"}
    assert sees(index, Reach(ONE, frozenset({"justice"}), frozenset({"adoption"}))) == set()


def test_two_posts_give_what_each_gives_and_never_their_mixture(index: Index) -> None:
    index.apply([], [
        paper(f"{unit}{field}", unit_id=unit, sensitivity="ordinary", field_of_activity=field)
        for unit in (1, 2) for field in ("land", "justice")
    ])  # fmt: skip
    posts = Reach(ONE, frozenset({"land"})), Reach(frozenset({2}), frozenset({"justice"}))
    assert sees(index, *posts) == {"1land", "2justice"}


def test_a_unit_whose_number_begins_like_another_s_is_another(index: Index) -> None:
    index.apply([], [paper("A", unit_id=1), paper("B", unit_id=11)])
    assert sees(index, Reach(ONE)) == {"A"}


def test_an_access_session_opens_the_holder_s_open_papers_beside_the_posts(index: Index) -> None:
    index.apply([], [
        paper("A", unit_id=2, sensitivity="adoption", holder_ids=(LAN,), open_to=(LAN,)),
        paper("B", unit_id=2, holder_ids=(LAN,)),
        paper("C", unit_id=2, holder_ids=(HOA,), open_to=(HOA,)),
        paper("D"),
    ])  # fmt: skip
    assert sees(index, holders=[LAN]) == {"A"}
    assert sees(index, Reach(ONE), holders=[LAN]) == {"A", "D"}


def test_scores_do_not_tell_how_frequent_a_word_is_in_papers_one_may_not_see(index: Index) -> None:
    mine = Scope(reaches=(Reach(ONE),))
    query = Query(clauses_of("khai sinh"), TODAY)
    index.apply([], [paper("A", text="khai sinh"), paper("B", text="giấy khai và sinh")])
    before = index.search(query, mine)
    index.apply([], [paper(f"C{i}", text="khai sinh", unit_id=2) for i in range(20)])
    assert index.search(query, mine) == before


@pytest.mark.parametrize("seed", [1, 2, 4])  # scopes that see a half, a quarter, more by a session
def test_answers_are_those_of_an_index_that_holds_only_what_one_may_see(index: Index, seed: int) -> None:
    chance = random.Random(seed)
    papers = [made_up(chance, number) for number in range(120)]
    scope = scope_of_somebody(chance)
    queries = [Query(clauses_of(typed(chance)), **asked(chance)) for _ in range(60)]
    index.apply([], papers)
    answers = [told(index.search(query, scope), query) for query in queries]
    named = [index.matching(query, scope, 1000) for query in queries]
    index.rebuild([each for each in papers if may_be_seen(each, scope)])
    alone = [told(index.search(query, Scope(everything=True)), query) for query in queries]
    assert answers == alone
    assert named == [index.matching(query, Scope(everything=True), 1000) for query in queries]


def told(answer: Answer, query: Query) -> dict[str, Any]:
    """All of an answer but the order of hits inside a tier; of many only the tiers."""
    hits = shown(answer) if answer["total"] <= query.limit else sorted(hit["tier"] for hit in answer["hits"])
    return {"total": answer["total"], "facets": answer["facets"], "hits": hits}


def may_be_seen(document: Document, scope: Scope) -> bool:
    """The rule of rights in plain words."""
    for reach in scope.reaches:
        of_field = reach.fields is None or document.field_of_activity in reach.fields
        if document.unit_id in reach.units and document.sensitivity in reach.classes and of_field:
            return True
    return any(number in document.open_to for number in scope.holders)
