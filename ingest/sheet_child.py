"""Workbooks as lines of JSON: the part of reading a list that runs in the reader child.

A sheet is a line {"sheet": its name, "hidden"}, then a line [number, [cells]] for each row that is not blank, numbered
as people see it. A cell is a text, a number (whole ones without .0), or a day as text YYYY-MM-DD. Of cells
merged downwards every row gets the value.
"""

import json
import math
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import TextIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from warehouse.errors import Refused, Unavailable

MOST_ROWS = 500_000
MOST_COLUMNS = 256
MOST_TEXT = 300_000_000
MOST_INFLATED = 1_000_000_000
"""Characters written, and bytes inside an XLSX or ODS: 100,000 rows of 20 columns have a tenth of it."""

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Cell = str | int | float


def write_tables(path: Path, out: Path) -> None:
    """Write every sheet of a workbook; raises Refused if it is locked, damaged or beyond the limits.

    Raises Unavailable if `out` cannot be written: that is no fault of the workbook.
    """
    _check_container(path)
    try:
        with (
            path.open("rb") as stream,
            CalamineWorkbook.from_filelike(stream) as book,
            out.open("w", encoding="utf-8") as lines,
        ):
            _Writer(lines).write(book)
    except PasswordError as error:
        raise Refused("manifest_locked") from error
    except (CalamineError, ValueError) as error:
        raise Refused("manifest_damaged", error=error) from error
    except OSError as error:
        raise Unavailable("cannot_write", path=out, error=error.strerror) from error


def _check_container(path: Path) -> None:
    """Locked or bomb, before anything is unpacked: an XLSX or ODS is a ZIP, a locked one or an XLS is OLE."""
    with path.open("rb") as stream:
        is_zip = stream.read(4) == b"PK\x03\x04"
        if not is_zip:
            stream.seek(0)
            if _ENCRYPTED in stream.read():
                raise Refused("manifest_locked")
            return
    try:
        with zipfile.ZipFile(path) as archive:
            inflated = sum(member.file_size for member in archive.infolist())
            encrypted = "META-INF/manifest.xml" in archive.namelist() and _is_locked_ods(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Refused("manifest_damaged", error=error) from error
    if inflated > MOST_INFLATED:
        raise Refused("manifest_too_large", size=inflated, limit=MOST_INFLATED)
    if encrypted:
        raise Refused("manifest_locked")


def _is_locked_ods(archive: zipfile.ZipFile) -> bool:
    with archive.open("META-INF/manifest.xml") as stream:
        return b"encryption-data" in stream.read(1_000_000)


class _Writer:
    """Writes rows and counts them: the limits hold for the workbook as a whole."""

    def __init__(self, lines: TextIO) -> None:
        self._lines = lines
        self._rows = self._text = 0

    def write(self, book: CalamineWorkbook) -> None:
        for meta in book.sheets_metadata:
            if meta.typ is SheetTypeEnum.WorkSheet:
                self._put({"sheet": meta.name, "hidden": meta.visible is not SheetVisibleEnum.Visible})
                for row in _rows(book.get_sheet_by_name(meta.name)):
                    self._count(row)
                    self._put(row)

    def _count(self, row: tuple[int, list[Cell]]) -> None:
        self._rows += 1
        if self._rows > MOST_ROWS:
            raise Refused("manifest_too_many_rows", limit=MOST_ROWS)
        if len(row[1]) > MOST_COLUMNS:
            raise Refused("manifest_too_many_columns", row=row[0], limit=MOST_COLUMNS)

    def _put(self, line: object) -> None:
        text = json.dumps(line, ensure_ascii=False)
        self._text += len(text)
        if self._text > MOST_TEXT:
            raise Refused("manifest_too_large", size=self._text, limit=MOST_TEXT)
        self._lines.write(text + "\n")


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[Cell]]]:
    """The rows that are not blank; the sheet's own first column is the first, whatever stands in it."""
    if sheet.start is None:
        return
    _, left = sheet.start
    merged = _merged_downwards(sheet)
    above: dict[int, Cell] = {}
    for row, values in enumerate(sheet.iter_rows()):
        cells = [*[""] * left, *map(_cell, values)]
        for column, opens in merged.get(row, {}).items():
            cells.extend([""] * (column + 1 - len(cells)))
            if opens:
                above[column] = cells[column]
            cells[column] = above.get(column, "")
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            yield row + 1, cells


def _merged_downwards(sheet: CalamineSheet) -> dict[int, dict[int, bool]]:
    """Row: column: whether it is the first of its merged cells."""
    found: dict[int, dict[int, bool]] = defaultdict(dict)
    last = sheet.end[0] if sheet.end else 0
    for (first_row, column), (last_row, _) in sheet.merged_cell_ranges or ():
        if column < MOST_COLUMNS and last_row > first_row:
            for row in range(first_row, min(last_row, last) + 1):
                found[row][column] = row == first_row
    return found


def _cell(value: object) -> Cell:
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).upper()
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, int | float | str):
        return value.strip() if isinstance(value, str) else value
    return value.isoformat() if isinstance(value, date | time) else str(value)
