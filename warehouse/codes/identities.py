"""Numbers of persons and organisations: số định danh, CMND, mã số thuế."""

import re
from dataclasses import dataclass
from typing import Literal

from stdnum.vn import mst

_PERSONAL = re.compile(r"(?P<province>\d{3})(?P<century_sex>\d)(?P<yy>\d{2})\d{6}")
_OLD_CARD = re.compile(r"\d{9}")

_PROVINCE_NUMBERS = (
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38,
    40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82,
    83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
)  # fmt: skip
PROVINCES_OF_IDS = frozenset(f"{number:03d}" for number in _PROVINCE_NUMBERS)
"""The province part of personal ids (NĐ 137/2015 art. 13); ids outlive mergers, so all 63 stay."""


@dataclass(frozen=True, slots=True)
class PersonalId:
    """A 12-digit personal id and what it says of its holder."""

    number: str
    province: str
    sex: Literal["male", "female"]
    birth_year: int


def digits(text: str) -> str:
    """The number without the spaces, dots and dashes people put in it."""
    return re.sub(r"[\s.\-]", "", text)


def parse_personal_id(text: str) -> PersonalId | None:
    """Read a 12-digit personal id; it has no check digit, so only its shape is certain."""
    found = _PERSONAL.fullmatch(digits(text))
    if not found:
        return None
    century, sex = divmod(int(found["century_sex"]), 2)
    birth_year = 1900 + 100 * century + int(found["yy"])
    return PersonalId(found[0], found["province"], "female" if sex else "male", birth_year)


def with_lost_zeros(number: str, this_year: int, born: int | None = None) -> str | None:
    """The personal id or CMND that a spreadsheet cut short by taking it for a number; None if it is neither.

    Every province's part of a personal id begins with 0 or 00; `born` is the holder's year of birth, if known.
    """
    if re.fullmatch(r"[1-9]\d{7}", number):
        return f"0{number}"
    person = parse_personal_id(number.zfill(12)) if re.fullmatch(r"[1-9]\d{9,10}", number) else None
    if person is None or person.province not in PROVINCES_OF_IDS or person.birth_year > this_year:
        return None
    return person.number if born in (None, person.birth_year) else None


def is_old_id_card(text: str) -> bool:
    """Whether this is the 9-digit number of a CMND."""
    return _OLD_CARD.fullmatch(digits(text)) is not None


def parse_tax_code(text: str) -> str | None:
    """A tax code of 10 digits, or 13 with a dash before a branch's three; None if its check digit fails."""
    return mst.format(text) if mst.is_valid(text) else None
