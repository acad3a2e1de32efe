"""What the paper is: its title in capitals, or a công văn by the V/v under its number (NĐ 30 art. 7)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ocr.fields.evidence import CONFIRMED, DOUBTFUL, LIKELY, UNLIKELY, borne_out, found
from ocr.fields.lines import Line
from ocr.fields.spelling import nearest
from warehouse.codes.references import DOC_TYPE_ABBREVIATIONS, parse_reference
from warehouse.records import FieldValue, Known

LETTER = "Công văn"
CONCERNING = re.compile(r"^\W*v\s?[/il1|]\s?v\b")
OPENS_BODY = re.compile(r"^\W*(can cu|kinh gui|dieu \d|theo de nghi|xet de nghi|noi nhan)\b")
NAMES_A_PAPER = re.compile(r"^(giay|chung chi|phieu|the|so|bang|ban sao|trich luc|van bang|don|lenh)\b")
LONGEST = 4  # lines of one title


@dataclass(frozen=True, slots=True)
class Title:
    """A type of paper, the lines that say so, and the body's line after them."""

    name: str
    trust: float
    lines: list[Line]
    after: int = 0


def title_of(left: Sequence[Line], body: Sequence[Line], known: Known) -> Title | None:
    """The title over the body; else a công văn by its V/v; else capitals that open like a paper's name."""
    names = list(dict.fromkeys([*known.doc_types, *DOC_TYPE_ABBREVIATIONS.values()]))
    concerning = [line for line in left if CONCERNING.match(line.plain)]
    if concerning:
        return Title(LETTER, CONFIRMED, concerning[:1])
    capitals = [(start, line) for start, line in enumerate(_opening(body)) if line.shouts]
    for start, _ in capitals:
        if title := _named(body, start, names):
            return title
    for start, line in capitals:
        if NAMES_A_PAPER.match(line.plain):
            return Title(_letters(line).capitalize(), DOUBTFUL, [line], start + 1)
    return None


def doc_type(title: Title | None, reference: FieldValue | None) -> list[FieldValue]:
    """doc_type: the title, or what the number's abbreviation says where the title could not be read."""
    parsed = parse_reference(reference.value) if reference else None
    by_number = parsed.doc_type if parsed else None
    if title is None:
        return [] if not (reference and by_number) else [_from_number(by_number, reference)]
    if by_number not in (None, title.name):
        return [found("doc_type", title.name, title.lines, UNLIKELY)]
    value = found("doc_type", title.name, title.lines, title.trust)
    return [borne_out(value) if by_number or title.name == LETTER else value]


def _from_number(name: str, reference: FieldValue) -> FieldValue:
    return FieldValue(
        "doc_type", name, reference.origin, reference.confidence * DOUBTFUL, reference.page, reference.box
    )


def _opening(body: Sequence[Line]) -> list[Line]:
    """The lines before the text proper."""
    end = next((i for i, line in enumerate(body) if OPENS_BODY.match(line.plain)), len(body))
    return list(body[:end])


def _named(body: Sequence[Line], start: int, names: Sequence[str]) -> Title | None:
    """The longest run of lines in capitals from `start` that is the name of a type."""
    for end in range(min(start + LONGEST, len(body)), start, -1):
        lines = [line for line in body[start:end] if line.shouts]
        hit = nearest(" ".join(map(_letters, lines)), names)
        if hit and len(lines) == end - start:
            return Title(hit[0], CONFIRMED if hit[1] == 100 else LIKELY, lines, end)
    return None


def _letters(line: Line) -> str:
    """The line without stray strokes and dots."""
    return " ".join(word.text.strip(":.-") for word in line.words if any(map(str.isalpha, word.text)))
