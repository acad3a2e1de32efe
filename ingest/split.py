"""`import --split`: where one file holds several papers, and what parts them.

every=N     papers of N pages each, the last may be shorter
blank       every run of blank pages parts two papers, so scans must have no blank backs
separator   sheets printed by `khoso separator` part papers and may say what the paper behind them is;
            other blank pages stay inside their paper
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal, cast

from ingest.payload import is_separator, separator_values
from warehouse.codes.fields import check_field
from warehouse.errors import UsageError
from warehouse.records import FIELD_NAMES, FieldValue

PageRow = Mapping[str, Any]
"""A row of the table pages; `number`, `status` and `codes` are looked at."""

Why = Literal["separator", "blank"]
"""Why no paper holds a page."""

_EVERY = re.compile(r"every=([1-9]\d{0,3})")


@dataclass(frozen=True, slots=True)
class Split:
    """How the files of a batch are divided; `every` pages where that is the way."""

    way: Literal["every", "blank", "separator"]
    every: int = 0


@dataclass(frozen=True, slots=True)
class Paper:
    """Pages of a file, both ends inclusive; what its separator sheet says; why an officer must look."""

    page_from: int
    page_to: int
    values: tuple[FieldValue, ...] = ()
    review: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Division:
    """The papers of a file in order, and the pages that none of them holds: every page is in one of both."""

    papers: tuple[Paper, ...]
    left_out: Mapping[int, Why] = field(default_factory=dict)


def parse_split(text: str) -> Split:
    """What --split was given; raises UsageError."""
    if every := _EVERY.fullmatch(text):
        return Split("every", int(every[1]))
    if text not in ("blank", "separator"):
        raise UsageError("bad_split", text=text)
    return Split(cast(Literal["blank", "separator"], text))


def papers_every(pages: int, every: int) -> list[tuple[int, int]]:
    """First and last page of each paper of a file of so many pages."""
    return [(first, min(first + every - 1, pages)) for first in range(1, pages + 1, every)]


def divide(split: Split, pages: Sequence[PageRow], total: int) -> Division:
    """The papers of a file of `total` pages by what was read of them (`blank` or `separator`).

    A page that failed or was not read belongs to a paper: nobody knows that it is empty.
    """
    by_number = {page["number"]: page for page in pages}
    left_out = _left_out(split, [by_number.get(number) for number in range(1, total + 1)])
    kept = groupby(range(1, total + 1), key=lambda number: number not in left_out)
    runs = [list(run) for is_kept, run in kept if is_kept]
    if not runs:
        return Division((Paper(1, total, review=("only_separators",)),))
    if not left_out:
        return Division((Paper(1, total, review=(f"no_{split.way}_found",)),))
    return Division(tuple(_paper(run, left_out, by_number) for run in runs), left_out)


def _left_out(split: Split, pages: Sequence[PageRow | None]) -> dict[int, Why]:
    found: dict[int, Why] = {}
    behind_separator = False
    for number, page in enumerate(pages, start=1):
        if page is None or page["status"] == "failed":
            behind_separator = False
        elif split.way == "separator" and is_separator(page["codes"]):
            found[number], behind_separator = "separator", True
        elif page["status"] == "blank" and (split.way == "blank" or behind_separator):
            found[number], behind_separator = "blank", False  # a sheet has one back
        else:
            behind_separator = False
    return found


def _paper(run: Sequence[int], left_out: Mapping[int, Why], pages: Mapping[int, PageRow]) -> Paper:
    values, review = [], []
    for name, text in _said_before(run[0], left_out, pages).items():
        checked = check_field(name, text) if name in FIELD_NAMES and text.strip() else None
        if checked is None or checked.value is None:
            review.append(f"bad_separator_value:{name}")
        else:
            values.append(FieldValue(name, checked.value, "qr", precision=checked.precision))
    return Paper(run[0], run[-1], tuple(values), tuple(review))


def _said_before(first: int, left_out: Mapping[int, Why], pages: Mapping[int, PageRow]) -> dict[str, str]:
    """What the separator says that lies before this page, perhaps with its blank back between."""
    number = first - 2 if left_out.get(first - 1) == "blank" else first - 1
    return separator_values(pages[number]["codes"]) if left_out.get(number) == "separator" else {}
