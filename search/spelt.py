"""The words of a document as engines get them: as written, without their marks, and common neighbours as one."""

from collections.abc import Iterator
from typing import NamedTuple

from search.document import Document
from search.pairs import common_pairs
from warehouse.text import words


class Spelt(NamedTuple):
    """One value's words; the same place in `exact` and `folded` is the same word."""

    exact: tuple[str, ...]
    folded: tuple[str, ...]
    pairs: list[str]


def spelt(document: Document) -> Iterator[Spelt]:
    """Each value that has a word, taken apart once for all fields."""
    for value in document.values():
        if found := list(words(value)):
            exact, folded = zip(*found, strict=True)
            yield Spelt(exact, folded, common_pairs(folded))
