"""Names as an officer writes them: known spellings, the paper's own spelling elsewhere, sentence case."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from warehouse.text import fold, norm

NEAR = 90  # of 100: about one wrong letter in ten

_LEVELS = "tỉnh|thành phố|huyện|quận|thị xã|thị trấn|xã|phường|đặc khu"
_FIELD = re.compile(
    r"^(sở|bộ|ban|cục|tổng cục|chi cục|vụ|phòng|trung tâm|viện|trường|ủy ban|uỷ ban|hội đồng) (\w)"
)
_PLACE = re.compile(rf"\b({_LEVELS}) (.+)$")
_AFTER_BREAK = re.compile(r"(?<=\bvà )\w|(?<=[-,] )\w")
_COUNCIL = re.compile(r"\w+ \w+ nh\w+ [dđ]\w+\b")
_COUNCILS = {
    "ubnd": "ủy ban nhân dân", "hđnd": "hội đồng nhân dân", "hdnd": "hội đồng nhân dân", "tp.": "thành phố"
}  # fmt: skip


def nearest(text: str, names: Sequence[str]) -> tuple[str, float] | None:
    """The known name nearest to the text and how near (0..100), or None below NEAR.

    Of names that differ by marks alone (Tân An, Tân Ân) the one whose marks agree best wins.
    """
    folded = fold(text)
    hits = process.extract(folded, _folded(tuple(names)), scorer=fuzz.ratio, score_cutoff=NEAR, limit=5)
    if not hits:
        return None
    best = max(score for _, score, _ in hits)
    same = [names[place] for _, score, place in hits if score == best]
    wanted = norm(text).lower()
    return max(same, key=lambda name: fuzz.ratio(wanted, norm(name).lower())), best


def as_elsewhere(text: str, paper: str) -> str | None:
    """The commonest spelling of the same letters in the paper's own lower-case text, or None."""
    pattern = r"\s+".join(map(re.escape, fold(text).split()))
    composed = " ".join(paper.split())
    folded = fold(composed)
    if len(folded) != len(composed) or not pattern:  # a sign without one folded letter: places would differ
        return None
    spellings = Counter(composed[hit.start() : hit.end()] for hit in re.finditer(rf"\b{pattern}\b", folded))
    mixed = [(count, spelling) for spelling, count in spellings.items() if not spelling.isupper()]
    return max(mixed)[1] if mixed else None


def agency_case(text: str) -> str:
    """«ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN» → «Ủy ban nhân dân tỉnh Lạng Sơn», short forms written out."""
    words = [_COUNCILS.get(word, word) for word in text.lower().split()]
    lower = _COUNCIL.sub(_council_spelt, " ".join(words), count=1)
    if place := _PLACE.search(lower):
        lower = lower[: place.start(2)] + title_case(place[2])
    if not re.match("ủy ban|uỷ ban|hội đồng", lower):
        lower = _FIELD.sub(lambda head: f"{head[1]} {head[2].upper()}", lower)
    lower = _AFTER_BREAK.sub(lambda letter: letter[0].upper(), lower)
    return lower[:1].upper() + lower[1:]


def _council_spelt(read: re.Match[str]) -> str:
    """The people's committee or council whatever marks were read: both names are fixed by law."""
    names = {"uy ban nhan dan": "ủy ban nhân dân", "hoi dong nhan dan": "hội đồng nhân dân"}
    return names.get(fold(read[0]), read[0])


def title_case(text: str) -> str:
    """«nguyễn thị kim chi» → «Nguyễn Thị Kim Chi»."""
    return " ".join(word[:1].upper() + word[1:].lower() for word in text.split())


@lru_cache(maxsize=8)
def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(fold, names))
