"""Types of results: dated rules of validity, field of activity and sensitivity, read from data/result_types.toml."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

from pydantic import TypeAdapter

from warehouse.rights import UNCLASSIFIED
from warehouse.text import fold, norm

KEY_LENGTH = 100

ValidityKind = Literal["UNLIMITED", "UNTIL_DATE", "DURATION", "UNTIL_EVENT", "PURPOSE_BOUND", "UNKNOWN"]


@dataclass(frozen=True, slots=True)
class ResultType:
    """One dated row: what papers of this type are called and how long one issued since then holds."""

    name: str
    code: str
    since: date
    kind: ValidityKind
    source: str
    mark: str
    field: str | None = None  # of activity: see fields_of_activity.py
    sensitivity: str = UNCLASSIFIED  # one of rights.CLASSES
    aliases: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    length: int | None = None
    unit: Literal["day", "month", "year"] | None = None
    events: tuple[str, ...] = ()

    def is_called(self, name: str, subject: str) -> bool:
        """Whether this code, name or, for a decision, subject names the type."""
        if self.code and name.upper() == self.code:
            return True
        wanted = _key(name)
        if wanted in map(_key, (self.name, *self.aliases)):
            return True
        return wanted == "quyet dinh" and any(_key(words) in _key(subject) for words in self.subjects)


@cache
def result_types() -> tuple[ResultType, ...]:
    """All rows, in the order of the file."""
    text = files("warehouse").joinpath("data/result_types.toml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[ResultType, ...]).validate_python(tomllib.loads(text)["type"])


def result_type_for(name: str | None, on: date, subject: str | None = None) -> ResultType | None:
    """The row for papers issued on a day, by national code or by the name (and subject) on the paper."""
    rows = [row for row in result_types() if row.since <= on and row.is_called(name or "", subject or "")]
    return max(rows, key=lambda row: row.since, default=None)


def type_key(name: str, on: date, subject: str | None = None) -> str:
    """What papers of one type have in common, however it is written: its name here, or that on the paper."""
    rule = result_type_for(name, on, subject)
    return _key(rule.name if rule else name)[:KEY_LENGTH]


@lru_cache(maxsize=1024)
def _key(text: str) -> str:
    return fold(norm(text))
