"""A letter on A4 in the layout of NĐ 30/2020, annex I: Times New Roman's metrics, margins 20, 15, 20, 30 mm."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from ingest.sheets_to_print import load_font
from warehouse.letters import Letter

REGULAR, BOLD = "LiberationSerif-Regular", "LiberationSerif-Bold"
ITALIC, BOLD_ITALIC = "LiberationSerif-Italic", "LiberationSerif-BoldItalic"
LEFT, RIGHT = 70 * mm, 95 * mm
"""Columns of the head: agency and number; the state's name, place and date."""
SIGNATURE_SPACE = 28 * mm
PADDING = 6
"""Points that the library keeps free inside the margins it is given."""


def print_letter(letter: Letter, out: Path) -> None:
    """Writes the PDF; raises Unavailable if the system lacks the fonts."""
    for name in (REGULAR, BOLD, ITALIC, BOLD_ITALIC):
        load_font(name)
    pages = SimpleDocTemplate(
        str(out), pagesize=A4, title=f"V/v {letter.about}",
        topMargin=20 * mm - PADDING, rightMargin=15 * mm - PADDING,
        bottomMargin=20 * mm - PADDING, leftMargin=30 * mm - PADDING,
    )  # fmt: skip
    body = [
        _text(line, REGULAR, 14, TA_JUSTIFY, firstLineIndent=10 * mm, spaceAfter=6)
        for line in letter.paragraphs
    ]
    pages.build([_head(letter), *_address(letter), *body, _foot(letter)], onLaterPages=_number_page)


def _head(letter: Letter) -> Flowable:
    issuer = [
        *_lines([letter.agency_above] if letter.agency_above else [], REGULAR, 13),
        *_lines(letter.agency, BOLD, 13),
        _rule(LEFT / 3),
    ]
    state = [
        *_lines(["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], BOLD, 12.5),
        *_lines(["Độc lập - Tự do - Hạnh phúc"], BOLD, 13.5),
        _rule(62 * mm),
    ]
    number = _lines([f"Số: {letter.number}", f"V/v {letter.about}"], REGULAR, 13)
    return _columns([[issuer, state], [number, _lines([letter.dated], ITALIC, 13.5)]])


def _address(letter: Letter) -> list[Flowable]:
    return [Spacer(0, 8 * mm), *_lines([f"Kính gửi: {letter.to}"], REGULAR, 14), Spacer(0, 6 * mm)]


def _foot(letter: Letter) -> Flowable:
    """Who gets it and who signs, on one page together."""
    recipients = [
        _text("Nơi nhận:", BOLD_ITALIC, 12, TA_LEFT),
        *(_text(f"- {name}", REGULAR, 11, TA_LEFT) for name in letter.recipients),
    ]
    signature = [
        *_lines(letter.signing_capacity, BOLD, 13.5),
        Spacer(0, SIGNATURE_SPACE),
        *_lines([letter.signer] if letter.signer else [], BOLD, 14),
    ]
    return KeepTogether([Spacer(0, 4 * mm), _columns([[recipients, signature]])])


def _columns(rows: list[list[Any]]) -> Flowable:
    style = [("VALIGN", "TOP"), ("ALIGN", "CENTER"), ("LEFTPADDING", 0), ("RIGHTPADDING", 0)]
    return Table(
        rows, colWidths=[LEFT, RIGHT], style=[(name, (0, 0), (-1, -1), value) for name, value in style]
    )


def _lines(texts: Iterable[str], font: str, size: float) -> list[Flowable]:
    return [_text(text, font, size, TA_CENTER) for text in texts]


def _text(text: str, font: str, size: float, alignment: int, **more: float) -> Flowable:
    """Text that is shown as it is: what stands in it is never taken for markup."""
    style = ParagraphStyle("", fontName=font, fontSize=size, leading=size * 1.25, alignment=alignment, **more)
    return Paragraph(escape(text), style)


def _rule(width: float) -> Flowable:
    return HRFlowable(width=width, thickness=0.7, color="black", spaceBefore=2, spaceAfter=2)


def _number_page(canvas: Canvas, pages: SimpleDocTemplate) -> None:
    """From the second page on, in the middle above the text."""
    canvas.setFont(REGULAR, 13)
    canvas.drawCentredString(A4[0] / 2, A4[1] - 13 * mm, str(pages.page))
