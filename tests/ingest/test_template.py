import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import load_workbook

from ingest.columns import column_named
from ingest.manifest import read_manifest
from ingest.template import HEADINGS, write_template
from warehouse.errors import UsageError
from warehouse.records import FIELD_NAMES

pytestmark = pytest.mark.engineless

SHEET = "xl/worksheets/sheet1.xml"


def columns_of(path: Path) -> list[str]:
    return [str(cell) for cell in load_workbook(str(path)).get_sheet_by_name("Danh mục").to_python()[0]]


def template(tmp_path: Path, type_name: str | None) -> Path:
    out = tmp_path / "mẫu.xlsx"
    write_template(out, type_name)
    return out


def test_the_import_understands_every_heading_and_each_field_has_one() -> None:
    assert {name: column_named(title) for name, (title, _, _) in HEADINGS.items()} == {
        name: name for name in HEADINGS
    }
    asked_of_reading = {"parent_agency", "place", "signing_capacity", "result_type"}
    assert set(FIELD_NAMES) - set(HEADINGS) == asked_of_reading


def test_civil_status_has_its_register_and_other_papers_have_not(tmp_path: Path) -> None:
    register = {"Loại sổ", "Năm sổ", "Quyển số", "Số đăng ký"}
    assert register <= set(columns_of(template(tmp_path, "giấy khai sinh")))
    assert register <= set(columns_of(template(tmp_path, "KQ.G15.000032")))
    permit = columns_of(template(tmp_path, "Giấy phép lái xe"))
    assert register.isdisjoint(permit)
    assert "Hiệu lực đến" in permit
    assert "Hiệu lực đến" not in columns_of(template(tmp_path, "Giấy khai sinh"))
    assert "Trích yếu" in columns_of(template(tmp_path, "QĐ"))


def test_a_type_that_nobody_knows_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        template(tmp_path, "Giấy nhập học")
    assert "Giấy khai sinh" in refused.value.message["vi"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_template(tmp_path / "none" / "x.xlsx")


def test_every_column_is_text_the_header_stays_in_view_and_choices_drop_down(tmp_path: Path) -> None:
    with zipfile.ZipFile(template(tmp_path, None)) as archive:
        sheet, styles = archive.read(SHEET).decode(), archive.read("xl/styles.xml").decode()
        book = archive.read("xl/workbook.xml").decode()
    assert sheet.count("<col ") > 0
    assert sheet.count("<col ") == sheet.count('style="1"')
    assert styles.split("<cellXfs")[1].split("<xf ")[2].startswith('numFmtId="49"')  # 49 is @: text
    assert 'state="frozen"' in sheet
    assert sheet.count("<dataValidation ") == 4
    assert 'state="hidden"' in book


def test_what_a_person_fills_in_comes_through_the_import_as_it_was_typed(tmp_path: Path) -> None:
    filled = tmp_path / "filled.xlsx"
    said = {
        "file": "Hộp 1/a.pdf; b.pdf", "doc_type": "Giấy khai sinh", "reference_number": "05/2019",
        "issued_on": "05/03/2019", "holder_name": "=Lê An", "holder_id": "001093000123", "register_book": "01",
        "register_entry": "012", "register_year": "2019", "kind": "Thành phần", "secrecy": "Mật", "box": "007",
    }  # fmt: skip
    _fill_in(template(tmp_path, "Giấy khai sinh"), filled, said)
    manifest = read_manifest(filled)
    assert [problem.reason for problem in manifest.problems if not problem.warning] == []
    [row] = manifest.rows
    assert (row.cell, row.kind, row.secrecy) == (said["file"], "component", "mat")
    assert row.location == {"box": "007"}
    assert row.values["holder_id"] == "001093000123"
    assert (row.values["issued_on"], row.values["register_entry"]) == ("2019-03-05", "012")


def _fill_in(empty: Path, filled: Path, said: dict[str, str]) -> None:
    """As a spreadsheet does: every sheet as it is, and one row of text more in the first."""
    source = load_workbook(str(empty))
    with xlsxwriter.Workbook(filled, {"strings_to_formulas": False}) as book:
        for name in source.sheet_names:
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(source.get_sheet_by_name(name).to_python()):
                for place, cell in enumerate(cells):
                    sheet.write_string(number, place, str(cell))
        by_title = {title: said[name] for name, (title, _, _) in HEADINGS.items() if name in said}
        first = book.get_worksheet_by_name("Danh mục")
        for place, title in enumerate(columns_of(empty)):
            first.write_string(1, place, by_title.get(title, ""))
