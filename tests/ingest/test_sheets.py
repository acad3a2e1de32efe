"""Lists as workbooks: where the list is in them, what their cells mean, and which are refused."""

import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ingest import sheets
from ingest.manifest import Manifest, read_manifest
from ingest.manifest_rows import ManifestRow
from ingest.reader import Reader
from warehouse.errors import Unavailable, UsageError
from warehouse.records import Limits

pytestmark = pytest.mark.engineless

Fill = Callable[[Workbook, Worksheet], None]
HEADER = ["Tên tệp", "Số ký hiệu", "Ngày cấp", "Họ tên", "Số định danh", "Ngày sinh"]


def workbook(path: Path, *fills: Fill) -> Path:
    with Workbook(path) as book:
        for fill in fills:
            fill(book, book.add_worksheet())
    return path


def table(*rows: list[Any], first: int = 0) -> Fill:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows, first):
            for column, cell in enumerate(row):
                put(sheet, number, column, cell, day)

    return fill


def put(sheet: Worksheet, row: int, column: int, cell: Any, day: Format) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    else:
        sheet.write(row, column, cell)


def read(path: Path) -> Manifest:
    return read_manifest(path)


def reasons_of(manifest: Manifest) -> list[tuple[int | None, str | None, str]]:
    return [(problem.row, problem.column, problem.reason) for problem in manifest.problems]


def refusal(path: Path) -> UsageError:
    with pytest.raises(UsageError) as refused:
        read_manifest(path)
    assert "?" not in refused.value.message["vi"].replace(str(path), "")
    return refused.value


def test_a_workbook_gives_the_same_rows_as_a_csv(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "list.xlsx",
        table(HEADER, ["a.pdf", "12/QĐ-UBND", date(2025, 1, 6), "Nguyễn Thị Hòa", "020185001234", "1985"]),
    )
    manifest = read(path)
    assert manifest.problems == []
    (tmp_path / "list.csv").write_text(
        f"{','.join(HEADER)}\na.pdf,12/QĐ-UBND,06/01/2025,Nguyễn Thị Hòa,020185001234,1985\n"
    )
    [row], [same] = manifest.rows, read(tmp_path / "list.csv").rows
    same.sheet = "Sheet1"
    assert row == same


def test_the_type_is_told_by_the_bytes_and_not_by_the_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", table(["file", "subject"], ["a.pdf", "đất"]))
    assert read(path.rename(tmp_path / "list.csv")).rows[0].values == {"subject": "đất"}


def test_the_header_is_found_below_titles_and_a_row_of_column_numbers_is_left_out(tmp_path: Path) -> None:
    rows = [["UBND XÃ ĐỒNG ĐĂNG"], ["DANH MỤC HỒ SƠ SỐ HÓA", "", "", "Năm 2020"], [], HEADER]
    rows += [["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"], ["a.pdf"], [], ["b.pdf"], ["Tổng cộng", 2]]
    rows += [
        ["", "", "", "Đồng Đăng, ngày 5 tháng 3 năm 2020"],
        ["", "", "", "Người lập"],
        ["", "", "", "Trần B"],
    ]
    manifest = read(workbook(tmp_path / "list.xlsx", table(*rows, first=1)))
    assert [(row.row, row.cell) for row in manifest.rows] == [(7, "a.pdf"), (9, "b.pdf")]
    assert reasons_of(manifest) == [(number, None, "row_left_out") for number in (6, 10, 11, 12, 13)]
    assert all(problem.warning for problem in manifest.problems)


def test_a_header_of_two_rows_tells_the_holder_from_other_people(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        plain = book.add_format()
        sheet.merge_range("A2:A3", "Tên tệp", plain)
        sheet.merge_range("B2:D2", "Chủ giấy tờ", plain)
        sheet.write_row("B3", ["Họ và tên", "Ngày sinh", "Số CCCD"])
        sheet.merge_range("E2:F2", "Người cha", plain)
        sheet.write_row("E3", ["Họ và tên", "Ngày sinh"])
        sheet.merge_range("G2:H2", "Người ký", plain)
        sheet.write_row("G3", ["Họ tên", "Chức vụ"])
        sheet.write_row("A4", ["a.pdf", "", "2001", "", "Trần Cha", "1970", "Lê Ký", "Chủ tịch"])

    manifest = read(workbook(tmp_path / "list.xlsx", fill))
    [row] = manifest.rows
    assert (row.row, row.cell) == (4, "a.pdf")
    assert row.values == {"holder_birth_date": "2001", "signer": "Lê Ký", "signing_capacity": "Chủ tịch"}
    assert [problem.reason for problem in manifest.problems] == ["unknown_column", "unknown_column"]


def test_the_number_of_a_wife_is_not_given_to_her_husband(tmp_path: Path) -> None:
    rows = [["Tên tệp", "Chồng", "", "Vợ"], ["", "Họ tên", "Số CCCD", "Họ tên", "Số CCCD"]]
    rows += [["a.pdf", "Trần Văn An", "", "Lê Thị Hoa", "020185001234"]]
    manifest = read(workbook(tmp_path / "list.xlsx", table(*rows)))
    assert manifest.rows[0].values == {"holder_name": "Trần Văn An"}


def test_cells_merged_downwards_give_every_row_their_value(tmp_path: Path) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_row("C3", ["Tên tệp", "Số quyển", "Họ tên"])
        sheet.merge_range("D4:D6", 7, book.add_format())
        for number, name in enumerate(("a", "b", "c", "d"), 3):
            sheet.write_row(number, 2, [f"{name}.pdf", 8 if name == "d" else None, name])

    manifest = read(workbook(tmp_path / "list.xlsx", fill))
    assert [row.values["register_book"] for row in manifest.rows] == ["7", "7", "7", "8"]
    assert [row.row for row in manifest.rows] == [4, 5, 6, 7]


def test_every_sheet_with_a_header_is_read_and_rows_keep_different_numbers(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "list.xlsx",
        table(["Hướng dẫn: ghi tên tệp vào cột đầu"], ["Tên tệp", "tên của tệp quét"]),
        table(["Tên tệp", "Số CCCD"], ["a.pdf", "123"]),
        table(),
        table(["Tên tệp", "Họ tên"], ["b.pdf", "Nguyễn B"]),
    )
    manifest = read(path)
    assert [(row.row, row.sheet, row.cell) for row in manifest.rows] == [
        (2, "Sheet2", "a.pdf"),
        (1_000_002, "Sheet4", "b.pdf"),
    ]
    assert reasons_of(manifest) == [
        (None, "Sheet1", "sheet_without_header"),
        (None, "Sheet3", "sheet_without_header"),
        (2, "Sheet2!Số CCCD", "bad_personal_id"),
    ]


def test_a_hidden_sheet_is_not_read_but_named(tmp_path: Path) -> None:
    def hidden(book: Workbook, sheet: Worksheet) -> None:
        table(["Tên tệp", "Họ tên"], ["b.pdf", "Nguyễn B"])(book, sheet)
        sheet.hide()

    manifest = read(workbook(tmp_path / "list.xlsx", table(["file", "subject"], ["a.pdf"]), hidden))
    assert [row.cell for row in manifest.rows] == ["a.pdf"]
    assert reasons_of(manifest) == [(None, "Sheet2", "hidden_sheet")]


def test_days_are_read_from_days_serial_numbers_and_years(tmp_path: Path) -> None:
    days = [date(2019, 3, 5), 43529, 2019, "5.3.19", "ngày 5 tháng 3 năm 2019", "05/2019", "12/31/2019", 3]
    path = workbook(
        tmp_path / "list.xlsx",
        table(["file", "Ngày cấp"], *[[f"{n}.pdf", day] for n, day in enumerate(days)]),
    )
    manifest = read(path)
    read_as = [row.values.get("issued_on") for row in manifest.rows]
    assert read_as == ["2019-03-05", "2019-03-05", "2019", "2019-03-05", "2019-03-05", "2019-05", None, None]
    assert [row.precisions.get("issued_on") for row in manifest.rows][:3] == ["day", "day", "year"]
    assert [reason for _, _, reason in reasons_of(manifest)] == ["two_digit_year", "bad_date", "bad_date"]


def test_numbers_are_texts_without_decimals_and_lost_digits_are_told(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "list.xlsx",
        table(["file", "box", "subject"], [12, 7, 1234567890123456789], [13, 7.5, 12], [14, True, "1,2E+11"]),
    )
    manifest = read(path)
    assert [(row.cell, row.location["box"], row.values.get("subject")) for row in manifest.rows] == [
        ("12", "7", None),
        ("13", "7.5", "12"),
        ("14", "TRUE", None),
    ]
    assert [reason for _, _, reason in reasons_of(manifest)] == ["lost_digits", "lost_digits"]


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "list.xlsx", table(["file", "subject"], *[[f"{n}.pdf", "x"] for n in range(999)])
    )
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], whole.replace(b"xl/work", b"xl/\0ork")):
        path.write_bytes(content)
        assert refusal(path).reason in {"manifest_damaged", "manifest_no_header"}


def test_a_full_disk_is_not_called_a_fault_of_the_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", table(HEADER, ["a.pdf"]))
    with Reader(Limits()) as reader, pytest.raises(Unavailable) as failed:
        reader.read_table(path, Path("/dev/full"))
    assert failed.value.reason == "cannot_write"


def test_a_bomb_in_a_workbook_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", table(["file", "subject"]))
    content = bytearray(path.read_bytes())
    size = content.index(b"PK\1\2") + 24  # of the first member, in the directory
    content[size : size + 4] = struct.pack("<I", 2_000_000_000)
    path.write_bytes(content)
    assert refusal(path).reason == "manifest_too_large"


def test_a_cell_at_the_far_end_of_a_sheet_costs_the_list_and_not_the_machine(tmp_path: Path) -> None:
    path = workbook(tmp_path / "list.xlsx", table(["file", "subject"]))
    far = path.with_name("far.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(far, "w") as target:
        for member in source.namelist():
            content = source.read(member).replace(
                b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            )
            target.writestr(member, content)
    assert refusal(far).reason == "manifest_too_heavy"


def test_a_list_with_too_many_rows_or_columns_or_bytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = workbook(tmp_path / "wide.xlsx", table(["file", "subject"], [str(n) for n in range(300)]))
    assert refusal(wide).reason == "manifest_too_many_columns"
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    long = tmp_path / "long.csv"
    long.write_text("file,subject\na.pdf,x\nb.pdf,y\n")
    assert refusal(long).reason == "manifest_too_many_rows"
    monkeypatch.setattr(sheets, "MOST_BYTES", 20)
    assert refusal(long).reason == "manifest_too_large"


def test_a_missing_list_is_refused_for_workbooks_too(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.xlsx").reason == "bad_path"


def test_a_readers_answer_that_is_no_table_is_not_believed(tmp_path: Path) -> None:
    class Liar(sheets.Reader):
        def read_table(self, path: Path, out: Path) -> None:
            out.write_text('{"sheet": "So"}\n[1, ["file", "subject"]]\n[2, [{"a": 1}]]\n')

    path = workbook(tmp_path / "list.xlsx", table())
    with pytest.raises(UsageError) as refused:
        read_manifest(path, Liar(Limits()))
    assert refused.value.reason == "manifest_damaged"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_in_every_form(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("Tên tệp\tHọ tên\na.pdf\tNguyễn Hòa\n".encode(encoding))
    assert read(path).rows == [ManifestRow(2, "a.pdf", values={"holder_name": "Nguyễn Hòa"})]
