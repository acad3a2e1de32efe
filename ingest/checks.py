"""What sends a record to an officer: pages that failed, conflicts, doubtful or missing values."""

from ingest.papers import Paper
from warehouse.catalogue import PageAt
from warehouse.codes.fields import mismatches
from warehouse.records import FIELD_NAMES
from warehouse.values import Values

CONFLICTS_TO_REVIEW = frozenset(
    {"holder_name", "holder_id", "holder_birth_date", "reference_number", "issued_on"}
)
"""Name, id, number and date: where list and paper must agree."""

EXPECTED = ("doc_type", "reference_number", "issued_on", "issuing_agency")
"""Without these nobody can look a paper up or tell how long it holds."""

DECISIVE = (
    *EXPECTED, "holder_name", "holder_id", "holder_birth_date", "valid_until", "dossier_code", "procedure_code"
)  # fmt: skip
"""What a paper is, whose and how long it holds: doubt about one of these is an officer's to settle."""

LEGIBLE = 0.6
"""Below this mean confidence of its words (0..1), much of a page was misread."""


def review_reasons(paper: Paper, bar: float, values: Values) -> list[str]:
    """Reason codes with the field they are about (`conflict:holder_name`); empty when nothing is doubtful."""
    reasons = [f"page_failed:{page.number}" for page in paper.pages if page.row["status"] == "failed"]
    reasons += [f"page_doubtful:{page.number}" for page in paper.pages if _is_hard_to_read(page)]
    if len(paper.pages) < paper.expected:
        reasons.append("pages_missing")
    if paper.files_missing:
        reasons.append("files_missing")
    if all(page.row["status"] == "blank" for page in paper.pages):
        reasons.append("nothing_to_read")
    conflicts = {found.name for found in values.conflicts() if not values.is_settled(found.name)}
    reasons += [f"conflict:{name}" for name in sorted(conflicts & CONFLICTS_TO_REVIEW)]
    unsaid = [name for name in EXPECTED if values.one(name) is None and not values.is_settled(name)]
    reasons += [f"missing:{name}" for name in unsaid]
    reasons += [f"doubtful:{name}" for name in DECISIVE if _is_doubtful(values, name, bar)]
    texts = {name: text for name in FIELD_NAMES if (text := values.text(name)) is not None}
    return reasons + list(mismatches(texts))


def _is_hard_to_read(page: PageAt) -> bool:
    return page.row["confidence"] is not None and page.row["confidence"] < LEGIBLE


def _is_doubtful(values: Values, name: str, bar: float) -> bool:
    return any(value.confidence < bar for value in values.shown(name))
