"""What the paper is about (trích yếu): under its title, or after V/v under the number of a công văn."""

import re
from collections.abc import Sequence
from itertools import pairwise

from ocr.fields.evidence import found
from ocr.fields.lines import Line
from ocr.fields.title import CONCERNING, LETTER, OPENS_BODY, Title
from ocr.fields.voting import Spellings
from warehouse.records import FieldValue, Word

TRUST = 0.94  # some twenty words: even when each looks well read, one of them may not be
LOOSE = 1.6  # times the pitch so far: the rule drawn under a subject leaves such a gap
FORM_LABEL = re.compile(r"^(?!ve viec)[^:]{2,40}:")
URGENCY = re.compile(r"^\W*(hoa toc|thuong khan|khan|toi mat|tuyet mat|mat)\W*$")
ABOUT = re.compile(r"^\W*v\S{1,2}\s+vi[ê-ỹe]c\b", re.IGNORECASE)
NUMBER = re.compile(r"\bs[ôồổỗộ] (?=\d)")
CONCERNING_SPELT = re.compile(r"^\W*[vV]\s?[/il1|]\s?[vV]\b")


def subject(
    title: Title | None, left: Sequence[Line], body: Sequence[Line], spellings: Spellings
) -> list[FieldValue]:
    """The subject with its own words, lines joined, marks as the rest of the paper has them."""
    if title is None:
        return []
    if title.name == LETTER:
        start = next(i for i, line in enumerate(left) if CONCERNING.match(line.plain))
        lines = _together(list(left[start:]))
    else:
        lines = _under_title(title, body[title.after :])
    if not lines:
        return []
    words = [word for line in lines for word in _without_strokes(line)]
    return [found("subject", _spelt(" ".join(spellings.respell(words))), lines, TRUST, words)]


def _under_title(title: Title, rest: Sequence[Line]) -> list[Line]:
    first = rest[0] if rest else None
    if first is None or FORM_LABEL.match(first.plain) or first.text.startswith("("):
        return []
    block = _together([title.lines[-1], *rest])
    return block[1:]


def _together(lines: Sequence[Line]) -> list[Line]:
    """The first line and those that follow at its pitch, up to capitals, an opening formula or a gap."""
    block, pitch = list(lines[:1]), 0.0
    for above, line in pairwise(lines):
        step = _middle(line) - _middle(above)
        if line.shouts or OPENS_BODY.match(line.plain) or URGENCY.match(line.plain):
            break
        if step > LOOSE * max(pitch, 1.3 * above.height):
            break
        block.append(line)
        pitch = max(pitch, step)
    return block


def _middle(line: Line) -> float:
    return (line.box[1] + line.box[3]) / 2


def _without_strokes(line: Line) -> list[Word]:
    """The words without marks that hold no letter or figure at either end: rules and dirt."""
    words = list(line.words)
    while words and not _says(words[0]):
        words.pop(0)
    while words and not _says(words[-1]) and words[-1].text not in "-–":
        words.pop()
    return words


def _says(word: Word) -> bool:
    return any(map(str.isalnum, word.text))


def _spelt(text: str) -> str:
    """Formulas whose marks are known: the two a subject opens with, and the word before a number."""
    text = CONCERNING_SPELT.sub("V/v", text, count=1)
    text = ABOUT.sub("Về việc", text, count=1)
    return NUMBER.sub("số ", text)
