"""Texts that a database may refuse: far too long, with signs of no language, with halves of signs."""

from pathlib import Path

import pikepdf
import pytest
import xlsxwriter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ingest.columns import LOCATION_COLUMNS, MIGRATED_COLUMNS
from warehouse.records import FIELD_NAMES

SERIF = Path("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf")
PROSE = "Căn cứ Luật Hộ tịch và xét đề nghị của công chức tư pháp hộ tịch, Ủy ban nhân dân xã xác nhận:"


@pytest.mark.parametrize("name", [*sorted(FIELD_NAMES), *LOCATION_COLUMNS, *MIGRATED_COLUMNS, "kind"])
def test_cell_of_any_length_is_taken_or_told_and_its_paper_is_taken(khoso, scans, draw, listed, name):
    draw(scans / "a.png", ["Giấy xác nhận"])
    manifest = listed(f"file,{name}", f'a.png,"{"Đồng Đăng 12 " * 500}"')
    for more in (["--dry-run"], []):
        done = khoso.outcome("import", scans, "--unit", "06184", "--manifest", manifest, *more)
        assert done.returncode in (0, 3), done.stderr  # 3: something of the list was not taken, and is told
    [(batch,)] = khoso.rows("SELECT id FROM batches")
    assert khoso.json("batch", "show", batch)["stored"] == 1


def test_header_of_any_length_and_places_of_any_length_are_taken_or_told(khoso, scans, draw, listed):
    draw(scans / "a.png", ["Giấy xác nhận"])
    long = "Đồng Đăng 12 " * 500
    account = khoso.take_in(scans, "--manifest", listed(f'file,subject,"{long}"', "a.png,Một việc,x"))
    assert account["stored"] == 1
    khoso.run("import", scans, "--unit", "06184", "--set", f"box={long}", code=2)


def test_signs_that_no_database_takes_do_not_keep_a_list_from_being_read(khoso, scans, draw, tmp_path):
    draw(scans / "a.png", ["Giấy xác nhận"])
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Tên tệp", "Trích yếu"])
        sheet.write_row(1, 0, ["a.png", "Việc_x0000_ này \U0001f600 xong"])
    [item] = khoso.take_in(scans, "--manifest", tmp_path / "list.xlsx")["items"]
    [record] = item["records"]
    assert "xong" in khoso.json("show", record)["fields"]["subject"]["value"]
    assert khoso.found("xong") == [record]


@pytest.mark.parametrize("units", [b"D83DDE00", b"D83D", b"DE00", b"FFFE", b"0000"])
def test_page_whose_own_text_has_signs_of_no_language_is_read(khoso, scans, units):
    pdfmetrics.registerFont(TTFont("Serif", SERIF))
    canvas = Canvas(str(scans / "made.pdf"), pageCompression=0)
    canvas.setFont("Serif", 13)
    for line in range(20):
        canvas.drawString(60, 780 - 20 * line, PROSE)
    canvas.drawString(60, 300, "Lưu hồ sơ w xong")
    canvas.save()
    with pikepdf.open(scans / "made.pdf") as paper:
        for stream in (thing for thing in paper.objects if isinstance(thing, pikepdf.Stream)):
            if b"beginbf" in (table := stream.read_bytes()):
                stream.write(table.replace(b"<0077>", b"<" + units + b">"))  # what the font says a w is
        paper.save(scans / "a.pdf")
    (scans / "made.pdf").unlink()
    [item] = khoso.read(scans)["items"]
    [page] = khoso.json("show", item["records"][0])["pages"]
    assert page["status"] == "ok"
    assert khoso.rows("SELECT path FROM pages") == [("text_layer",)]
    assert "Lưu hồ sơ " in page["text"]
    assert "w" not in page["text"]
    assert khoso.found("xong") == item["records"]
