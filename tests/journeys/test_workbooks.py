"""Lists as clerks have them: workbooks with titles, old fonts, eaten zeros, days as numbers, a sum at the end."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

HEAD = ["Số TT", "Tên tệp", "Họ và tên", "Số CCCD", "Ngày cấp", "Trích yếu"]
ROWS: list[list[Any]] = [
    [1, "a.png", "NguyÔn V¨n §øc", 20185001234, date(2019, 3, 5), "VÒ viÖc cÊp ®Êt"],
    [2, "b.png", "Hµ ThÞ BÐ", 20185001245, 43529, "VÒ viÖc cÊp ®Êt"],
]


@pytest.fixture
def book(scans: Path, draw: Any, tmp_path: Path) -> Path:
    """A unit's workbook with its two scans."""
    for name in ("a.png", "b.png"):
        draw(scans / name, [f"Giấy xác nhận {name}"])
    with xlsxwriter.Workbook(tmp_path / "danh mục.xlsx") as made:
        sheet, day = made.add_worksheet("Sổ 2019"), made.add_format({"num_format": "dd/mm/yyyy"})
        sheet.merge_range(0, 0, 0, 5, "ỦY BAN NHÂN DÂN XÃ ĐỒNG ĐĂNG")
        sheet.merge_range(1, 0, 1, 5, "DANH MỤC KẾT QUẢ ĐÃ SỐ HÓA NĂM 2019")
        for number, row in enumerate([HEAD, *ROWS, ["", "", "Tổng cộng", 2, "", ""]], 3):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                else:
                    sheet.write(number, column, cell)
    return tmp_path / "danh mục.xlsx"


def values(khoso: Any, account: Any) -> list[tuple[Any, ...]]:
    names = ("holder_name", "issued_on", "subject")
    shown = [khoso.json("show", *item["records"])["fields"] for item in account["items"]]
    return [tuple(fields[name]["value"] for name in names) for fields in shown]


def test_list_of_a_unit_is_understood_as_it_is(khoso, scans, book):
    account = khoso.take_in(scans, "--manifest", book, "--accept-proposals")
    assert values(khoso, account) == [
        ("Nguyễn Văn Đức", "2019-03-05", "Về việc cấp đất"),
        ("Hà Thị Bé", "2019-03-05", "Về việc cấp đất"),
    ]
    assert len(khoso.found("cấp đất")) == 2


def test_eaten_zero_is_proposed_and_put_back_only_when_somebody_says_so(khoso, scans, book):
    khoso.run("import", scans, "--unit", "06184", "--manifest", book, "--dry-run", code=3)
    account = khoso.take_in(scans, "--manifest", book, code=3)
    asked = [problem for problem in account["manifest"] if not problem["warning"]]
    assert [problem["reason"] for problem in asked] == ["leading_zero", "leading_zero"]
    assert "020185001234" in asked[0]["value"]
    assert khoso.rows("SELECT value FROM party_ids") == []
    assert khoso.found("020185001234") == []


def test_eaten_zero_is_put_back_where_proposals_are_accepted(khoso, scans, book):
    account = khoso.take_in(scans, "--manifest", book, "--accept-proposals")
    assert all(problem["warning"] for problem in account["manifest"])
    assert khoso.rows("SELECT value FROM party_ids ORDER BY value") == [("020185001234",), ("020185001245",)]
    assert len(khoso.found("020185001234")) == 1
