"""Fields of activity (lĩnh vực): dated names of the codes in data/fields_of_activity.toml."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class FieldOfActivity:
    """One dated row: what a field is called from a day on."""

    code: str
    name: str
    since: date
    source: str
    mark: str


@cache
def fields_of_activity() -> tuple[FieldOfActivity, ...]:
    """All rows, in the order of the file."""
    text = files("warehouse").joinpath("data/fields_of_activity.toml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[FieldOfActivity, ...]).validate_python(tomllib.loads(text)["field"])


def field_names(on: date) -> dict[str, str]:
    """The Vietnamese name that each code bears on a day."""
    known = sorted((row for row in fields_of_activity() if row.since <= on), key=lambda row: row.since)
    return {row.code: row.name for row in known}
