"""Whose paper it is: the first person a form or a sentence names, else the organisation."""

import re
from collections.abc import Sequence

from ocr.fields.evidence import CONFIRMED, DOUBTFUL, LIKELY, UNLIKELY, found
from ocr.fields.labels import DATE, day_in
from ocr.fields.lines import Line, running
from ocr.fields.names import person_name
from ocr.fields.organisation import organisation
from warehouse.codes.dates import FIRST_BIRTH_YEAR, PartialDate, parse_date, today
from warehouse.codes.identities import (
    PROVINCES_OF_IDS,
    PersonalId,
    digits,
    is_old_id_card,
    parse_personal_id,
)
from warehouse.records import FieldValue

PERSON = re.compile(
    r"\bho,? (?:va |chu dem,? (?:va )?|dem,? )?ten(?P<who>[^:]{0,30}?)\s?:"
    r"|^\W*(?:\d{1,2}\W+)?(?:va (?:vo|chong) la )?(?:ong|ba)(?: \(?(?:ong|ba)\)?)?\s?:"
    r"|\bcap cho(?: ong| ba)?(?: \((?:ong|ba)\))?\s?:"
)
OTHER = re.compile(r"\b(me|cha|bo|nguoi (di|yeu cau|khai)|dai dien)\b")
NEXT_LABEL = re.compile(r"\b(gioi tinh|nam sinh|ngay sinh|sinh ngay|dan toc|quoc tich)\b|\s\d{1,2}\.\s")
ID = re.compile(
    r"\b(?:dinh danh|can cuoc|cccd|cmnd|chung minh)[^\d]{0,40}(?P<value>\d(?:[ .]?\d){8,11})(?!\d)"
)
BORN = re.compile(rf"\b(?:nam sinh|ngay sinh|sinh ngay|sinh nam|sinh)\W{{0,3}}(?P<value>{DATE}|\d{{4}}\b)")
IN_PROSE = re.compile(
    r"\b(?:ong|ba)(?: \((?:ong|ba)\))? (?P<name>[^,;:.()\d]{4,40}),"
    rf"(?: sinh (?:ngay|nam) (?P<born>{DATE}|\d{{4}}),)?"
    r"[^,;.\d]{0,30}(?:dinh danh|can cuoc|cccd|cmnd)[^,;\d]{0,30}(?P<id>\d{9}(?:\d{3})?)\b"
)


def holder(pages: Sequence[list[Line]]) -> list[FieldValue]:
    """holder_name, holder_id and, of persons, holder_birth_date."""
    lines = [line for page in pages for line in page]
    starts = [(place, hit) for place, line in enumerate(lines) if (hit := PERSON.search(line.plain))]
    if starts and not OTHER.search(starts[0][1]["who"] or ""):
        (first, hit), end = starts[0], starts[1][0] if len(starts) > 1 else len(lines)
        return _from_form(lines[first], hit, lines[first:end])
    return [] if starts else (_from_prose(pages) or organisation(pages))


def _from_form(line: Line, label: re.Match[str], about: Sequence[Line]) -> list[FieldValue]:
    """`about`: the lines from this person's label to the next person's."""
    stop = NEXT_LABEL.search(line.plain, label.end())
    name = _name(line.part(label.end(), stop.start() if stop else len(line.text)))
    text = running([other for other in about if other.page is line.page])
    return [*name, *_numbers(_value(ID, text), _value(BORN, text))]


def _from_prose(pages: Sequence[list[Line]]) -> list[FieldValue]:
    """«… ông A, sinh ngày …, số định danh cá nhân …»: only if the paper tells of one person so."""
    told = [
        (text, hit) for text in map(running, filter(None, pages)) for hit in IN_PROSE.finditer(text.plain)
    ]
    if len({hit["id"] for _, hit in told}) != 1:
        return []
    text, hit = told[0]
    number, born = (text.part(*hit.span(part)) if hit[part] else None for part in ("id", "born"))
    return [*_name(text.part(*hit.span("name"))), *_numbers(number, born)]


def _value(pattern: re.Pattern[str], text: Line) -> Line | None:
    hit = pattern.search(text.plain)
    return text.part(*hit.span("value")) if hit else None


def _name(part: Line) -> list[FieldValue]:
    name = person_name(part) if part.words else None
    if name is None:
        return []
    return [found("holder_name", name.text, [part], LIKELY if name.usual else DOUBTFUL, name.words)]


def _numbers(number: Line | None, born: Line | None) -> list[FieldValue]:
    """The personal number and birth date: the number tells the year of birth, so they bear each other out."""
    personal = parse_personal_id(_figures(number)) if number else None
    day = _birth_day(born) if born else None
    trust = _agreement(personal, day)
    values = []
    if number and (personal or is_old_id_card(_figures(number))):
        values.append(found("holder_id", digits(_figures(number)), [number], trust))
    if born and day:
        values.append(
            found("holder_birth_date", str(day), [born], max(trust, DOUBTFUL), precision=day.precision)
        )
    return values


def _figures(part: Line) -> str:
    return "".join(letter for letter in part.text if letter.isdigit())


def _birth_day(part: Line) -> PartialDate | None:
    day = day_in(part.text) or parse_date(part.text.strip(" ,.;"))
    return day if day and day.year >= FIRST_BIRTH_YEAR and day.first <= today() else None


def _agreement(personal: PersonalId | None, day: PartialDate | None) -> float:
    if personal and personal.province not in PROVINCES_OF_IDS:
        return DOUBTFUL
    if personal and day:
        return CONFIRMED if personal.birth_year == day.year else UNLIKELY
    return LIKELY
