"""What every backend says of a record it found, in the same words."""

from rapidfuzz.distance import OSA

from search.document import Document
from search.index import TIERS, Hit, Tier
from search.query import Query
from search.snippet import Matcher, snippet


def hit_of(document: Document, query: Query, tier: Tier, relevance: float) -> Hit:
    """The hit; `relevance` is the backend's own score and orders hits inside a tier only."""
    rank = len(TIERS) - 1 - TIERS.index(tier)
    return Hit(
        record=document.record,
        score=round(rank + relevance / (1 + relevance), 6),
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
        validity=document.validity.status(query.on),
        snippet=snippet(list(document.values()), _matcher(query, tier)),
    )


def in_order(hits: list[Hit]) -> list[Hit]:
    """Best first; equals by record."""
    return sorted(hits, key=lambda hit: (-hit["score"], hit["record"]))


def one_edit(word: str, other: str) -> bool:
    """Whether one letter more, less, other or swapped with its neighbour makes one of the other."""
    return OSA.distance(word, other, score_cutoff=1) <= 1


def _matcher(query: Query, tier: Tier) -> Matcher:
    asked = [(clause, word) for clause in query.clauses for word in clause.words]
    if tier in ("phrase", "exact"):
        exact = {exact for _, (exact, _) in asked}
        return lambda word, _: word if word in exact else None
    folded = {folded for _, (_, folded) in asked}
    if tier == "folded":
        return lambda _, word: word if word in folded else None
    strict = {folded for clause, (_, folded) in asked if not clause.may_be_misspelt}
    misspelt = [folded for clause, (_, folded) in asked if clause.may_be_misspelt]
    return lambda _, word: _nearest(word, strict, misspelt)


def _nearest(folded: str, strict: set[str], misspelt: list[str]) -> str | None:
    if folded in strict:
        return folded
    return next((word for word in misspelt if one_edit(word, folded)), None)
