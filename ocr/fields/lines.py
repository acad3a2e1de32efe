"""Words become lines, and lines stand in the columns a clerk would see."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

from warehouse.records import Box, PageReading, Word, box_around
from warehouse.text import fold

SPECK = 0.4  # of the usual height of a word: no letter is so small, dirt that was read as one is
COLUMN_GAP = 2.5  # of the line's height: wider than any space between words of justified text


@dataclass(frozen=True)
class Line:
    """Words that stand beside each other in one column of one page, left to right."""

    page: PageReading
    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        """The words as read, composed, one space between them."""
        return unicodedata.normalize("NFC", " ".join(word.text for word in self.words))

    @cached_property
    def plain(self) -> str:
        """The text without marks, in lower case; letter by letter as long as the text."""
        return fold(self.text)

    @cached_property
    def box(self) -> Box:
        """Around all the words."""
        return box_around(word.box for word in self.words)

    @property
    def height(self) -> int:
        """The tallest of the middle: one stray stroke does not make the line higher."""
        heights = sorted(word.box[3] - word.box[1] for word in self.words)
        return heights[len(heights) // 2]

    @property
    def shouts(self) -> bool:
        """Printed in capitals, as agencies, titles and positions are."""
        letters = [letter for letter in self.text if letter.isalpha()]
        return len(letters) > 2 and sum(map(str.isupper, letters)) >= 0.8 * len(letters)

    def part(self, start: int, end: int) -> "Line":
        """The words that hold the characters from `start` to `end` of the text."""
        ends = list(accumulate(len(word.text) + 1 for word in self.words))
        starts = [0, *ends]
        places = range(len(self.words))
        return Line(
            self.page, tuple(self.words[i] for i in places if starts[i] < end and ends[i] - 1 > start)
        )


def lines_of(page: PageReading) -> list[Line]:
    """The page's lines from top to bottom, cut where a column's gap or a zone's edge lies between words."""
    heights = sorted(word.box[3] - word.box[1] for word in page.words)
    least = SPECK * heights[len(heights) // 2] if heights else 0
    by_number: dict[tuple[int, str], list[Word]] = {}
    for word in page.words:
        if word.box[3] - word.box[1] < least and any(map(str.isalnum, word.text)):
            continue
        by_number.setdefault((word.line, word.zone), []).append(word)
    rows = [_cut(page, words) for words in by_number.values()]
    rows.sort(key=lambda row: box_around(line.box for line in row)[1::2])
    return [line for row in rows for line in row]


def _cut(page: PageReading, words: Iterable[Word]) -> list[Line]:
    ordered = sorted(words, key=lambda word: word.box[0])
    gap = COLUMN_GAP * Line(page, tuple(ordered)).height
    cuts = [i for i, (a, b) in enumerate(pairwise(ordered), 1) if b.box[0] - a.box[2] > gap]
    edges = [0, *cuts, len(ordered)]
    return [Line(page, tuple(ordered[start:end])) for start, end in pairwise(edges)]


def running(lines: Sequence[Line]) -> Line:
    """Lines of one page as one, so that a sentence is found across their ends."""
    return Line(lines[0].page, tuple(word for line in lines for word in line.words))


def split_at(line: Line, x: float) -> tuple[Line | None, Line | None]:
    """The parts left and right of `x`, or of a gap near it that is wider than a letter is high."""
    reach = 0.1 * line.page.width
    gaps = [(b.box[0] - a.box[2], a.box[2]) for a, b in pairwise(line.words) if abs(a.box[2] - x) < reach]
    width, start = max(gaps, default=(0, x))
    middle = start + width / 2 if width > line.height else x
    left = tuple(word for word in line.words if word.box[0] + word.box[2] < 2 * middle)
    right = line.words[len(left) :]
    return (Line(line.page, left) if left else None), (Line(line.page, right) if right else None)
