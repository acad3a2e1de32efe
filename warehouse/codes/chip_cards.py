"""The line that the QR of a chip card (CCCD since 2021, căn cước since 2024) gives to a scanner.

`id | old id | name | birth date | sex | address | issued`, days as ddmmyyyy. Newer cards add fields behind.
The address is passed over: nobody here has a use for it.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from warehouse.codes.dates import PartialDate, parse_date
from warehouse.codes.identities import digits, is_old_id_card, parse_personal_id, with_lost_zeros
from warehouse.errors import UsageError

_SEXES: dict[str, Literal["male", "female"]] = {"nam": "male", "nữ": "female"}
_LAST_YEAR = 9999  # of the world: the card says when its holder was born
_FEWEST = 3  # id, old id, name: what names a person
_LONGEST_NAME = 200
_DAY = re.compile(r"(\d{2})[/.-]?(\d{2})[/.-]?(\d{4})")
_EDGES = "\ufeff\u200b\x00"  # what scanners and spreadsheets leave around a line


@dataclass(frozen=True, slots=True)
class ChipCard:
    """What a card says of its holder, in the spelling of this program's fields."""

    id: str
    name: str
    old_id: str | None = None
    birth_date: PartialDate | None = None
    sex: Literal["male", "female"] | None = None
    issued_on: PartialDate | None = None


def is_card_line(text: str) -> bool:
    """Whether somebody meant this for such a line: no name and no number has an upright stroke."""
    return "|" in text


def parse_chip_card(line: str) -> ChipCard:
    """Read one line; raises UsageError, which repeats nothing of it, if it is no card's."""
    text = unicodedata.normalize("NFC", line).strip(_EDGES + " \t\r\n")
    parts = [" ".join(part.strip(_EDGES).split()) for part in text.split("|")]
    if len(parts) < _FEWEST or "\n" in text or "\r" in text:
        raise UsageError("not_a_chip_card")
    parts += [""] * 7
    born = _day(parts[3])
    number, name = _personal_id(parts[0], born), parts[2]
    if number is None or not 0 < len(name) <= _LONGEST_NAME or any(map(str.isdigit, name)):
        raise UsageError("not_a_chip_card")
    old_id = digits(parts[1]) if is_old_id_card(parts[1]) else None
    return ChipCard(number, name, old_id, born, _SEXES.get(parts[4].lower()), _day(parts[6]))


def _personal_id(text: str, born: PartialDate | None) -> str | None:
    number = digits(text)
    person = parse_personal_id(number)
    return person.number if person else with_lost_zeros(number, _LAST_YEAR, born.year if born else None)


def _day(text: str) -> PartialDate | None:
    """ddmmyyyy; of who knows only the year of birth, that."""
    found = _DAY.fullmatch(text)
    if found is None:
        return parse_date(text)
    day, month, year = found.groups()
    if (day, month) == ("00", "00"):
        return parse_date(year)
    return parse_date(f"{day}/{month}/{year}") if day != "00" else parse_date(f"{month}/{year}")
