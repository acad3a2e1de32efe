"""Days as papers and lists write them, with the precision that is really there."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal

Precision = Literal["day", "month", "year"]

# Fixed offset since 1975 and no summer time: no time zone database is needed.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")

FIRST_YEAR = 1945
FIRST_BIRTH_YEAR = 1900
LAST_YEAR = 2100

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?:ngày\s+)?(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})\s+năm\s+(?P<y>\d{4})",
        r"(?:ngày\s+)?(?P<d>\d{1,2})\s*([/.-])\s*(?P<m>\d{1,2})\s*\2\s*(?P<y>\d{4})",
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2})?)?",  # spreadsheets add a time
        r"(?:tháng\s+)?(?P<m>\d{1,2})(?:\s*[/.-]\s*|\s+năm\s+)(?P<y>\d{4})",
        r"(?P<y>\d{4})-(?P<m>\d{1,2})",
        r"(?:năm\s+)?(?P<y>\d{4})",
    )
)
_SHORT_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?:ngày\s+)?(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})\s+năm\s+(?P<y>\d{2})",
        r"(?:ngày\s+)?(?P<d>\d{1,2})\s*([/.-])\s*(?P<m>\d{1,2})\s*\2\s*(?P<y>\d{2})",
    )
)

_SHEET_DAY_ZERO = date(1899, 12, 30)
"""Day 0 of spreadsheets: they believe in 29 February 1900, so this holds from 1 March 1900 on."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, a month or a year; month and day are None where the paper does not say."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def precision(self) -> Precision:
        """What the paper says."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def first(self) -> date:
        """The earliest day it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def __str__(self) -> str:
        """YYYY-MM-DD, YYYY-MM or YYYY."""
        return self.first.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]


def today() -> date:
    """The day it is in Viet Nam."""
    return datetime.now(UTC).astimezone(VIETNAM).date()


def parse_date(text: str) -> PartialDate | None:
    """Read one date, day before month; None if `text` is not exactly one date of the calendar."""
    for form in _FORMS:
        if found := form.fullmatch(text.strip()):
            parts = found.groupdict()
            return _real(int(parts["y"]), parts.get("m"), parts.get("d"))
    return None


def parse_short_date(text: str, latest: date) -> PartialDate | None:
    """Read a day whose year has two digits: the latest such year that keeps it within `latest`."""
    for form in _SHORT_FORMS:
        if found := form.fullmatch(text.strip()):
            year = latest.year - latest.year % 100 + int(found["y"])
            parsed = _real(year, found["m"], found["d"])
            late = parsed.first > latest if parsed else year > latest.year
            return _real(year - 100, found["m"], found["d"]) if late else parsed
    return None


def date_of_number(number: float) -> str:
    """The day or year that a number in a column of days means: 2019 is a year, 43529 is 2019-03-05."""
    if number == int(number) and FIRST_BIRTH_YEAR <= number <= LAST_YEAR:
        return str(int(number))
    last = (date(LAST_YEAR, 12, 31) - _SHEET_DAY_ZERO).days
    return str(_SHEET_DAY_ZERO + timedelta(days=int(number))) if 1 <= number <= last else str(number)


def _real(year: int, month: str | None, day: str | None) -> PartialDate | None:
    parsed = PartialDate(year, None if month is None else int(month), None if day is None else int(day))
    try:
        date(year, 1 if parsed.month is None else parsed.month, 1 if parsed.day is None else parsed.day)
    except ValueError:
        return None
    return parsed
