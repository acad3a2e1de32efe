"""Which row of a list speaks of which files: by name, by order, or by what file names say."""

from bisect import bisect, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from natsort import natsorted, ns

from ingest.file_names import Answer, by_name, only
from ingest.file_signs import by_entry, by_number
from ingest.manifest_rows import ManifestProblem, ManifestRow

Matching = Literal["auto", "name", "sequence", "number", "entry"]
MATCHINGS: tuple[Matching, ...] = get_args(Matching)

_WHOLE_FILE = (1, 10**9)


@dataclass(frozen=True, slots=True)
class Matched:
    """What came of a list's rows. `files_of`: row number: its files' paths in the row's own order, several for a
    paper over several files, none for a row that stays as metadata only. Rows of one file have pages that lie
    apart, or the file is one row's alone."""

    files_of: dict[int, list[str]] = field(default_factory=dict)
    rows: list[ManifestRow] = field(default_factory=list)
    without_row: list[str] = field(default_factory=list)
    problems: list[ManifestProblem] = field(default_factory=list)


def match(rows: Sequence[ManifestRow], paths: Sequence[str], how: Matching = "auto") -> Matched:
    """Match rows to files; what is not clear is reported and not guessed.

    `name`: the cell's path, else a unique file name, with or without extension. `sequence`: the order of the
    list is that of the names, 2 before 10. `number`, `entry`: the name holds the reference number, or the
    number of the register entry. `auto`: by name if the list names files, else by number or entry if that
    finds a file for every row.
    """
    if how == "sequence" and len(rows) != len(paths):
        counts = f"{len(rows)}/{len(paths)}"
        return _unmatched(rows, paths, ManifestProblem(None, None, None, counts, "counts_differ"))
    answers = _automatic(rows, paths) if how == "auto" else _WAYS[how](rows, paths)
    if answers is None:
        return _unmatched(rows, paths, ManifestProblem(None, None, None, None, "no_file_column"))
    return _settled(rows, paths, answers)


def _automatic(rows: Sequence[ManifestRow], paths: Sequence[str]) -> list[Answer] | None:
    """None if the list names no files and nothing else leads to one for every row."""
    if any(row.cell for row in rows):
        return by_name(rows, paths)
    for way in (_by_number, _by_entry):
        answers = way(rows, paths)
        if all(answer.paths or row.migrated for row, answer in zip(rows, answers, strict=True)):
            return answers
    return None


def _by_sequence(rows: Sequence[ManifestRow], paths: Sequence[str]) -> list[Answer]:
    return [Answer([path]) for path in natsorted(paths, alg=ns.PATH | ns.IGNORECASE)]


def _by_number(rows: Sequence[ManifestRow], paths: Sequence[str]) -> list[Answer]:
    return _by_sign(rows, by_number([row.values for row in rows], paths), "reference_number")


def _by_entry(rows: Sequence[ManifestRow], paths: Sequence[str]) -> list[Answer]:
    return _by_sign(rows, by_entry([row.values for row in rows], paths), "register_entry")


def _by_sign(rows: Sequence[ManifestRow], claims: Mapping[str, list[int]], name: str) -> list[Answer]:
    """Unique both ways: a file that may be several rows' is none's, nor are several files one row's."""
    found: dict[int, list[str]] = defaultdict(list)
    unclear: set[int] = set()
    for path, places in claims.items():
        for place in places:
            found[place].append(path)
        if len(places) > 1:
            unclear.update(places)
    return [
        only(found[place], row.values.get(name), unclear=place in unclear) for place, row in enumerate(rows)
    ]


_WAYS: Mapping[Matching, Callable[[Sequence[ManifestRow], Sequence[str]], list[Answer]]] = {
    "name": by_name, "sequence": _by_sequence, "number": _by_number, "entry": _by_entry,
}  # fmt: skip


def _settled(rows: Sequence[ManifestRow], paths: Sequence[str], answers: Sequence[Answer]) -> Matched:
    found = Matched()
    claims: list[tuple[ManifestRow, list[str]]] = []
    for row, answer in zip(rows, answers, strict=True):
        if answer.paths:
            claims.append(
                (_without_pages(row, found.problems) if len(answer.paths) > 1 else row, answer.paths)
            )
            continue
        if row.migrated:
            claims.append((row, []))
        reason = "metadata_only" if row.migrated else answer.reason
        found.problems.append(_problem(row, answer.sought, reason, warning=row.migrated is not None))
    kept = _apart(claims, found.problems)
    found.rows.extend(row for row, _ in kept)
    found.files_of.update((row.row, list(files)) for row, files in kept)
    claimed = {path for _, files in claims for path in files}
    found.without_row.extend(path for path in paths if path not in claimed)
    found.problems.extend(
        ManifestProblem(None, path, None, None, "no_row", warning=True) for path in found.without_row
    )
    return found


def _unmatched(rows: Iterable[ManifestRow], paths: Iterable[str], why: ManifestProblem) -> Matched:
    """Nothing meets; what came from an older system stays as metadata all the same."""
    kept = [row for row in rows if row.migrated]
    return Matched({row.row: [] for row in kept}, kept, list(paths), [why])


def _without_pages(row: ManifestRow, problems: list[ManifestProblem]) -> ManifestRow:
    """A row of several files takes each as a whole: pages would not say of which."""
    if row.pages is None:
        return row
    problems.append(_problem(row, row.cell, "pages_of_several_files"))
    return replace(row, pages=None)


def _apart(
    claims: Sequence[tuple[ManifestRow, list[str]]], problems: list[ManifestProblem]
) -> list[tuple[ManifestRow, list[str]]]:
    """The rows that don't clash, those with pages first; a clash goes to the later row."""
    lost: set[int] = set()
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row, paths in sorted(claims, key=lambda claim: claim[0].pages is None):
        pages = row.pages or _WHOLE_FILE
        clash = next((path for path in paths if _overlaps(taken[path], pages)), None)
        if clash is None:
            for path in paths:
                insort(taken[path], pages)
        else:
            lost.add(row.row)
            problems.append(_problem(row, clash, "overlapping_pages" if row.pages else "repeated_file"))
    return [claim for claim in claims if claim[0].row not in lost]


def _overlaps(taken: Sequence[tuple[int, int]], pages: tuple[int, int]) -> bool:
    """What is taken is sorted and apart, so only the neighbours can overlap."""
    place = bisect(taken, pages)
    neighbours = taken[max(place - 1, 0) : place + 1]
    return any(pages[0] <= last and first <= pages[1] for first, last in neighbours)


def _problem(row: ManifestRow, path: str | None, reason: str, *, warning: bool = False) -> ManifestProblem:
    pages = f"{row.pages[0]}-{row.pages[1]}" if row.pages else None
    return ManifestProblem(row.row, path, None, pages, reason, warning)
