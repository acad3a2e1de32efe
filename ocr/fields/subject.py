"""What the paper is about (trích yếu): under its title, or after V/v under the number of a công văn."""

import re
from collections.abc import Sequence
from itertools import dropwhile

from ocr.fields.evidence import found
from ocr.fields.lines import Line
from ocr.fields.title import CONCERNING, LETTER, OPENS_BODY, Title
from ocr.fields.voting import Spellings
from warehouse.records import FieldValue, Word

TRUST = 0.94  # some twenty words: even when each looks well read, one of them may not be
FAR = 3.5  # heights of the title: what stands lower is not under it
LOOSE = 1.6  # times the pitch so far: the rule drawn under a subject leaves such a gap
FORM_LABEL = re.compile(r"^(?!ve viec)[^:]{2,40}:")
FORM_BODY = re.compile(
    r"^\W*(\d{1,2}\. |[ivx]+\. |ho va ten\b|ho,? chu dem\b|(ong|ba)\b[^:]{0,12}:|cap cho\b)"
)
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
        lines = _together(list(dropwhile(lambda line: not CONCERNING.match(line.plain), left)))
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
    if _middle(first) - _middle(title.lines[-1]) > FAR * title.lines[-1].height:
        return []
    return _together(rest)


def _together(lines: Sequence[Line]) -> list[Line]:
    """The lines that follow each other at one pitch, up to capitals, the text's opening or a gap."""
    block: list[Line] = []
    pitch = 0.0
    for line in lines:
        if line.shouts or any(stop.match(line.plain) for stop in (OPENS_BODY, FORM_BODY, URGENCY)):
            break
        step = _middle(line) - _middle(block[-1]) if block else 0.0
        if step > LOOSE * max(pitch, 1.3 * line.height):
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
