"""Vietnamese text: one spelling (`norm`), one folding (`fold`), words with their places (`tokens`)."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_QUOTES = str.maketrans(dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″«»", '"'))
_D_BARRED = str.maketrans({"đ": "d", "ð": "d"})  # eth: what some old fonts print for đ
_MARKS = re.compile("[\u0300-\u036f]+")

# hòa, khóe, thủy: an open syllable whose tone may stand on either vowel. In quý the u belongs to the q.
_EARLY_TONE = re.compile(r"(?<!q)(?:([òóõỏọ])([ae])|([ùúũủụ])(y))(?![^\W\d_])", re.IGNORECASE)

_WORD = re.compile("[^\\W_]+(?:[\u0300-\u036f]+[^\\W_]*)*")

_NOTATION = r"[^\W\d_]\w*(?:[.&-]\w+)*"
_REFERENCE = re.compile(
    rf"(?<![\w/.-])\d{{1,6}}[a-zđ]?\s?/\s?(?:(?:(?:19|20)\d\d\s?/\s?)?{_NOTATION}|(?:19|20)\d\d(?:-(?:BS|TLKS))?)(?![\w/-])",
    re.IGNORECASE,
)


class Token(NamedTuple):
    """One word: lower case with its marks, the same without them, and where it stands in the text."""

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


def tokens(text: str) -> list[Token]:
    """The words of any text, composed or not; `start` and `end` count characters of it as it is."""
    return [Token(*_spellings(word[0]), *word.span()) for word in _WORD.finditer(text)]


def words(text: str) -> Iterator[tuple[str, str]]:
    """(exact, folded) of each word: `tokens` without the places, which an index has no use for."""
    return map(_spellings, _WORD.findall(text))


def reference_numbers(text: str) -> list[str]:
    """Whole numbers of documents, folded and without spaces: 12/qd-ubnd, 118/2025/nd-cp, 12/2019."""
    return ["".join(fold(found[0]).split()) for found in _REFERENCE.finditer(norm(text))]


def _move_tone(match: re.Match[str]) -> str:
    early, last = unicodedata.normalize("NFD", match[1] or match[3]), match[2] or match[4]
    return early[0] + unicodedata.normalize("NFC", last + early[1])


@lru_cache(
    maxsize=1 << 16
)  # Vietnamese has some 7,000 syllables; folding each once is what makes a rebuild quick
def _spellings(word: str) -> tuple[str, str]:
    exact = norm(word).lower()
    return exact, fold(exact)
