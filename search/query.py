"""What is asked of the index: words that must all be there, and filters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from warehouse.errors import UsageError
from warehouse.text import Spelling, norm, reference_numbers, words

DEFAULT_LIMIT = 10
FACETS = ("unit", "doc_type", "year")
"""What an answer counts by, besides validity."""
SHORTEST_MISSPELT = 3  # a letter wrong in two leaves nothing to go by


@dataclass(frozen=True, slots=True)
class Clause:
    """Words that must stand together in this order; mostly one word."""

    words: tuple[Spelling, ...]
    reference: str | None = None  # the whole number of a document, found only whole

    @property
    def folded(self) -> list[str]:
        """The words without marks."""
        return [folded for _, folded in self.words]

    @property
    def exact(self) -> list[str]:
        """The words as typed."""
        return [exact for exact, _ in self.words]

    @property
    def may_be_misspelt(self) -> bool:
        """Phrases and numbers are meant as typed: one digit off is another person."""
        word = self.folded[0]
        return len(self.words) == 1 and len(word) >= SHORTEST_MISSPELT and word.isalpha()


@dataclass(frozen=True, slots=True)
class Query:
    """A search: every clause must match and every filter must hold."""

    clauses: tuple[Clause, ...]
    on: date  # the day that validity is told for
    in_force: bool = False  # only papers in force on that day
    unit: str | None = None  # the custodian's code
    doc_type: str | None = None
    holder: str | None = None
    places: tuple[tuple[str, str], ...] = ()  # (box, H12): all of them
    issued_from: date | None = None
    issued_to: date | None = None
    limit: int = DEFAULT_LIMIT
    facets: tuple[str, ...] = FACETS  # of terms.COUNTABLE

    @property
    def phrase(self) -> Clause:
        """All words, one after the other."""
        return Clause(tuple(word for clause in self.clauses for word in clause.words))


def clauses_of(text: str) -> tuple[Clause, ...]:
    """What QUERY asks for: "words in quotes" together, numbers like 12/QĐ-UBND whole, other words anywhere.

    Raises UsageError if something was typed but no word is in it.
    """
    clauses = tuple(_clauses(norm(text)))
    if text.strip() and not clauses:
        raise UsageError("no_words", query=text.strip())
    return clauses


def _clauses(text: str) -> Iterator[Clause]:
    for place, part in enumerate(text.split('"')):
        quoted = place % 2 == 1
        for chunk in [part] if quoted else re.sub(r"\s*/\s*", "/", part).split():
            found = tuple(words(chunk))
            if found:
                yield Clause(found, None if quoted else _whole_reference(chunk, found))


def _whole_reference(chunk: str, found: tuple[Spelling, ...]) -> str | None:
    """The number of a document that the chunk is, if it is nothing more."""
    for number in reference_numbers(chunk):
        if [folded for _, folded in words(number)] == [folded for _, folded in found]:
            return number
    return None
