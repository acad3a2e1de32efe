"""When a page's own text is taken, and when it isn't the page's text."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from ocr.null import NullEngine
from ocr.page import read_page
from warehouse.records import Limits, PageReading

LINES = [
    f"Điều {number}. Giao phòng Văn hóa chủ trì, phối hợp lập hồ sơ theo dõi." for number in range(1, 15)
]


@pytest.fixture
def canvas(tmp_path: Path) -> Canvas:
    pdfmetrics.registerFont(
        TTFont("Serif", "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf")
    )
    sheet = Canvas(str(tmp_path / "page.pdf"), pagesize=A4)
    sheet.setFont("Serif", 13)
    return sheet


def write(canvas: Canvas, lines: list[str] = LINES) -> None:
    canvas.drawCentredString(180, 780, "ỦY BAN NHÂN DÂN")
    canvas.drawCentredString(180, 762, "XÃ ĐỒNG ĐĂNG")
    canvas.drawString(130, 735, "Số:          /QĐ-UBND")
    canvas.drawCentredString(410, 780, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    canvas.drawCentredString(410, 762, "Độc lập - Tự do - Hạnh phúc")
    canvas.drawCentredString(410, 735, "Đồng Đăng, ngày 17 tháng 9 năm 2025")
    for row, line in enumerate(lines):
        canvas.drawString(85, 680 - 22 * row, line)


def read(canvas: Canvas) -> PageReading:
    canvas.save()
    return read_page(Path(canvas._filename), 1, NullEngine(), Limits())


def test_a_born_digital_page_gives_its_own_words_by_zones_without_the_engine(canvas: Canvas) -> None:
    write(canvas)
    reading = read(canvas)
    assert (reading.status, reading.path, reading.width, reading.height) == ("ok", "text_layer", 1654, 2339)
    assert reading.text.splitlines()[:2] == ["ỦY BAN NHÂN DÂN", "XÃ ĐỒNG ĐĂNG"]
    assert {word.zone for word in reading.words[:7]} == {"header_left"}
    assert reading.text.splitlines()[-1] == LINES[-1]
    x0, y0, x1, y1 = next(word.box for word in reading.words if word.text == "Điều")
    assert (x0, y1) == pytest.approx((85 * 200 / 72, (842 - 680) * 200 / 72), abs=10)
    assert x0 < x1
    assert y0 < y1


def test_words_of_a_turned_page_have_boxes_on_the_page_as_shown(canvas: Canvas) -> None:
    write(canvas)
    canvas.save()
    path = Path(canvas._filename)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Rotate = 90
        pdf.save(path)
    reading = read_page(path, 1, NullEngine(), Limits())
    assert (reading.width, reading.height) == (2339, 1654)
    first = min((word.box for word in reading.words if word.text == "Điều"), key=lambda box: -box[2])
    assert (first[0], first[1]) == pytest.approx((680 * 200 / 72, 85 * 200 / 72), abs=12)


def test_a_signatures_statement_on_a_scan_is_not_the_pages_text(canvas: Canvas, paper: Image.Image) -> None:
    canvas.drawImage(ImageReader(paper), 0, 0, *A4)
    for row in range(4):
        canvas.drawString(330, 820 - 12 * row, "Ký bởi: Ủy ban nhân dân xã Đồng Đăng, thời gian ký 17/9/2025")
    assert read(canvas).path != "text_layer"


def test_text_a_scanner_laid_under_its_picture_is_not_taken(canvas: Canvas, paper: Image.Image) -> None:
    text = canvas.beginText(85, 680)
    text.setTextRenderMode(3)
    text.textLines(LINES)
    canvas.drawText(text)
    canvas.drawImage(ImageReader(paper), 0, 0, *A4)
    assert read(canvas).path != "text_layer"


def test_text_in_an_old_font_without_unicode_is_not_taken(canvas: Canvas) -> None:
    write(canvas, ["Céng hoµ x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc"] * 14)
    assert read(canvas).path != "text_layer"


def test_few_words_beside_a_drawing_are_not_taken_for_the_page(canvas: Canvas) -> None:
    canvas.drawString(330, 820, "Ký bởi: Ủy ban nhân dân xã")
    canvas.line(100, 100, 500, 700)
    assert read(canvas).path != "text_layer"


def stamped(canvas: Canvas, rectangle: list[int], drawing: bytes) -> Callable[[], PageReading]:
    """Adds an annotation whose appearance is `drawing` in Helvetica."""
    canvas.save()
    path = Path(canvas._filename)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        name = pikepdf.Name
        font = pikepdf.Dictionary(Type=name.Font, Subtype=name.Type1, BaseFont=name.Helvetica)
        looks = pdf.make_stream(drawing, Type=name.XObject, Subtype=name.Form)
        looks.BBox = [0, 0, rectangle[2] - rectangle[0], rectangle[3] - rectangle[1]]
        looks.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        note = pikepdf.Dictionary(Type=name.Annot, Subtype=name.Stamp, Rect=rectangle, F=4)
        note.AP = pikepdf.Dictionary(N=looks)
        pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(note)]))
        pdf.save(path)
    return lambda: read_page(path, 1, NullEngine(), Limits())


def test_a_number_set_on_signing_completes_the_line_it_stands_in(canvas: Canvas) -> None:
    write(canvas)
    reading = stamped(canvas, [152, 730, 182, 750], b"BT /F 12 Tf 2 6 Td (507) Tj ET")()
    assert "Số: 507 /QĐ-UBND" in reading.text


def test_a_signatures_lines_about_itself_stay_out_of_the_text(canvas: Canvas) -> None:
    write(canvas)
    drawing = b"BT /F 8 Tf 2 24 Td (Signed by: office) Tj 0 -12 Td (Time: 17.09.2025) Tj ET"
    assert "Signed" not in stamped(canvas, [430, 790, 560, 830], drawing)().text
