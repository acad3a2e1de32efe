"""One paper says the same thing more than once, and all say the usual: lost marks are right elsewhere."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ocr.fields.usual_words import USUAL_PAIRS
from warehouse.records import PageReading, Word
from warehouse.text import fold, norm

USAGE = 100.0  # readings: the same mark is lost each time, so usage must outweigh a paper's repetitions
EDGES = " ,.;:()\"'“”"


class Spellings:
    """How sure the paper, and usage, are of each spelling of a word beside the same neighbour."""

    def __init__(self, pages: Iterable[PageReading]) -> None:
        self._votes: dict[tuple[str, str, bool], dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for first, second in USUAL_PAIRS:
            self._count(first, second, USAGE, USAGE)
        for page in pages:
            for one, two in pairwise(page.words):
                first, second = one.text.strip(EDGES).lower(), two.text.strip(EDGES).lower()
                self._count(first, second, one.confidence, two.confidence)

    def _count(self, first: str, second: str, sure_of_first: float, sure_of_second: float) -> None:
        pair = fold(first), fold(second)
        self._votes[*pair, True][first] += sure_of_first
        self._votes[*pair, False][second] += sure_of_second

    def respell(self, words: Sequence[Word]) -> list[str]:
        """The words' texts, with the marks the rest of the paper gives them where it outvotes them."""
        texts = [word.text for word in words]
        return [self._outvoted(texts, place) for place in range(len(texts))]

    def _outvoted(self, texts: Sequence[str], place: int) -> str:
        bare = texts[place].strip(EDGES)
        votes = self._votes_beside(texts, place)
        best = max(votes, key=lambda spelling: votes[spelling], default=bare)
        if votes[best] <= votes[bare.lower()] or norm(best) == norm(bare).lower():
            return texts[place]  # hóa and hoá are both right: the paper's own way stays
        return texts[place].replace(bare, _in_case_of(bare, best))

    def _votes_beside(self, texts: Sequence[str], place: int) -> dict[str, float]:
        """Votes for the word's spellings beside its left neighbour and beside its right one, added."""
        folded = [fold(text.strip(EDGES)) for text in texts]
        pairs = [(left, left + 1) for left in (place - 1, place) if left >= 0 and left + 1 < len(texts)]
        votes: dict[str, float] = defaultdict(float)
        for left, right in pairs:
            for spelling, weight in self._votes[folded[left], folded[right], left == place].items():
                votes[spelling] += weight
        return votes


def _in_case_of(model: str, word: str) -> str:
    if model.isupper() and len(model) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word
