"""Vietnamese text: one spelling (`norm`), one folding (`fold`), words with their places (`tokens`)."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple

_QUOTES = str.maketrans(dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″«»", '"'))
_D_BARRED = str.maketrans({"đ": "d", "ð": "d"})  # eth: what some old fonts print for đ
_MARKS = re.compile("[\u0300-\u036f]+")

# hòa, khóe, thủy: an open syllable whose tone may stand on either vowel. In quý the u belongs to the q.
_EARLY_TONE = re.compile(r"(?<!q)(?:([òóõỏọ])([ae])|([ùúũủụ])(y))(?![^\W\d_])", re.IGNORECASE)

_WORD = re.compile("\\w+(?:[\u0300-\u036f]+\\w*)*")  # in text whose _ are spaces: files are named khai_sinh

_NOTATION = r"[^\W\d_]\w*(?:[.&-]\w+)*"
_YEAR = r"(?:19|20)\d\d"
_REFERENCE = re.compile(
    r"(?<![\w/.-])\d{1,6}[a-zđ]?\s*/\s*"
    rf"(?:(?:{_YEAR}\s*/\s*)?{_NOTATION}|{_YEAR}(?:-(?:BS|TLKS))?)(?![\w/-])",
    re.IGNORECASE,
)


Spelling = tuple[str, str]
"""A word in lower case: with its marks, and without them."""


_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def without_controls(text: str) -> str:
    """The text without characters that nobody sees and no database takes; lines stay."""
    return _CONTROLS.sub("", text)


class Token(NamedTuple):
    """A word and where it stands in the text."""

    exact: str
    folded: str
    start: int
    end: int


def norm(text: str) -> str:
    """One spelling of what reads the same: NFC, hòa → hoà and thủy → thuỷ, plain quotes, one space."""
    composed = unicodedata.normalize("NFC", text).translate(_QUOTES)
    return " ".join(_EARLY_TONE.sub(_move_tone, composed).split())


def fold(text: str) -> str:
    """The text as typed without a Vietnamese keyboard: marks dropped, đ → d, lower case."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text.lower())).translate(_D_BARRED)


def words(text: str) -> Iterator[Spelling]:
    """The words of any text, composed or not."""
    return chain.from_iterable(map(_words_of, text.split()))


def tokens(text: str, first: int = 0, last: int | None = None) -> list[Token]:
    """The same words, from number `first` to before `last`, with their places in the text as it is."""
    found = islice(_WORD.finditer(text.replace("_", " ")), first, last)
    return [Token(*_words_of(word[0])[0], *word.span()) for word in found]


def reference_numbers(text: str) -> list[str]:
    """Whole numbers of documents, folded and without spaces: 12/qd-ubnd, 118/2025/nd-cp, 12/2019."""
    if "/" not in text:
        return []
    found = _REFERENCE.findall(unicodedata.normalize("NFC", text))
    return ["".join(fold(number).split()) for number in found]


def _move_tone(match: re.Match[str]) -> str:
    early, last = unicodedata.normalize("NFD", match[1] or match[3]), match[2] or match[4]
    return early[0] + unicodedata.normalize("NFC", last + early[1])


@lru_cache(maxsize=1 << 15)  # most of a text was seen before: Vietnamese has some 7,000 syllables
def _words_of(chunk: str) -> tuple[Spelling, ...]:
    return tuple(map(_spelling, _WORD.findall(chunk.replace("_", " "))))


def _spelling(word: str) -> Spelling:
    exact = norm(word).lower()
    return exact, fold(exact)
