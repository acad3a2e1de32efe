"""An index in memory: what every backend must agree with, in the plainest words."""

from collections.abc import Callable, Collection, Iterable, Sequence

from search.document import Document, id_key, place_key, type_key
from search.hits import by_place, hit_of, in_order, one_edit
from search.index import TIERS, Answer, Checked, Tier
from search.query import Clause, Query
from warehouse.rights import Reach, Scope
from warehouse.text import words

Same = Callable[[str, str], bool]


class MemoryIndex:
    """Looks through every document at every search."""

    def __init__(self) -> None:
        self._documents: dict[str, Document] = {}

    def check(self) -> Checked:
        """Always."""
        return Checked("memory")

    def apply(self, deletes: Collection[str], documents: Iterable[Document]) -> dict[str, str]:
        """Nothing changes if reading the documents fails."""
        new = {document.record: document for document in documents}
        kept = {key: value for key, value in self._documents.items() if key not in deletes}
        self._documents = kept | new
        return {}

    def rebuild(self, documents: Iterable[Document]) -> dict[str, str]:
        """Forget what was there."""
        self._documents = {document.record: document for document in documents}
        return {}

    def search(self, query: Query, scope: Scope) -> Answer:
        """The tiers as index.TIERS tells them."""
        found = self._found(query, scope)
        hits = in_order([hit_of(each, query, tier, 0.0) for each, tier in found])
        return Answer(total=len(found), hits=by_place(hits[: query.limit]), facets=_facets(found, query))

    def matching(self, query: Query, scope: Scope, most: int) -> list[str]:
        """The same without their order."""
        return sorted(each.record for each, _ in self._found(query, scope))[:most]

    def _found(self, query: Query, scope: Scope) -> list[tuple[Document, Tier]]:
        allowed = [each for each in self._documents.values() if _allowed(each, query, scope)]
        found = [(each, tier) for each in allowed if (tier := _tier(each, query))]
        certain = any(tier != "one_edit" for _, tier in found)
        return [(each, tier) for each, tier in found if tier != "one_edit" or not certain]

    def revisions(self) -> dict[str, int]:
        """As they were applied."""
        return {record: document.revision for record, document in self._documents.items()}

    def close(self) -> None:
        """Nothing to let go of."""


def _allowed(document: Document, query: Query, scope: Scope) -> bool:
    day = document.issued_first
    return all((
        _reached(document, scope),
        query.unit in (None, document.unit),
        query.doc_type is None or type_key(query.doc_type) in document.types,
        query.holder is None or id_key(query.holder) in document.holders,
        all(place_key(*place) in document.places for place in query.places),
        query.issued_from is None or (day is not None and day >= query.issued_from),
        query.issued_to is None or (day is not None and day <= query.issued_to),
        not query.in_force or document.validity.status(query.on) == "in_force",
        all(clause.reference in document.references for clause in query.clauses if clause.reference),
    ))  # fmt: skip


def _reached(document: Document, scope: Scope) -> bool:
    return (
        scope.everything
        or any(_inside(document, reach) for reach in scope.reaches)
        or not scope.holders.isdisjoint(document.open_to)
    )


def _inside(document: Document, reach: Reach) -> bool:
    return (
        document.unit_id in reach.units
        and document.sensitivity in reach.classes
        and (reach.fields is None or document.field_of_activity in reach.fields)
    )


def _tier(document: Document, query: Query) -> Tier | None:
    exact = [[word for word, _ in words(value)] for value in document.values()]
    folded = [[word for _, word in words(value)] for value in document.values()]
    reached = (
        len(query.phrase.words) > 1 and _stands(query.phrase.exact, exact, str.__eq__),
        all(_stands(clause.exact, exact, str.__eq__) for clause in query.clauses),
        all(_stands(clause.folded, folded, str.__eq__) for clause in query.clauses),
        all(_stands(clause.folded, folded, _sameness(clause)) for clause in query.clauses),
    )
    return next((tier for tier, yes in zip(TIERS, reached, strict=True) if yes), None)


def _sameness(clause: Clause) -> Same:
    return one_edit if clause.may_be_misspelt else str.__eq__


def _stands(asked: Sequence[str], values: Sequence[Sequence[str]], same: Same) -> bool:
    """Whether the words stand one after the other somewhere inside one value."""
    return any(
        all(map(same, asked, value[start : start + len(asked)]))
        for value in values
        for start in range(len(value) - len(asked) + 1)
    )


def _facets(found: Iterable[tuple[Document, Tier]], query: Query) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {name: {} for name in (*query.facets, "validity")}
    for document, _ in found:
        for name, value in {**document.facets, "validity": document.validity.status(query.on)}.items():
            if name in counts:
                counts[name][value] = counts[name].get(value, 0) + 1
    return counts
