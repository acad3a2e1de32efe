"""The number and notation: `Số: 01/TTr-UBND` (NĐ 30/2020, Annex I, II.3)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from rapidfuzz.distance import Levenshtein

from ocr.fields.evidence import CONFIRMED, DOUBTFUL, LIKELY, UNLIKELY, found
from ocr.fields.handwriting import by_hand
from ocr.fields.lines import Line
from warehouse.codes.references import DOC_TYPE_ABBREVIATIONS, Reference, parse_reference
from warehouse.records import FieldValue
from warehouse.text import fold

LABEL = re.compile(r"^\W*s[o0]\s*[:.;,]?\s*(?=[^a-z]|$)")
ANOTHER_SUBJECT = re.compile(r"^\W*v/v\b|^ve viec\b")
NOISE = " _.-–:;,|'`“”\"*~"
LOOKALIKES = str.maketrans({"O": "0", "o": "0", "Ø": "0", "I": "1", "l": "1", "|": "1", "]": "1"})
OFFICES = ("UBND", "HĐND", "BTP", "BNV", "BCA", "TTg", "CP")


def reference_number(lines: Sequence[Line], title: str | None, agency: str | None) -> list[FieldValue]:
    """The first labelled line that holds a whole number; a blank or unreadable one gives nothing."""
    own = takewhile(lambda line: not ANOTHER_SUBJECT.match(line.plain), lines)
    numbers = (_number(line, title, agency) for line in own)
    return [number for number in numbers if number][:1]


def _number(line: Line, title: str | None, agency: str | None) -> FieldValue | None:
    label = LABEL.match(line.plain)
    if label is None:
        return None
    read = _compact(line.text[label.end() :])
    parsed = parse_reference(_figures_mended(read))
    if parsed is None:
        return None
    mended = _mended(parsed, title, agency)
    trust = _trust(parsed, mended, title)
    if _figures_mended(read) != read:
        trust = min(trust, DOUBTFUL)
    if by_hand(line.part(label.end(), line.text.find("/")).words, line.page.words):
        trust = UNLIKELY
    return found("reference_number", str(mended), [line], trust)


def _compact(text: str) -> str:
    return "".join(text.split()).strip(NOISE).replace("Ð", "Đ")


def _figures_mended(text: str) -> str:
    """Letters that are figures of some print, before the slash only: II/TB-UBND → 11/TB-UBND."""
    number, slash, notation = text.partition("/")
    return number.translate(LOOKALIKES) + slash + notation if slash else text


def _mended(read: Reference, title: str | None, agency: str | None) -> Reference:
    """Each part of the notation in the spelling that the paper's own title and agency make likely."""
    if read.kind != "administrative":
        return read
    types = [short for short, name in DOC_TYPE_ABBREVIATIONS.items() if name == title]
    offices = [*OFFICES, *([_initials(agency)] if agency else [])]
    first, *rest = read.notation.split("-")
    parts = [_like(_like(first, types, 1), offices), *(_like(part, offices) for part in rest)]
    return replace(read, notation="-".join(parts))


def _like(part: str, wanted: Sequence[str], reach: int | None = None) -> str:
    """The wanted spelling if only marks differ or `reach` letters (one, from four letters on); else `part`."""
    for spelling in wanted:
        if Levenshtein.distance(fold(part), fold(spelling)) <= (
            int(len(spelling) > 3) if reach is None else reach
        ):
            return spelling
    return part


def _initials(agency: str) -> str:
    """«Bộ Giáo dục và Đào tạo» → «BGDĐT»: the name as notations shorten it."""
    return "".join(word[0].upper() for word in agency.split() if word not in ("và", "-"))


def _trust(read: Reference, mended: Reference, title: str | None) -> float:
    """Whether the notation names the type that the title says; many titles have no abbreviation."""
    if not title or read.kind != "administrative":
        return LIKELY
    expected = title if title in DOC_TYPE_ABBREVIATIONS.values() else None
    if mended.doc_type != expected:
        return DOUBTFUL
    if mended == read:
        return CONFIRMED
    return LIKELY if fold(str(mended)) == fold(str(read)) else DOUBTFUL
