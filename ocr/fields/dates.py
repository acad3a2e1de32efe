"""Place and day of issue: `Quảng Ngãi, ngày 06 tháng 01 năm 2025` (NĐ 30/2020, Annex I, II.4)."""

import re
from collections.abc import Sequence

from ocr.fields.evidence import CONFIRMED, DOUBTFUL, LIKELY, UNLIKELY, borne_out, found
from ocr.fields.handwriting import by_hand
from ocr.fields.lines import Line
from ocr.fields.spelling import as_elsewhere, nearest, title_case
from warehouse.codes.dates import FIRST_YEAR, parse_date, today
from warehouse.records import FieldValue, Known

DATED = re.compile(
    r"^(?P<place>\D{2,40}?)[\s,.;:'*-]*\bngay(?P<day>.{0,8}?)thang(?P<month>.{0,6}?)nam"
    r"\s*(?P<year>(?:19|20)\d\d)\b.{0,4}$"
)
LOOKALIKES = str.maketrans({"o": "0", "ø": "0", "i": "1", "l": "1", "]": "1", "|": "1"})


def place_and_day(right: Sequence[Line], body: Sequence[Line], paper: str, known: Known) -> list[FieldValue]:
    """place and issued_on of the header; forms without a dated header print them above the signature."""
    header = [line for line in right if "thang" in line.plain]
    for line in header or body:
        if hit := DATED.search(line.plain):
            place = line.text[: hit.end("place")].strip(" ,.;:'*-“\"")
            return [*_place(place, line, paper, known), *_day(hit, line)]
    return []


def _place(text: str, line: Line, paper: str, known: Known) -> list[FieldValue]:
    words = line.part(0, len(text)).words
    if not text or not text[0].isalpha():
        return []
    hit = nearest(text, known.places)
    if hit:
        value = found("place", hit[0], [line], LIKELY, words)
        return [borne_out(value) if hit[1] == 100 else value]
    spelt = as_elsewhere(text, paper)
    return [found("place", spelt or title_case(text), [line], LIKELY if spelt else DOUBTFUL, words)]


def _day(hit: re.Match[str], line: Line) -> list[FieldValue]:
    """The day; where it is blank or unreadable the month alone, for an officer to complete."""
    day, month = (_figures(hit[part]) for part in ("day", "month"))
    words = line.part(hit.start("day"), hit.end("year")).words
    whole = parse_date(f"{day}/{month}/{hit['year']}") if day and month else None
    part = parse_date(f"{month}/{hit['year']}") if month else None
    if whole and whole.year >= FIRST_YEAR and whole.first <= today():
        figures = line.part(hit.start("day"), hit.end("month")).words
        trust = (
            UNLIKELY if by_hand(figures, line.part(hit.start("year"), hit.end("year")).words) else _trust(hit)
        )
        return [found("issued_on", str(whole), [line], trust, words, precision="day")]
    if part and part.year >= FIRST_YEAR and part.first <= today():
        return [found("issued_on", str(part), [line], UNLIKELY, words, precision="month")]
    return []


def _figures(text: str) -> str | None:
    """One or two figures, or None: a stroke read as a letter is put right, anything else is not a figure."""
    bare = text.strip(" ,.:;").translate(LOOKALIKES)
    return bare if re.fullmatch(r"\d{1,2}", bare) else None


def _trust(hit: re.Match[str]) -> float:
    """Days below 10 and months below 3 are printed with a 0: a single figure there was half read."""
    day, month = hit["day"].strip(), hit["month"].strip()
    whole = len(day) == 2 and (len(month) == 2 or month > "2")
    return CONFIRMED if whole and (day + month).isdigit() else DOUBTFUL
