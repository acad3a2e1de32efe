"""What every backend says of a record it found, in the same words."""

from collections.abc import Sequence

from rapidfuzz.distance import OSA

from search.document import Document
from search.index import TIERS, Hit, Tier
from search.query import Query
from search.snippet import Wanted, snippet


def hit_of(document: Document, query: Query, tier: Tier, relevance: float) -> Hit:
    """The hit; `relevance` is the backend's own score and orders hits inside a tier only."""
    return Hit(
        record=document.record,
        score=round(_rank(tier) + relevance / (1 + relevance), 6),
        tier=tier,
        reference_number=document.reference_number,
        doc_type=document.doc_type,
        issuing_agency=document.issuing_agency,
        issued_on=document.issued_on,
        subject=document.subject,
        signer=document.signer,
        holder_name=document.holder_name,
        unit=document.unit,
        state=document.state,
        disputed=document.disputed,
        validity=document.validity.status(query.on),
        snippet=snippet(list(document.values()), _wanted(query, tier)),
    )


def in_order(hits: list[Hit]) -> list[Hit]:
    """Best first; equals by record."""
    return sorted(hits, key=lambda hit: (-hit["score"], hit["record"]))


def by_place(hits: Sequence[Hit]) -> list[Hit]:
    """The same with scores that tell tier and place alone.

    An engine's own score tells how frequent a word is, also in papers that the asker may not see.
    """
    return [
        {**hit, "score": round(_rank(hit["tier"]) + 1 / (place + 1), 6)} for place, hit in enumerate(hits, 1)
    ]


def one_edit(word: str, other: str) -> bool:
    """Whether one letter more, less, other or swapped with its neighbour makes one of the other."""
    return OSA.distance(word, other, score_cutoff=1) <= 1


def _rank(tier: Tier) -> int:
    return len(TIERS) - 1 - TIERS.index(tier)


def _wanted(query: Query, tier: Tier) -> Wanted:
    """Words answer as strictly as the tier says: in the tier of «bàn», «bán» is no find."""
    asked = [(clause, exact, folded) for clause in query.clauses for exact, folded in clause.words]
    exacts, foldeds = {exact for _, exact, _ in asked}, {folded for _, _, folded in asked}
    if tier in ("phrase", "exact"):
        return Wanted(lambda exact, _: exact if exact in exacts else None, len(exacts), tier == "phrase")
    if tier == "folded":
        return Wanted(lambda _, folded: folded if folded in foldeds else None, len(foldeds))
    misspelt = {folded for clause, _, folded in asked if clause.may_be_misspelt}
    return Wanted(lambda _, folded: _nearest(folded, foldeds - misspelt, misspelt), len(foldeds))


def _nearest(folded: str, strict: set[str], misspelt: set[str]) -> str | None:
    if folded in strict:
        return folded
    return next((word for word in misspelt if one_edit(word, folded)), None)
