"""Manifests: a unit's own CSV list of what it hands over; which row speaks of which file."""

import csv
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TextIO

from ingest.columns import Column, column_named, is_idle
from ingest.manifest_rows import ManifestProblem, ManifestRow, plain_path, read_row
from warehouse.errors import UsageError
from warehouse.text import norm

HEADER_LENGTH = 100
_DELIMITERS = ",;\t"
_WHOLE_FILE = (1, 10**9)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A list as read: its rows in order, and what is wrong with it."""

    rows: list[ManifestRow]
    problems: list[ManifestProblem]


@dataclass(frozen=True, slots=True)
class Matched:
    """Rows by the path of their file, in the order of the list; what is left over; and what is wrong.

    The rows of a file are one for the whole file, or several whose pages don't overlap.
    """

    by_path: dict[str, list[ManifestRow]] = field(default_factory=dict)
    without_file: list[ManifestRow] = field(default_factory=list)
    without_row: list[str] = field(default_factory=list)
    problems: list[ManifestProblem] = field(default_factory=list)


def read_manifest(path: Path) -> Manifest:
    """Read a CSV list: UTF-8, comma, semicolon or tab. Raises UsageError if it is not such a list."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return _read(stream, path)
    except UnicodeDecodeError as error:
        raise UsageError("manifest_not_utf8", path=path) from error
    except csv.Error as error:
        raise UsageError("manifest_not_csv", path=path, row=1, error=error) from error
    except OSError as error:
        raise UsageError("bad_path", path=path) from error


def match(rows: Iterable[ManifestRow], paths: Sequence[str]) -> Matched:
    """Match rows to files: by relative path, else by a unique file name, with or without extension."""
    found = Matched()
    files = _Files(paths)
    candidates: dict[str, list[ManifestRow]] = defaultdict(list)
    for row in rows:
        named = files.named(row.path)
        if len(named) == 1:
            candidates[named[0]].append(row)
        else:
            found.without_file.append(row)
            reason = "ambiguous_file" if named else "no_such_file"
            found.problems.append(ManifestProblem(row.row, row.path, None, None, reason))
    for path, claims in candidates.items():
        found.by_path[path], clashes = _apart(claims)
        found.problems.extend(clashes)
    found.without_row.extend(path for path in paths if path not in candidates)
    found.problems.extend(
        ManifestProblem(None, path, None, None, "no_row", warning=True) for path in found.without_row
    )
    return found


def _read(stream: TextIO, path: Path) -> Manifest:
    numbered = _numbered(csv.reader(stream, delimiter=_delimiter(stream), strict=True), path)
    _, headers = next(numbered, (1, []))
    columns = [Column(header.strip()[:HEADER_LENGTH], column_named(header)) for header in headers]
    if not any(column.name == "file" for column in columns):
        raise UsageError("manifest_no_file_column", path=path, columns=", ".join(headers))
    manifest = Manifest([], list(_column_problems(columns)))
    for number, cells in numbered:
        row, problems = read_row(number, cells, columns)
        manifest.problems.extend(problems)
        if row:
            manifest.rows.append(row)
    return manifest


def _delimiter(stream: TextIO) -> str:
    """The delimiter under which the header names most columns; the stream is left at its start."""

    def columns_named(delimiter: str) -> int:
        stream.seek(0)
        headers = next(csv.reader(stream, delimiter=delimiter), [])
        return sum(column_named(header) is not None for header in headers)

    best = max(_DELIMITERS, key=columns_named)
    stream.seek(0)
    return best


def _numbered(records: Iterable[list[str]], path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each record with its number in the sheet, where the header is row 1 and blank rows count."""
    number = 0
    try:
        for cells in records:
            number += 1
            yield number, cells
    except csv.Error as error:
        raise UsageError("manifest_not_csv", path=path, row=number + 1, error=error) from error


def _column_problems(columns: Iterable[Column]) -> Iterator[ManifestProblem]:
    """Columns that are not understood, or name what another named before them."""
    seen: set[str] = set()
    for column in columns:
        if column.name in seen:
            yield ManifestProblem(1, None, column.header, None, "repeated_column", warning=True)
        elif column.name:
            seen.add(column.name)
        elif not is_idle(column.header):
            yield ManifestProblem(1, None, column.header, None, "unknown_column", warning=True)


class _Files:
    """The files of a batch by every name a list may give them, strictest first."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_path: dict[str, list[str]] = defaultdict(list)
        for path in paths:
            self._by_path[plain_path(path)].append(path)

    def named(self, path: str) -> list[str]:
        """The files a row may mean; the row is clear if it is one."""
        return (
            self._by_path.get(path)
            or self._by_name.get(_loose(path))
            or self._by_name.get(_loose(PurePosixPath(path).name), [])
        )

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """Built only for lists that don't write every path in full."""
        index: dict[str, list[str]] = defaultdict(list)
        for plain, paths in self._by_path.items():
            path = PurePosixPath(plain)
            for name in {plain, str(path.with_suffix("")), path.name, path.stem}:
                index[_loose(name)].extend(paths)
        return index


def _apart(rows: list[ManifestRow]) -> tuple[list[ManifestRow], list[ManifestProblem]]:
    """The rows that don't clash, those with pages first; a clash goes to the later row."""
    kept: list[ManifestRow] = []
    problems: list[ManifestProblem] = []
    taken: list[tuple[int, int]] = []
    for row in sorted(rows, key=lambda row: row.pages is None):
        pages = row.pages or _WHOLE_FILE
        place = bisect(taken, pages)
        # What is taken is sorted and apart, so only the neighbours can overlap.
        if any(
            pages[0] <= last and first <= pages[1] for first, last in taken[max(place - 1, 0) : place + 1]
        ):
            reason = "overlapping_pages" if row.pages else "repeated_file"
            problems.append(ManifestProblem(row.row, row.path, None, _spelled(row.pages), reason))
        else:
            taken.insert(place, pages)
            kept.append(row)
    return sorted(kept, key=lambda row: row.row), problems


def _spelled(pages: tuple[int, int] | None) -> str | None:
    return f"{pages[0]}-{pages[1]}" if pages else None


def _loose(name: str) -> str:
    return norm(name).casefold()
