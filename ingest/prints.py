"""What two scans of one paper have in common and two papers of one form have not: numbers, names, picture.

Measured on samples scanned again (other resolution, skew, shift, light): numbers and names of two scans
agree to 0.73 at least, those of two papers to 0.54 at most; their numbers alone to 0.55 and 0.30. Pictures
of one form lie as close together as scans of one paper do, so they speak only where there is no text.
"""

import hashlib
import re
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace

from warehouse.text import fold, reference_numbers, words

TEXT_BAR = 0.7
NUMBERS_BAR = 0.45
IMAGE_BAR = 4
"""Differing bits of 64: a narrow bar, since the picture has to tell alone."""
ENOUGH_NUMBERS, ENOUGH = 3, 6
"""With fewer numbers, or fewer numbers and names, a text tells little: then the picture must agree as well."""
SCANTY_TEXT_BAR = 0.85
MARKS = 16
"""So many by long numbers, and as many by passages with a number."""
PASSAGE = 5
LONG = 5
"""Digits of a number that hardly any other paper bears: an id, a full date, a number with its year."""

_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d(?:[\d./-]*\d)?")
_NAME = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)+")
_BANDS = ((0, 13), (13, 13), (26, 13), (39, 13), (52, 12))
"""First bit and width of parts of an image hash: of five, one is equal if at most four bits differ."""


@dataclass(frozen=True, slots=True)
class Print:
    """The words, numbers, names (pairs of capitalised words) and image hash of a paper's first pages."""

    words: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    marks: frozenset[str]
    image_hash: str | None

    @property
    def has_enough_text(self) -> bool:
        """Whether its text alone can tell it from another paper."""
        return len(self.numbers) >= ENOUGH_NUMBERS and len(self.numbers | self.names) >= ENOUGH

    @property
    def figures(self) -> frozenset[str]:
        """Its words that hold a digit, short ones too."""
        return frozenset(filter(_has_digit, self.words))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two papers are: differing bits of 64 (None: one has no picture), text 0..1."""

    image_distance: int | None
    text_similarity: float


def print_of(text: str, image_hash: str | None) -> Print:
    """The print of a paper; its marks are what candidates are found by."""
    numbers = frozenset(digits for found in _NUMBER.findall(text) if len(digits := _digits(found)) > 1)
    named = [run for line in text.splitlines() for run in _named_runs(line)]
    names = frozenset(pair for run in named for pair in _neighbours(run, 2))
    long = {digits for digits in numbers if len(digits) >= LONG} | {*reference_numbers(text)}
    read = [folded for _, folded in words(text)]
    passages = _neighbours(read, PASSAGE)
    told = [passage for passage in passages if _has_digit(passage)] or passages
    marks = [*_chosen(long, MARKS), *_chosen(told, MARKS)]
    found = Print(frozenset(read), numbers, names, frozenset(marks), image_hash)
    if found.has_enough_text or image_hash is None:
        return found
    return replace(found, marks=found.marks | _image_marks(image_hash))


def likeness(one: Print, other: Print) -> Likeness:
    """How alike two papers are."""
    distance = None
    if one.image_hash and other.image_hash:
        distance = (int(one.image_hash, 16) ^ int(other.image_hash, 16)).bit_count()
    return Likeness(distance, round(_overlap(one.numbers | one.names, other.numbers | other.names), 3))


def may_be_one_paper(one: Print, other: Print) -> bool:
    """Whether two scans may show one paper, as far as text and picture tell."""
    found = likeness(one, other)
    numbers = _overlap(one.numbers, other.numbers)
    if one.has_enough_text and other.has_enough_text:
        return found.text_similarity >= TEXT_BAR and numbers >= NUMBERS_BAR
    looks_alike = found.image_distance is not None and found.image_distance <= IMAGE_BAR
    return (
        looks_alike and _overlap(one.words, other.words) >= SCANTY_TEXT_BAR and one.figures == other.figures
    )


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _named_runs(line: str) -> Iterable[list[str]]:
    """Neighbouring words that begin with a capital, folded: a misread tone mark changes nothing."""
    for run in _NAME.findall(line):
        name: list[str] = []
        for word in [*run.split(), ""]:
            if word[:1].isupper():
                name.append(fold(word))
            else:
                yield name
                name = []


def _neighbours(run: list[str], size: int) -> list[str]:
    return [" ".join(run[start : start + size]) for start in range(len(run) - size + 1)]


def _has_digit(text: str) -> bool:
    return _DIGIT.search(text) is not None


def _chosen(tokens: Iterable[str], most: int) -> list[str]:
    """The marks of some of these; chosen by a hash, so that both scans choose the same ones of many."""
    hashes = {hashlib.blake2b(token.encode(), digest_size=8).hexdigest() for token in tokens}
    return sorted(hashes)[:most]


def _image_marks(image_hash: str) -> frozenset[str]:
    bits = int(image_hash, 16)
    return frozenset(f"{first}:{bits >> first & (1 << width) - 1:x}" for first, width in _BANDS)


def _overlap(one: Set[str], other: Set[str]) -> float:
    """Jaccard's index; two empty sets are alike."""
    return len(one & other) / len(one | other) if one | other else 1.0
