"""Where the header of a table is, below titles and in one row or two, and what its columns name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.columns import HEADER_LENGTH, Column, column_named, header_key
from ingest.sheets import Row
from warehouse.codes.encodings import ENCODINGS, Encoding, convert_cell

CLEAR = 2
"""So many named columns make a header; one is enough only if nothing better is there, and it names files."""

_NO_MAP: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Header:
    """`row` is the number of its last row; `encoding` the one it is written in, None for Unicode."""

    row: int
    columns: list[Column]
    encoding: Encoding | None = None

    @property
    def score(self) -> int:
        """How many different things its columns name."""
        return len({column.name for column in self.columns if column.name})

    @property
    def names_files(self) -> bool:
        """Whether one of its columns says which file."""
        return any(column.name == "file" for column in self.columns)


def find_header(top: Sequence[Row], called: Mapping[str, str] = _NO_MAP) -> Header | None:
    """The row, or two rows one below the other, that name most columns; of equals the first, and in Unicode."""
    found = max(_candidates(top, called), key=lambda header: header.score, default=None)
    return found if found and (found.score >= CLEAR or found.names_files) else None


def _candidates(top: Sequence[Row], called: Mapping[str, str]) -> Iterator[Header]:
    plain = [(number, [_title(cell, None) for cell in cells]) for number, cells in top]
    for encoding in (None, *ENCODINGS):
        rows = [(number, [_title(cell, encoding) for cell in cells]) for number, cells in top]
        if encoding and rows == plain:
            continue
        # A pair comes before its lower row, so that of equals the one that knows the groups is taken.
        alone = [Header(row, [_column(title, called) for title in titles], encoding) for row, titles in rows]
        for place, lower in enumerate(alone):
            upper = alone[place - 1] if place else lower
            several = len({column.header for column in upper.columns if column.header}) > 1
            if several and lower.row == upper.row + 1 and upper.score + lower.score:
                columns = _of_two_rows(rows[place - 1][1], rows[place][1], called)
                yield Header(lower.row, columns, encoding)
            yield lower


def _title(cell: object, encoding: Encoding | None) -> str:
    text = " ".join(cell.split()) if isinstance(cell, str) else ""
    return convert_cell(text, encoding) if encoding else text


def _column(title: str, called: Mapping[str, str], group: str = "") -> Column:
    return Column(title[:HEADER_LENGTH], column_named(title, called, group))


def _of_two_rows(upper: Sequence[str], lower: Sequence[str], called: Mapping[str, str]) -> list[Column]:
    """Groups above, columns below; a group reaches over the blank cells to its right that have a column below."""
    columns: list[Column] = []
    groups: list[str] = []
    for place in range(max(len(upper), len(lower))):
        above = upper[place] if place < len(upper) else ""
        title = lower[place] if place < len(lower) else ""
        if not above and title and groups:
            above = groups[-1]
        group = above if title and title != above else ""
        groups.append(group)
        columns.append(_column(title or above, called, group))
    return list(_of_one_person(columns, groups))


def _of_one_person(columns: Sequence[Column], groups: Sequence[str]) -> Iterator[Column]:
    """What names a holder in another group than the holder's name is another person's: wife, child, buyer."""
    named = (group for column, group in zip(columns, groups, strict=True) if column.name == "holder_name")
    holder = header_key(next(named, ""))
    for column, group in zip(columns, groups, strict=True):
        others = (column.name or "").startswith("holder_") and header_key(group) not in ("", holder)
        yield Column(column.header, None) if others and holder else column
