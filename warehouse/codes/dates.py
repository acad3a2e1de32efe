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

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?:ngày\s+)?(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})\s+năm\s+(?P<y>\d{4})",
        r"(?:ngày\s+)?(?P<d>\d{1,2})\s*([/.-])\s*(?P<m>\d{1,2})\s*\2\s*(?P<y>\d{4})",
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ]00:00(?::00)?)?",  # spreadsheets add midnight
        r"(?:tháng\s+)?(?P<m>\d{1,2})(?:\s*[/.-]\s*|\s+năm\s+)(?P<y>\d{4})",
        r"(?P<y>\d{4})-(?P<m>\d{1,2})",
        r"(?:năm\s+)?(?P<y>\d{4})",
    )
)


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


def _real(year: int, month: str | None, day: str | None) -> PartialDate | None:
    parsed = PartialDate(year, None if month is None else int(month), None if day is None else int(day))
    try:
        date(year, 1 if parsed.month is None else parsed.month, 1 if parsed.day is None else parsed.day)
    except ValueError:
        return None
    return parsed
