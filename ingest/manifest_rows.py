"""Rows of a manifest: cells become checked values.

A bad value is left out and reported; it costs neither its row nor its file.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from ingest.columns import LOCATION_COLUMNS, Column
from warehouse.codes.fields import check_field, mismatches
from warehouse.reasons import Message, message

Kind = Literal["result", "component"]

_KINDS: dict[str, Kind] = {
    "kết quả": "result", "result": "result", "thành phần": "component", "component": "component",
}  # fmt: skip
_LOCATION_LENGTH = 100
_PAGES = re.compile(
    r"(?:từ )?(?:trang |tr\. ?|p\. ?)?(\d{1,6})(?: ?(?:[-–—]|đến) ?(\d{1,6}))?", re.IGNORECASE
)
_MISMATCH_COLUMNS = {"birth_year_mismatch": "holder_birth_date", "ends_before_issue": "valid_until"}


@dataclass(slots=True)
class ManifestRow:
    """One row of a list. `row` is its number in the sheet, where the header is row 1; `pages` count from 1,
    both ends inclusive, None for the whole file; days in `values` are as long as their precision."""

    row: int
    path: str
    pages: tuple[int, int] | None = None
    kind: Kind = "result"
    values: dict[str, str] = field(default_factory=dict)
    precisions: dict[str, str] = field(default_factory=dict)
    location: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ManifestProblem:
    """What is wrong in a list, with its column as the sheet calls it. A warning left nothing out."""

    row: int | None
    path: str | None
    column: str | None
    value: str | None
    reason: str
    warning: bool = False

    @property
    def message(self) -> Message:
        """The sentence in Vietnamese and in English."""
        shown = {"path": self.path, "column": self.column, "value": self.value}
        return message(self.reason, {name: text for name, text in shown.items() if text})

    def as_row(self) -> dict[str, object]:
        """Its attributes by name, as tables and reports take them."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Cell:
    header: str
    text: str


def read_row(
    number: int, cells: Sequence[str], columns: Sequence[Column]
) -> tuple[ManifestRow | None, list[ManifestProblem]]:
    """One row and what is wrong with it; no row if it is blank or names no file."""
    filled = _filled(cells, columns)
    if "file" not in filled:
        missing = ManifestProblem(number, None, None, None, "missing_file_name")
        return None, [missing] if any(cell.strip() for cell in cells) else []
    reading = _Reading(ManifestRow(number, plain_path(filled["file"].text)))
    if any(cell.strip() for cell in cells[len(columns) :]):
        # One delimiter too many has moved the values to wrong columns: none of them is safe.
        reading.report("extra_cells")
    else:
        reading.take(filled)
    return reading.row, reading.problems


def plain_path(text: str) -> str:
    """A path as lists and disks write it, made one: NFC, / between folders, no ./ in front."""
    return unicodedata.normalize("NFC", text).strip().replace("\\", "/").removeprefix("./")


def _filled(cells: Sequence[str], columns: Sequence[Column]) -> dict[str, _Cell]:
    """The cells with text, by what their column names; of repeated columns the first that is filled."""
    found: dict[str, _Cell] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column.name and cell.strip():
            found.setdefault(column.name, _Cell(column.header, cell.strip()))
    return found


class _Reading:
    """A row that takes its cells one by one, and what is wrong with them."""

    def __init__(self, row: ManifestRow) -> None:
        self.row = row
        self.problems: list[ManifestProblem] = []

    def report(self, reason: str, cell: _Cell | None = None, *, warning: bool = False) -> None:
        header, text = (cell.header, cell.text) if cell else (None, None)
        self.problems.append(ManifestProblem(self.row.row, self.row.path, header, text, reason, warning))

    def take(self, filled: dict[str, _Cell]) -> None:
        for name, cell in filled.items():
            if name == "pages":
                self._take_pages(cell)
            elif name == "kind":
                self._take_kind(cell)
            elif name in LOCATION_COLUMNS:
                self._take_location(name, cell)
            elif name != "file":
                self._take_field(name, cell)
        for reason in mismatches(self.row.values):
            self.report(reason, filled[_MISMATCH_COLUMNS[reason]], warning=True)

    def _take_pages(self, cell: _Cell) -> None:
        found = _PAGES.fullmatch(" ".join(unicodedata.normalize("NFC", cell.text).split()))
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if 1 <= first <= last:
            self.row.pages = first, last
        else:
            self.report("bad_pages", cell)

    def _take_kind(self, cell: _Cell) -> None:
        kind = _KINDS.get(unicodedata.normalize("NFC", cell.text).lower())
        if kind:
            self.row.kind = kind
        else:
            self.report("bad_kind", cell)

    def _take_location(self, name: str, cell: _Cell) -> None:
        if len(cell.text) <= _LOCATION_LENGTH:
            self.row.location[name] = unicodedata.normalize("NFC", cell.text)
        else:
            self.report("too_long", cell)

    def _take_field(self, name: str, cell: _Cell) -> None:
        checked = check_field(name, cell.text)
        if checked.reason or checked.value is None:
            self.report(checked.reason or "", cell)
            return
        self.row.values[name] = checked.value
        if checked.precision:
            self.row.precisions[name] = checked.precision
        for reason in checked.warnings:
            self.report(reason, cell, warning=True)
