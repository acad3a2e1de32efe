"""Which files a cell of a list names: by path, else by a name that only one file has."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from ingest.manifest_rows import ManifestRow, plain_path
from warehouse.text import norm

_BETWEEN_FILES = tuple(re.compile(sign) for sign in (r"[;\n|]+", r"\s\+\s", r","))
"""What may stand between the files of one cell, the surest first: names have commas too."""


class Answer(NamedTuple):
    """The files of one row; or none, the reason why not, and the name that was sought."""

    paths: list[str]
    reason: str = ""
    sought: str | None = None


def by_name(rows: Iterable[ManifestRow], paths: Sequence[str]) -> list[Answer]:
    """The files that each row's cell names, in its order: path, else unique name, with or without extension."""
    files = _Files(paths)
    return [_named(row.cell, files) for row in rows]


class _Files:
    """The files of a batch by every name a list may give them, strictest first."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_path: dict[str, list[str]] = defaultdict(list)
        for path in paths:
            self._by_path[plain_path(path)].append(path)

    def named(self, cell: str) -> list[str]:
        """The files a name may mean; it is clear if it is one."""
        path = plain_path(cell)
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


def _named(cell: str, files: _Files) -> Answer:
    """The whole cell is tried as one name first; only then is it taken for several."""
    if not cell:
        return Answer([], "missing_file_name")
    told = only(files.named(cell), cell)
    if told.paths:
        return told
    for parts in _readings(cell):
        answers = [only(files.named(part), part) for part in parts]
        unclear = [answer for answer in answers if not answer.paths]
        if not unclear:
            return Answer(list(dict.fromkeys(answer.paths[0] for answer in answers)))
        if len(unclear) < len(answers):  # some are files, so the cell does name several: say which one is not
            told = unclear[0]
    return told


def _readings(cell: str) -> Iterator[list[str]]:
    """The ways in which a cell can be several names."""
    for sign in _BETWEEN_FILES:
        parts = [part.strip() for part in sign.split(cell) if part.strip()]
        if parts and parts != [cell]:
            yield parts


def only(found: list[str], sought: str | None, *, unclear: bool = False) -> Answer:
    """One file is an answer; none or several are not, nor is what is `unclear` for another reason."""
    if unclear or len(found) > 1:
        return Answer([], "ambiguous_file", sought)
    return Answer(found) if found else Answer([], "no_such_file", sought)


def _loose(name: str) -> str:
    return norm(name).casefold()
