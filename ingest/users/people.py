"""A list of people who get accounts: one row a post, in a workbook or CSV, columns in Vietnamese or English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingest.columns import header_key
from ingest.reader import Reader
from ingest.sheet_child import Cell
from ingest.sheets import Row, opened_tables
from warehouse.accounts.posts import NewPost
from warehouse.codes.dates import parse_date, today
from warehouse.errors import UsageError
from warehouse.fields_of_activity import field_names
from warehouse.rights import USUAL_CLASSES

NEEDED = frozenset({"login", "full_name", "unit", "role"})
_UNIT_DIGITS = 5
"""Of a commune's code; spreadsheets take it for a number and drop the zeros before it."""


def _keys(names: Mapping[str, str]) -> dict[str, str]:
    """What each spelling stands for, itself included."""
    return {header_key(spelt): name for name, more in names.items() for spelt in [name, *more.split("|")]}


_COLUMNS = _keys({
    "login": "tên đăng nhập|đăng nhập|tài khoản|tên tài khoản|username|account",
    "full_name": "họ tên|họ và tên|tên cán bộ|name",
    "unit": "mã đơn vị|đơn vị|mã xã|unit code",
    "role": "vai trò|nhiệm vụ",
    "fields": "lĩnh vực|các lĩnh vực|field of activity|fields of activity",
    "classes": "loại hạn chế|giấy tờ hạn chế|class|sensitivity classes",
    "valid_from": "từ|từ ngày|ngày bắt đầu|from",
    "valid_to": "đến|đến ngày|đến hết ngày|ngày kết thúc|to|until",
})  # fmt: skip
_ROLES = _keys({
    "clerk": "cán bộ số hóa|số hóa|cán bộ nhập liệu|cán bộ một cửa",
    "officer": "công chức duyệt|cán bộ duyệt|người duyệt",
    "manager": "lãnh đạo|quản lý",
    "admin": "quản trị|quản trị kho",
    "auditor": "kiểm tra|thanh tra|giám sát",
    "unit_admin": "quản trị đơn vị",
})  # fmt: skip
_CLASSES = _keys({
    "adoption": "nuôi con nuôi",
    "paternity": "nhận cha mẹ con",
    "criminal_record": "lý lịch tư pháp",
    "social_protection": "bảo trợ xã hội",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """A row: its number as people see it, and what stands in its columns."""

    row: int
    values: Mapping[str, str]

    @property
    def login(self) -> str:
        """As it is written."""
        return self.values.get("login", "")

    def post(self) -> NewPost:
        """What the row asks for; raises UsageError, which names what is wrong."""
        if missing := sorted(name for name in NEEDED if not self.values.get(name)):
            raise UsageError("people_value_missing", column=missing[0])
        fields = self._names(
            "fields", {header_key(name): code for code, name in field_names(today()).items()}
        )
        return NewPost(
            unit=self.values["unit"],
            role=_ROLES.get(header_key(self.values["role"]), self.values["role"]),
            fields=fields or None,
            classes=USUAL_CLASSES | self._names("classes", _CLASSES),
            valid_from=self._day("valid_from"),
            valid_to=self._day("valid_to"),
        )

    def _names(self, column: str, known: Mapping[str, str]) -> frozenset[str]:
        """Codes of the names in a cell, parted by ; or commas; one that is unknown stays as it is."""
        parts = re.split(r"[;,\n]", self.values.get(column, ""))
        return frozenset(known.get(header_key(part), part.strip()) for part in parts if part.strip())

    def _day(self, column: str) -> date | None:
        text = self.values.get(column, "")
        if not text:
            return None
        found = parse_date(text)
        if found is None or found.precision != "day":
            raise UsageError("people_bad_day", column=column, value=text)
        return found.first


def read_people(path: Path, reader: Reader) -> list[Listed]:
    """The rows of all sheets that have the needed columns; raises UsageError if none has."""
    found: list[Listed] = []
    with opened_tables(path, reader, _score) as sheets:
        headed = [
            (sheet, header) for sheet in sheets if (header := _header(sheet.top())) and not sheet.is_hidden
        ]
        if not headed:
            raise UsageError("people_no_header", path=path)
        for sheet, (number, columns) in headed:
            found.extend(_listed(row, columns) for row in sheet.rows() if row[0] > number)
    return found


def _header(top: list[Row]) -> tuple[int, list[str | None]] | None:
    """The number of the first row that names all needed columns, and what its columns are."""
    for number, cells in top:
        columns = [_COLUMNS.get(header_key(str(cell))) for cell in cells]
        if NEEDED.issubset(columns):
            return number, columns
    return None


def _score(top: list[Row]) -> int:
    return int(_header(top) is not None)


def _listed(row: Row, columns: list[str | None]) -> Listed:
    number, cells = row
    told = {name: cell for name, cell in zip(columns, cells, strict=False) if name}
    values = {name: _text(cell) for name, cell in told.items()}
    if _lost_zeros(told.get("unit", ""), values.get("unit", "")):
        values["unit"] = values["unit"].zfill(_UNIT_DIGITS)
    return Listed(number, {name: text for name, text in values.items() if text})


def _lost_zeros(cell: Cell, text: str) -> bool:
    """Whether this is a commune's code without its zeros. Only as text can 20 be a province's: the wider one."""
    return text.isdigit() and (not isinstance(cell, str) or _UNIT_DIGITS - 2 <= len(text) < _UNIT_DIGITS)


def _text(cell: Cell) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(cell)).split())
