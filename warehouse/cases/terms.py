"""What kinds of cases there are, and within how many working days each is to be answered (data/case_terms.toml)."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import TypeAdapter

from warehouse.codes.working_days import add_working_days

Kind = Literal[
    "transcription",  # the paper is right, we typed or read it wrong
    "wrong_scan",  # the pages are another paper's or another person's
    "paper",  # the paper itself is wrong: its issuer has to correct it
    "access_or_erasure",  # a data subject wants to see, or to have removed, what is kept of them
]


@dataclass(frozen=True, slots=True)
class Term:
    """One dated row: cases of a kind opened since then are answered within so many working days."""

    kind: Kind
    since: date
    working_days: int
    source: str
    mark: str


@cache
def terms() -> tuple[Term, ...]:
    """All rows."""
    text = files("warehouse").joinpath("data/case_terms.toml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[Term, ...]).validate_python(tomllib.loads(text)["term"])


def due_on(kind: Kind, opened_on: date) -> date:
    """The last day for an answer; a case from before the first row goes by that row."""
    rows = sorted((term for term in terms() if term.kind == kind), key=lambda term: term.since)
    in_force = [term for term in rows if term.since <= opened_on] or rows[:1]
    return add_working_days(opened_on, in_force[-1].working_days)
