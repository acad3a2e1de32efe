"""The tables of a list, whatever program wrote it: CSV is read here, workbooks by the reader child."""

import codecs
import csv
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ingest.reader import Reader
from ingest.sheet_child import MOST_COLUMNS, MOST_ROWS, Cell
from warehouse.codes.encodings import from_latin
from warehouse.errors import Refused, UsageError

Row = tuple[int, list[Cell]]
"""A row that is not blank: its number as people see it, and its cells from the first column on."""

MOST_BYTES = 200_000_000
TOP = 60
"""So many rows from the top the header is looked for."""

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DELIMITERS = ",;\t|"
_LINE = 20_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `rows` begins anew at each call; `is_text`: a CSV, where a delimiter too many moves cells to the
    right; `is_unicode`: False if its bytes are of an older encoding, and every sign of them one byte."""

    name: str
    rows: Callable[[], Iterator[Row]]
    is_text: bool = False
    is_unicode: bool = True
    is_hidden: bool = False

    def top(self) -> list[Row]:
        """The rows among which its header is."""
        return list(islice(self.rows(), TOP))


@contextmanager
def opened_tables(path: Path, reader: Reader, score: Callable[[list[Row]], int]) -> Iterator[list[Sheet]]:
    """The sheets of a list, as long as the block runs; `score` tells how much a top looks like a header's.

    Raises UsageError if the file is none of CSV, XLSX, XLS and ODS, is locked, damaged, or beyond the limits.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise UsageError("manifest_too_large", path=path, size=size, limit=MOST_BYTES)
        with path.open("rb") as stream:
            start = stream.read(8)
        if start.startswith(_WORKBOOKS):
            with tempfile.TemporaryDirectory(prefix="khoso-list-") as folder:
                yield _workbook(path, reader, Path(folder) / "rows")
        else:
            yield [_text(path, start, score)]
    except OSError as error:
        raise UsageError("bad_path", path=path) from error


def _workbook(path: Path, reader: Reader, out: Path) -> list[Sheet]:
    try:
        reader.read_table(path, out)
    except Refused as error:
        died = error.reason in {"reader_died", "reader_timeout", "too_much_memory"}
        raise UsageError("manifest_too_heavy" if died else error.reason, path=path, **error.detail) from error
    return list(_sheets(path, out))


def _sheets(path: Path, out: Path) -> Iterator[Sheet]:
    with out.open("rb") as lines:
        while line := lines.readline(_LINE):
            if line.startswith(b"{"):
                head = _parsed(path, line)
                if not isinstance(head, dict) or not isinstance(head.get("sheet"), str):
                    raise UsageError("manifest_damaged", path=path, error="")
                yield Sheet(
                    head["sheet"], _rows_from(path, out, lines.tell()), is_hidden=bool(head.get("hidden"))
                )


def _rows_from(path: Path, out: Path, place: int) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        with out.open("rb") as lines:
            lines.seek(place)
            while (line := lines.readline(_LINE)) and not line.startswith(b"{"):
                yield _row(path, _parsed(path, line))

    return rows


def _parsed(path: Path, line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError("manifest_damaged", path=path, error=error) from error


def _row(path: Path, line: object) -> Row:
    """What the child wrote is a stranger's word too: a workbook may have taken it over."""
    if isinstance(line, list) and len(line) == 2 and isinstance(line[0], int) and isinstance(line[1], list):
        number, cells = line
        if all(isinstance(cell, str | int | float) for cell in cells):
            return number, cells
    raise UsageError("manifest_damaged", path=path, error="")


def _text(path: Path, start: bytes, score: Callable[[list[Row]], int]) -> Sheet:
    encoding = next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
    encoding = encoding or ("utf-8" if _is_utf8(path) else "latin-1")

    def table(delimiter: str) -> Sheet:
        def rows() -> Iterator[Row]:
            return _text_rows(path, encoding, delimiter)

        return Sheet("", rows, is_text=True, is_unicode=encoding != "latin-1")

    tables = [table(delimiter) for delimiter in _DELIMITERS]
    return max(tables, key=lambda sheet: score(_readable_top(sheet)))


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _readable_top(sheet: Sheet) -> list[Row]:
    """The top under a delimiter that may be the wrong one, as far as it can be read."""
    found: list[Row] = []
    try:
        found.extend(islice(sheet.rows(), TOP))
    except UsageError:
        return found
    return found


def _text_rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    number = 0
    try:
        with path.open(encoding=encoding, newline="") as stream:
            for cells in csv.reader(stream, delimiter=delimiter, strict=True):
                number += 1
                if any(map(str.strip, cells)):
                    yield number, _checked(path, number, cells, latin=encoding == "latin-1")
    except csv.Error as error:
        raise UsageError("manifest_not_csv", path=path, row=number + 1, error=error) from error
    except UnicodeError as error:
        raise UsageError("manifest_damaged", path=path, error=error) from error


def _checked(path: Path, number: int, cells: list[str], *, latin: bool) -> list[Cell]:
    if number > MOST_ROWS:
        raise UsageError("manifest_too_many_rows", path=path, limit=MOST_ROWS)
    if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
        raise UsageError("manifest_too_many_columns", path=path, row=number, limit=MOST_COLUMNS)
    if "\0" in "".join(cells):
        raise UsageError("manifest_not_a_list", path=path)
    return [from_latin(cell) if latin else cell for cell in cells]
