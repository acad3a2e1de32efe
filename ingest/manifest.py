"""Manifests: a unit's own list of what it hands over, as CSV, XLSX, XLS or ODS."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.columns import Column, is_idle
from ingest.furniture import Furniture
from ingest.headers import CLEAR, Header, find_header
from ingest.manifest_rows import ManifestProblem, ManifestRow, read_row
from ingest.reader import Reader
from ingest.sheets import Row, Sheet, opened_tables
from warehouse.codes.encodings import Encoding, Evidence, convert_cell
from warehouse.errors import UsageError
from warehouse.records import Limits

SHEET_STEP = 1_000_000
"""Row 5 of the second list of a workbook is row 1,000,005: rows of one batch have different numbers."""

_SHOWN_LENGTH = 200
_COLUMN_LENGTH = 100
_NO_MAP: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Manifest:
    """A list as read: its rows in order, and what is wrong with it."""

    rows: list[ManifestRow]
    problems: list[ManifestProblem]

    def accept_proposals(self) -> None:
        """Take what was proposed, because somebody said that it is right; what was asked is now only told."""
        for row in self.rows:
            row.values |= {name: value for name, (value, _) in row.proposals.items()}
            row.proposals.clear()
        for place, problem in enumerate(self.problems):
            if problem.reason == "leading_zero":
                self.problems[place] = replace(problem, reason="leading_zero_put_back", warning=True)


def read_manifest(path: Path, reader: Reader | None = None, called: Mapping[str, str] = _NO_MAP) -> Manifest:
    """Read a list; `called` holds the unit's own names of columns by their `header_key`.

    Every sheet with a header is read. Raises UsageError if the file is no list, or beyond the limits.
    """

    def score(top: list[Row]) -> int:
        header = find_header(top, called)
        return header.score if header else 0

    with (
        nullcontext(reader) if reader else Reader(Limits()) as opened,
        opened_tables(path, opened, score) as sheets,
    ):
        headers = [find_header(sheet.top(), called) for sheet in sheets]
        listed, problems = _listed(list(zip(sheets, headers, strict=True)))
        if not listed:
            raise UsageError("manifest_no_header", path=path)
        manifest = Manifest([], problems)
        for place, (sheet, header) in enumerate(listed):
            found = _read_sheet(sheet, header, place * SHEET_STEP)
            manifest.rows.extend(found.rows)
            manifest.problems.extend(
                _in_sheet(sheet.name, found.problems) if len(listed) > 1 else found.problems
            )
    return manifest


def _listed(
    sheets: Sequence[tuple[Sheet, Header | None]],
) -> tuple[list[tuple[Sheet, Header]], list[ManifestProblem]]:
    """The sheets that are lists; the others are warnings. A lone column of files is a list if nothing else is."""
    headed = [(sheet, header) for sheet, header in sheets if header and not sheet.is_hidden]
    clear = [(sheet, header) for sheet, header in headed if header.score >= CLEAR] or headed
    listed = {sheet.name for sheet, _ in clear}
    left = [
        ManifestProblem(
            None, None, sheet.name, None, "hidden_sheet" if sheet.is_hidden else "sheet_without_header", True
        )
        for sheet, _ in sheets
        if sheet.name not in listed
    ]
    return clear, left


def _in_sheet(name: str, problems: Iterable[ManifestProblem]) -> Iterator[ManifestProblem]:
    """The problems with their column as spreadsheets write it: «Sổ 2020!Ngày sinh»."""
    for problem in problems:
        yield replace(problem, column=f"{name}!{problem.column or ''}"[:_COLUMN_LENGTH])


def _read_sheet(sheet: Sheet, header: Header, offset: int) -> Manifest:
    columns = header.columns
    encodings, problems = _encodings(sheet, header)
    manifest = Manifest([], [*_column_problems(columns, header.row), *problems])
    furniture = Furniture(columns)
    for number, cells in _body(sheet, header):
        converted = [
            convert_cell(cell, encoding) if encoding and isinstance(cell, str) else cell
            for cell, encoding in zip(cells, encodings, strict=False)
        ]
        row, found = None, [_left_out(number + offset, cells)]
        if not furniture.holds(converted):
            # Cells beyond the header are notes in a workbook, but shifted values in a CSV.
            beyond = cells[len(columns) :] if sheet.is_text else []
            row, found = read_row(number + offset, converted + beyond, columns, sheet.name)
        manifest.problems.extend(found)
        if row:
            manifest.rows.append(row)
    return manifest


def _body(sheet: Sheet, header: Header) -> Iterator[Row]:
    return (row for row in sheet.rows() if row[0] > header.row)


def _left_out(number: int, cells: Sequence[object]) -> ManifestProblem:
    text = " ".join(str(cell) for cell in cells if cell != "")
    return ManifestProblem(number, None, None, text[:_SHOWN_LENGTH], "row_left_out", warning=True)


def _column_problems(columns: Iterable[Column], row: int) -> Iterator[ManifestProblem]:
    """Columns that are not understood, or name what another named before them."""
    seen: set[str] = set()
    for column in columns:
        if column.name in seen:
            yield ManifestProblem(row, None, column.header, None, "repeated_column", warning=True)
        elif column.name:
            seen.add(column.name)
        elif not is_idle(column.header):
            yield ManifestProblem(row, None, column.header, None, "unknown_column", warning=True)


def _encodings(sheet: Sheet, header: Header) -> tuple[list[Encoding | None], list[ManifestProblem]]:
    """The encoding of each column by the words in all its cells; both spellings are shown.

    A column with too little to judge by is taken for what the others are, if that makes words of it.
    """
    evidence = [Evidence() for _ in header.columns]
    for _, cells in _body(sheet, header):
        for place, cell in zip(evidence, cells, strict=False):
            if isinstance(cell, str):
                place.add(cell)
    found = [place.encoding() for place in evidence]
    told = Counter(encoding for encoding in [*found, header.encoding] if encoding)
    usual = max(told, key=lambda encoding: told[encoding], default=None)
    problems = []
    for number, (column, place) in enumerate(zip(header.columns, evidence, strict=True)):
        if found[number] is None and usual and place.fits(usual):
            found[number] = usual
        if column.name and (problem := _shown(column, place, found[number], header.row, sheet)):
            problems.append(problem)
    return found, problems


def _shown(
    column: Column, evidence: Evidence, encoding: Encoding | None, row: int, sheet: Sheet
) -> ManifestProblem | None:
    example = evidence.example[:_SHOWN_LENGTH]
    if encoding:
        converted = convert_cell(example, encoding)
        return ManifestProblem(row, None, column.header, example, "converted_encoding", True, converted)
    if example and not sheet.is_unicode:
        return ManifestProblem(row, None, column.header, example, "unknown_encoding")
    return None
