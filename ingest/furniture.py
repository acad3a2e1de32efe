"""Rows of a table that are no papers: numbers of columns, headers again, totals, signatures."""

import re
from collections.abc import Sequence

from ingest.columns import Column, header_key
from ingest.sheet_child import Cell

_COLUMN_NUMBER = re.compile(r"\(?\s*(\d{1,3}|[A-Za-z])\s*\)?")
_TOTAL = re.compile(r"(tong( cong| so| [0-9]+)?|cong( tong)?|cong lai)\b( .*)?")
_SIGNATURE = re.compile(
    r"(.* )?ngay .*thang .*nam .*|(nguoi|can bo) (lap|lap bieu|lap danh muc|kiem tra|tong hop|giao|nhan)( .*)?"
    r"|lap bieu|(tm|kt) .*|(pho )?(chu tich|truong phong|thu truong|giam doc)( .*)?|xac nhan .*|ky( va)? .*ten.*"
)
_FEW = 3


class Furniture:
    """Tells such rows, asked about the rows below a header one after the other."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._titles = {header_key(column.header) for column in columns} - {""}
        self._file_columns = [place for place, column in enumerate(columns) if column.name == "file"]
        self._is_first = True
        self._signed = False

    def holds(self, cells: Sequence[Cell]) -> bool:
        """Whether this row is no paper. What names a file always is one."""
        filled = [str(cell).strip() for cell in cells if str(cell).strip()]
        is_first, self._is_first = self._is_first, False
        if is_first and _is_numbering(filled):
            return True
        if len(filled) > _FEW:
            return header_key(filled[0]) in self._titles and self._titles.issuperset(map(header_key, filled))
        keys = [header_key(text) for text in filled]
        if len(filled) > 1 and self._titles.issuperset(keys):
            return True
        files = [str(cells[place]).strip() for place in self._file_columns if place < len(cells)]
        if any(text and not _is_remark(text) for text in files):
            # A signature's name may stand under the files' column; nothing else of a paper is there then.
            return self._signed and len(filled) == 1 and "." not in filled[0]
        self._signed |= any(map(_SIGNATURE.fullmatch, keys))
        return self._signed or _TOTAL.fullmatch(keys[0]) is not None


def _is_remark(text: str) -> bool:
    key = header_key(text)
    return "." not in text and bool(_TOTAL.fullmatch(key) or _SIGNATURE.fullmatch(key))


def _is_numbering(filled: Sequence[str]) -> bool:
    """(1) (2) (3), or A B 1 2: one sign a column, the numbers one after the other."""
    found = [_COLUMN_NUMBER.fullmatch(text) for text in filled]
    if len(filled) < _FEW or not all(found):
        return False
    numbers = [int(sign[1]) for sign in found if sign and sign[1].isdecimal()]
    return len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
