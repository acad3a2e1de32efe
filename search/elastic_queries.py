"""A search in Elasticsearch's terms: one query a tier, each with the scope and all filters."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from search.elastic_schema import joined, term
from search.index import Tier
from search.pairs import common_pairs
from search.query import Clause, Query
from search.scopes import wanted_keys
from search.terms import Key, Span, filters_of
from warehouse.rights import Scope

Body = dict[str, Any]


class Asked(NamedTuple):
    """A tier, and the query that finds it and the better ones."""

    tier: Tier
    wanted: Body


TOGETHER = 1000.0
"""Makes words side by side outscore the same words scattered, inside their tier."""


class Tiers:
    """The queries of one search."""

    def __init__(self, query: Query, scope: Scope) -> None:
        self._clauses = query.clauses
        self._phrase = query.phrase
        self._always = [*_scope(scope), *map(_filter, filters_of(query))]

    def best_first(self) -> Iterator[Asked]:
        """Each tier's query, which finds what is in the better tiers too."""
        if len(self._phrase.words) > 1:
            yield Asked("phrase", self._all([_exact(self._phrase)]))
        yield Asked("exact", self._all([_exact(clause) for clause in self._clauses]))
        if len(self._phrase.words) > 1:  # who types no marks means words side by side all the same
            yield Asked("folded", self._all([_folded(self._phrase)], boost=TOGETHER))
        yield Asked("folded", self.folded())

    def folded(self) -> Body:
        """All that matches without a misspelling."""
        return self._all([_folded(clause) for clause in self._clauses])

    def one_edit(self) -> Asked:
        """Words that may be misspelt with one letter more, less, other or swapped; none if no word may be."""
        if not any(clause.may_be_misspelt for clause in self._clauses):
            return Asked("one_edit", {"match_none": {}})
        return Asked("one_edit", self._all([_near(clause) for clause in self._clauses]))

    def _all(self, words: Sequence[Body], boost: float = 1.0) -> Body:
        return {"bool": {"must": list(words), "filter": self._always, "boost": boost}}


def _near(clause: Clause) -> Body:
    if not clause.may_be_misspelt:
        return _folded(clause)
    # this rewrite takes every word there is; the others stop at the fifty nearest
    wanted = {"value": term(clause.folded[0]), "fuzziness": 1, "rewrite": "constant_score"}
    return {"fuzzy": {"folded": wanted}}


def _exact(clause: Clause) -> Body:
    return _together("exact", clause.exact, clause.folded)


def _folded(clause: Clause) -> Body:
    return _together("folded", clause.folded, clause.folded)


def _together(spelling: str, words: list[str], folded: list[str]) -> Body:
    if len(words) == 1:
        return {"term": {spelling: term(words[0])}}
    pairs = [{"term": {"pairs": pair}} for pair in sorted(set(common_pairs(folded)))]
    return {"bool": {"must": [{"match_phrase": {spelling: joined(words)}}], "filter": pairs}}


def _scope(scope: Scope) -> list[Body]:
    keys = wanted_keys(scope)
    return [] if keys is None else [{"terms": {"scope": keys}}]


def _filter(held: Key | Span) -> Body:
    if isinstance(held, Key):
        return {"term": {held.name: held.value}}
    bounds = {"gte": held.first, "lte": held.last}
    return {"range": {held.name: {name: day for name, day in bounds.items() if day is not None}}}
