"""Rows of a manifest: cells become checked values.

A bad value is left out and reported; it costs neither its row nor its file.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

from ingest.columns import LOCATION_COLUMNS, MIGRATED_COLUMNS, TEXT_LENGTH, Column, header_key
from ingest.holder_ids import read_holder_id
from ingest.sheet_child import Cell
from warehouse.codes.dates import date_of_number, today
from warehouse.codes.fields import Checked, check_field, mismatches
from warehouse.reasons import Message, message
from warehouse.records import DATE_FIELDS, Secrecy

Kind = Literal["result", "component"]

_KINDS: dict[str, Kind] = {
    "ket qua": "result", "result": "result", "thanh phan": "component", "component": "component",
}  # fmt: skip
_MARKS: dict[str, Secrecy | None] = {
    "mat": "mat", "toi mat": "toi_mat", "tuyet mat": "tuyet_mat",
    "khong": None, "khong mat": None, "thuong": None, "binh thuong": None, "cong khai": None, "": None, "0": None,
}  # fmt: skip
_DAYS = DATE_FIELDS | {"digitised_on", "approved_on"}
_FILE_LENGTH = 4000
_SHOWN_LENGTH = 200
_PAGES = re.compile(
    r"(?:từ )?(?:trang |tr\. ?|p\. ?)?(\d{1,6})(?: ?(?:[-–—]|đến) ?(\d{1,6}))?", re.IGNORECASE
)
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?E\+?\d{1,2}", re.IGNORECASE)
_EXACT_NUMBERS = 10**15
"""Spreadsheets keep 15 digits of a number and write 0 for the rest."""
_MISMATCH_COLUMNS = {"birth_year_mismatch": "holder_birth_date", "ends_before_issue": "valid_until"}


@dataclass(slots=True)
class ManifestRow:
    """One row of a list. `row` is its number in the sheet as a person sees it, plus a million for each list before
    it in the workbook, `sheet` the sheet's name ("" in a CSV); `cell` says what the list calls its file or files
    ("" for none); `pages` count from 1, both ends inclusive, None for the whole file; days in `values` are as long
    as their precision. `proposals` (field: value, reason) wait for a person's yes."""

    row: int
    cell: str
    pages: tuple[int, int] | None = None
    kind: Kind = "result"
    values: dict[str, str] = field(default_factory=dict)
    precisions: dict[str, str] = field(default_factory=dict)
    location: dict[str, str] = field(default_factory=dict)
    proposals: dict[str, tuple[str, str]] = field(default_factory=dict)
    migrated: dict[str, str] | None = None
    secrecy: Secrecy | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class ManifestProblem:
    """What is wrong in a list, with its column as the sheet calls it. A warning left nothing out; `proposal` is
    what the value was converted to, or may be taken for."""

    row: int | None
    path: str | None
    column: str | None
    value: str | None
    reason: str
    warning: bool = False
    proposal: str | None = None

    @property
    def shown_value(self) -> str | None:
        """The value as written, and what became of it."""
        return f"{self.value} → {self.proposal}" if self.proposal else self.value

    @property
    def message(self) -> Message:
        """The sentence in Vietnamese and in English."""
        shown = {"path": self.path, "column": self.column, "value": self.shown_value}
        return message(self.reason, {name: text for name, text in shown.items() if text})

    def as_row(self) -> dict[str, object]:
        """Its attributes by name, as tables and reports take them: they show value and proposal as one."""
        row = {**asdict(self), "value": self.shown_value}
        del row["proposal"]
        return row


@dataclass(frozen=True, slots=True)
class _Filled:
    header: str
    cell: Cell
    text: str


def read_row(
    number: int, cells: Sequence[Cell], columns: Sequence[Column], sheet: str = ""
) -> tuple[ManifestRow | None, list[ManifestProblem]]:
    """One row and what is wrong with it; no row if nothing in it is understood."""
    filled = _filled(cells, columns)
    reading = _Reading(ManifestRow(number, _file_cell(filled.pop("file", None)), sheet=sheet))
    if any(str(cell).strip() for cell in cells[len(columns) :]):
        # One delimiter too many has moved the values to wrong columns: none of them is safe.
        reading.report("extra_cells")
    elif filled:
        reading.take(filled)
    elif not reading.row.cell:
        text = " ".join(str(cell) for cell in cells if cell != "")
        reading.report("nothing_understood", _Filled("", text, text), warning=True)
        return None, reading.problems
    return reading.row, reading.problems


def plain_path(text: str) -> str:
    """A path as lists and disks write it, made one: NFC, / between folders, no ./ in front."""
    return unicodedata.normalize("NFC", text).strip().replace("\\", "/").removeprefix("./")


def _file_cell(filled: _Filled | None) -> str:
    return plain_path(filled.text)[:_FILE_LENGTH] if filled else ""


def _filled(cells: Sequence[Cell], columns: Sequence[Column]) -> dict[str, _Filled]:
    """The cells with text, by what their column names; of repeated columns the first that is filled."""
    found: dict[str, _Filled] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column.name and (text := str(cell).strip()):
            found.setdefault(column.name, _Filled(column.header, cell, text))
    return found


@lru_cache(maxsize=1 << 14)  # agencies, types, days and signers stand in thousands of rows
def _check(name: str, text: str, on: date) -> Checked:
    return check_field(name, text, on)


class _Reading:
    """A row that takes its cells one by one, and what is wrong with them."""

    def __init__(self, row: ManifestRow) -> None:
        self.row = row
        self.problems: list[ManifestProblem] = []
        self._on = today()

    def report(
        self, reason: str, cell: _Filled | None = None, *, warning: bool = False, proposal: str | None = None
    ) -> None:
        header, text = (cell.header, cell.text[:_SHOWN_LENGTH]) if cell else (None, None)
        path = self.row.cell or None
        self.problems.append(
            ManifestProblem(self.row.row, path, header or None, text, reason, warning, proposal)
        )

    def take(self, filled: dict[str, _Filled]) -> None:
        # The birth date helps to judge the number of its holder.
        for name in sorted(filled, key=lambda name: name != "holder_birth_date"):
            self._take(name, filled[name])
        if self.row.migrated and not {"source_system", "source_id"} <= self.row.migrated.keys():
            self.row.migrated = None
            self.report("origin_incomplete")
        for reason in mismatches(self.row.values):
            self.report(reason, filled[_MISMATCH_COLUMNS[reason]], warning=True)

    def _take(self, name: str, cell: _Filled) -> None:
        if name in LOCATION_COLUMNS:
            self._take_location(name, cell)
        elif name in MIGRATED_COLUMNS:
            self._take_migrated(name, cell)
        elif taker := _TAKERS.get(name):
            taker(self, cell)
        elif text := self._text(name, cell):
            self._keep(name, cell, _check(name, text, self._on))

    def _take_pages(self, cell: _Filled) -> None:
        found = _PAGES.fullmatch(" ".join(unicodedata.normalize("NFC", cell.text).split()))
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if 1 <= first <= last:
            self.row.pages = first, last
        else:
            self.report("bad_pages", cell)

    def _take_kind(self, cell: _Filled) -> None:
        kind = _KINDS.get(header_key(cell.text))
        if kind:
            self.row.kind = kind
        else:
            self.report("bad_kind", cell)

    def _take_secrecy(self, cell: _Filled) -> None:
        """A mark that nobody understands hides the paper: it is easier shown later than hidden again."""
        mark = header_key(cell.text)
        self.row.secrecy = _MARKS.get(mark, "mat")
        if mark not in _MARKS:
            self.report("bad_secrecy", cell)

    def _take_location(self, name: str, cell: _Filled) -> None:
        if len(cell.text) <= TEXT_LENGTH:
            self.row.location[name] = unicodedata.normalize("NFC", cell.text)
        else:
            self.report("too_long", cell)

    def _take_migrated(self, name: str, cell: _Filled) -> None:
        value = unicodedata.normalize("NFC", self._text(name, cell))
        if name in _DAYS:
            checked = _check("issued_on", value, self._on)
            if checked.precision != "day":
                self.report(checked.reason or "not_a_day", cell)
                return
            value = checked.value or ""
        if len(value) > TEXT_LENGTH:
            self.report("too_long", cell)
        else:
            self.row.migrated = {**(self.row.migrated or {}), name: value}

    def _take_holder_id(self, cell: _Filled) -> None:
        born = self.row.values.get("holder_birth_date", "")[:4]
        text = self._text("holder_id", cell)
        if not text:
            return
        is_number = not isinstance(cell.cell, str)
        found = read_holder_id(text, int(born) if born else None, cell.header, is_number=is_number)
        if found.proposal:
            self.row.proposals["holder_id"] = found.proposal, "leading_zero"
            self.report("leading_zero", cell, proposal=found.proposal)
        else:
            self._keep("holder_id", cell, found.checked)

    def _keep(self, name: str, cell: _Filled, checked: Checked) -> None:
        if checked.value is None:
            self.report(checked.reason or "", cell)
            return
        self.row.values[name] = checked.value
        if checked.precision:
            self.row.precisions[name] = checked.precision
        for reason in checked.warnings:
            self.report(reason, cell, warning=True)

    def _text(self, name: str, cell: _Filled) -> str:
        """The cell as text: numbers in columns of days are days, and numbers that lost digits are nothing."""
        if isinstance(cell.cell, str):
            lost = _SCIENTIFIC.fullmatch(cell.text) is not None
        elif name in _DAYS:
            return date_of_number(cell.cell)
        else:
            lost = abs(cell.cell) >= _EXACT_NUMBERS
        if lost:
            self.report("lost_digits", cell)
        return "" if lost else cell.text


_TAKERS: dict[str, Callable[[_Reading, _Filled], None]] = {
    "pages": _Reading._take_pages,
    "kind": _Reading._take_kind,
    "secrecy": _Reading._take_secrecy,
    "holder_id": _Reading._take_holder_id,
}
