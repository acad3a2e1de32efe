"""Whom the desk asks for: a chip card's line, free text in one box, or named parts."""

import re
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from warehouse.codes.chip_cards import is_card_line, parse_chip_card
from warehouse.codes.dates import PartialDate, parse_date, today
from warehouse.codes.dossiers import is_agency_code
from warehouse.codes.identities import (
    digits,
    is_old_id_card,
    parse_personal_id,
    parse_tax_code,
    with_lost_zeros,
)
from warehouse.errors import UsageError
from warehouse.person_keys import NameKeys, name_keys, place_key
from warehouse.text import norm

LONGEST_LINE = 500


class Parts(NamedTuple):
    """What was typed, each part by itself; `line` may hold all of them."""

    line: str = ""
    name: str = ""
    born: str = ""
    number: str = ""
    parent: str = ""
    place: str = ""


@dataclass(slots=True)
class PersonQuery:
    """What is looked for. `numbers`: all spellings of the numbers asked for, which one person holds."""

    name: str = ""
    born: PartialDate | None = None
    numbers: tuple[str, ...] = ()
    parent: str = ""
    place: str = ""

    @property
    def name_keys(self) -> NameKeys:
        """The name as it is compared."""
        return name_keys(self.name)

    @property
    def parent_keys(self) -> NameKeys:
        """The same of father or mother."""
        return name_keys(self.parent)

    @property
    def place_key(self) -> str:
        """The place without its kind, which changes when communes are merged."""
        return place_key(_KINDS_OF_PLACES.sub("", norm(self.place)))


def understand(parts: Parts) -> PersonQuery:
    """Raises UsageError if this names nobody, or something in it cannot be what it stands for."""
    found = _of_card(parts.line) if is_card_line(parts.line) else _of_line(norm(parts.line))
    if parts.born.strip():
        found.born = parse_date(parts.born.strip()) or _not_understood("born")
    if parts.number.strip():
        found.numbers = _spellings(parts.number) or _not_understood("number")
    for name in ("name", "parent", "place"):
        if typed := norm(getattr(parts, name)):
            setattr(found, name, typed)
    if not found.numbers and not found.name_keys.folded:
        raise UsageError("nobody_asked_for")
    return found


_DAY = r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\d{4}-\d{1,2}-\d{1,2}"
_LONG_DAY = r"\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}"
_MONTH = r"\d{1,2}\s*/\s*\d{4}"
_LABELS_OF_DAYS = r"(?:\b(?:sinh (?:ngày|tháng|năm)|(?:ngày|năm) sinh|ngày|sn|ns)\b\s*:?\s*)?"
_LABELS_OF_NUMBERS = r"(?:\b(?:cccd|cmnd|căn cước|(?:số )?định danh|mst|mã số thuế)\b\s*(?:số\s*)?:?\s*)?"
_BORN = re.compile(rf"{_LABELS_OF_DAYS}(?<!\d)({_DAY}|{_LONG_DAY}|{_MONTH})(?!\d)", re.IGNORECASE)
_FIGURES = re.compile(
    rf"(?:{_LABELS_OF_DAYS}|{_LABELS_OF_NUMBERS})(?<!\w)(\d+(?:[ .-]\d+)*)(?!\w)", re.IGNORECASE
)
# With their marks only: Phương and Huyền are names of people, and so typed without marks.
_KIND = r"(?:xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh|đặc khu|tp\.?|tt\.?) "
_PARENT = r"(?:con (?:của )?(?:ông |bà )?|cha |bố |mẹ )"
_PLACE = rf"(?:(?:ở |tại |quê(?: quán)? )(?:{_KIND})?|{_KIND})"
_NOT_INSIDE = r"(?<!\bở)(?<!\btại)(?<!\bquê)(?<!\bquán)"
_PIECES = re.compile(rf"\s*[,;]\s*|{_NOT_INSIDE}\s+(?=(?:{_PARENT}|{_PLACE})\w)", re.IGNORECASE)
_OPENS_PARENT = re.compile(rf"{_PARENT}(?=\w)", re.IGNORECASE)
_OPENS_PLACE = re.compile(rf"{_PLACE}(?=\w)", re.IGNORECASE)
_KINDS_OF_PLACES = re.compile(rf"^{_KIND}", re.IGNORECASE)
_LABELS_BEHIND_NAMES = ("sinh", "số")  # of what followed; in short names they are names
_LONGEST_SHORT_NAME = 3
_FIRST_BIRTH_YEAR = 1900
_DIGITS_OF_YEAR, _DIGITS_OF_DAY = 4, 8


def _of_card(line: str) -> PersonQuery:
    card = parse_chip_card(line)
    numbers = (card.id, *([card.old_id] if card.old_id else []))
    return PersonQuery(card.name, card.birth_date, numbers)


def _of_line(line: str) -> PersonQuery:
    found = PersonQuery()

    def take_date(match: re.Match[str]) -> str:
        found.born = parse_date(match[1]) or _not_understood("born")
        return ","

    def take_figures(match: re.Match[str]) -> str:
        for figure in _apart(re.split(r"[ .-]", match[1])):
            _take(figure, found)
        return ","

    text = _FIGURES.sub(take_figures, _BORN.sub(take_date, line[:LONGEST_LINE]))
    for piece in filter(None, (_without_label(each.strip(" .:")) for each in _PIECES.split(text))):
        if opening := _OPENS_PARENT.match(piece):
            found.parent = found.parent or piece[opening.end() :]
        elif opening := _OPENS_PLACE.match(piece):
            found.place = found.place or piece[opening.end() :]
        elif not found.name:
            found.name = piece
        else:
            found.place = found.place or piece
    return found


def _without_label(piece: str) -> str:
    words = piece.split() or [""]
    labelled = words[-1] in _LABELS_BEHIND_NAMES and (len(words) == 1 or len(words) > _LONGEST_SHORT_NAME)
    return " ".join(words[:-1]) if labelled else piece


def _apart(groups: list[str]) -> list[str]:
    """A number may be printed in groups, and a year may stand before or behind it."""
    for year, rest in ((groups[0], groups[1:]), (groups[-1], groups[:-1])):
        if rest and _is_year(year) and _spellings("".join(rest)):
            return [year, "".join(rest)]
    return ["".join(groups)] if _spellings("".join(groups)) else groups


def _take(figure: str, found: PersonQuery) -> None:
    day = parse_date(f"{figure[:2]}/{figure[2:4]}/{figure[4:]}") if len(figure) == _DIGITS_OF_DAY else None
    if _is_year(figure):
        found.born = parse_date(figure)
    elif day and _is_year(str(day.year)):
        found.born = day
    else:
        found.numbers = found.numbers + (_spellings(figure) or _not_understood("number"))


def _spellings(text: str) -> tuple[str, ...]:
    """The numbers of persons or bodies this can be, as records hold them; empty if it can be none."""
    number = digits(text)
    person, lost = parse_personal_id(number), with_lost_zeros(number, today().year)
    found = (
        person.number if person and person.birth_year <= today().year else None,
        number if is_old_id_card(number) else None,
        parse_tax_code(number),
        lost,
        text.strip() if is_agency_code(text.strip()) else None,
    )
    return tuple(dict.fromkeys(each for each in found if each))


def _is_year(text: str) -> bool:
    return (
        text.isdecimal() and len(text) == _DIGITS_OF_YEAR and _FIRST_BIRTH_YEAR <= int(text) <= today().year
    )


def _not_understood(part: str) -> NoReturn:
    """Names the part and does not repeat it: errors are logged."""
    raise UsageError("bad_person_query", part=part)
