"""A search in tantivy's terms: one query a tier, each with the scope and all filters."""

from collections.abc import Iterator, Sequence

import tantivy

from search.index import Tier
from search.pairs import common_pairs
from search.query import Clause, Query
from search.scopes import wanted_keys
from search.terms import Key, Span, filters_of
from warehouse.rights import Scope

_Q = tantivy.Query

TOGETHER = 1000.0
"""Makes words side by side outscore the same words scattered, inside their tier."""


class Tiers:
    """The queries of one search."""

    def __init__(self, schema: tantivy.Schema, query: Query, scope: Scope) -> None:
        self._schema = schema
        self._clauses = query.clauses
        self._phrase = query.phrase
        self._always = [_Q.const_score_query(held, 0.0) for held in self._filters(query, scope)]

    def best_first(self) -> Iterator[tuple[Tier, tantivy.Query]]:
        """Each tier's query, which finds what is in the better tiers too."""
        if len(self._phrase.words) > 1:
            yield "phrase", self._all([self._exact(self._phrase)])
        yield "exact", self._all([self._exact(clause) for clause in self._clauses])
        if len(self._phrase.words) > 1:  # who types no marks means words side by side all the same
            yield "folded", _Q.boost_query(self._all([self._folded(self._phrase)]), TOGETHER)
        yield "folded", self.folded()

    def folded(self) -> tantivy.Query:
        """All that matches without a misspelling."""
        return self._all([self._folded(clause) for clause in self._clauses])

    def one_edit(self) -> tantivy.Query:
        """Words that may be misspelt with one letter more, less, other or swapped; none if no word may be."""
        if not any(clause.may_be_misspelt for clause in self._clauses):
            return _Q.empty_query()
        return self._all([self._near(clause) for clause in self._clauses])

    def _all(self, words: Sequence[tantivy.Query]) -> tantivy.Query:
        wanted = [*words, *self._always] or [_Q.all_query()]
        return _Q.boolean_query([(tantivy.Occur.Must, each) for each in wanted])

    def _near(self, clause: Clause) -> tantivy.Query:
        if not clause.may_be_misspelt:
            return self._folded(clause)
        return _Q.fuzzy_term_query(self._schema, "folded", clause.folded[0])

    def _exact(self, clause: Clause) -> tantivy.Query:
        return self._together("exact", clause.exact, clause.folded)

    def _folded(self, clause: Clause) -> tantivy.Query:
        return self._together("folded", clause.folded, clause.folded)

    def _together(self, spelling: str, words: list[str], folded: list[str]) -> tantivy.Query:
        if len(words) == 1:
            return _Q.term_query(self._schema, spelling, words[0])
        phrase = _Q.phrase_query(self._schema, spelling, words)
        pairs = [_Q.const_score_query(self._key("pairs", pair), 0.0) for pair in set(common_pairs(folded))]
        return _Q.boolean_query([(tantivy.Occur.Must, each) for each in [*pairs, phrase]])

    def _filters(self, query: Query, scope: Scope) -> Iterator[tantivy.Query]:
        if (keys := wanted_keys(scope)) is not None:
            yield _Q.term_set_query(self._schema, "scope", keys)
        for held in filters_of(query):
            yield self._key(*held) if isinstance(held, Key) else self._days(held)

    def _key(self, name: str, value: str) -> tantivy.Query:
        return _Q.term_query(self._schema, name, value, index_option="basic")

    def _days(self, span: Span) -> tantivy.Query:
        return _Q.range_query(self._schema, span.name, tantivy.FieldType.Unsigned, span.first, span.last)
