"""Working days: Monday to Friday without public holidays, and the weekend days worked in exchange.

The holidays are data (data/holidays.toml); days are days in Asia/Ho_Chi_Minh.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Period:
    """Days of one holiday, or worked in exchange for one; both ends inclusive."""

    first: date
    last: date
    name: str
    source: str
    mark: str

    @property
    def days(self) -> frozenset[date]:
        """All of its days."""
        return frozenset(self.first + timedelta(n) for n in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days that are not what their day of the week says."""

    off: frozenset[date]
    worked: frozenset[date]

    @property
    def years(self) -> frozenset[int]:
        """The years whose holidays are known."""
        return frozenset(day.year for day in self.off)


@cache
def calendar() -> Calendar:
    """All rows of the file."""
    text = files("warehouse").joinpath("data/holidays.toml").read_text(encoding="utf-8")
    rows = TypeAdapter(dict[str, list[Period]]).validate_python(tomllib.loads(text))
    days = {kind: frozenset[date]().union(*(row.days for row in rows[kind])) for kind in ("off", "worked")}
    return Calendar(**days)


def is_working_day(day: date) -> bool:
    """Whether offices work; of a year whose holidays nobody entered only the weekends are known."""
    if day in calendar().worked:
        return True
    return day.weekday() < SATURDAY and day not in calendar().off


def add_working_days(day: date, count: int) -> date:
    """The last day of a term; the day on which it begins is not counted (Bộ luật Dân sự 2015 art. 147)."""
    while count:
        day += timedelta(1)
        count -= is_working_day(day)
    return day


def years_without_holidays(first: date, last: date) -> list[int]:
    """The years from `first` to `last` whose holidays nobody entered: a term counted there may be too short."""
    return [year for year in range(first.year, last.year + 1) if year not in calendar().years]
