"""`khoso separator`: sheets that are laid between papers before a stack is scanned."""

from collections.abc import Mapping
from pathlib import Path

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from ingest.payload import SEPARATOR, SEPARATOR_BAR, write_payload
from ingest.plan import SHORT, field_named
from ingest.sheets_to_print import BOLD, REGULAR, draw_lines, draw_qr, sheets
from warehouse.codes.fields import check_field
from warehouse.errors import UsageError
from warehouse.records import FIELD_NAMES

ADVICE = (
    "Đặt tờ này TRƯỚC mỗi giấy tờ, mặt có mã lên trên, rồi quét cả tập một lượt.",
    "Khi nhập kho, dùng lệnh: khoso import … --split separator",
    "Tờ này và mặt sau trắng của nó không được đưa vào hồ sơ. Có thể dùng lại nhiều lần, miễn là mã còn rõ.",
)
QR_SIDE = 110 * mm
MARGIN = 25 * mm
MOST = 480
"""Characters of a QR code that are still read at 100 dpi, and that reading keeps."""


def checked_values(settings: tuple[str, ...]) -> dict[str, str]:
    """What `--set field=value` says; raises UsageError where no paper could bear it."""
    values = {}
    for text in settings:
        name, equals, value = text.partition("=")
        name = field_named(name.strip()) or ""
        if not equals or name not in FIELD_NAMES or not value.strip():
            raise UsageError("bad_separator_setting", text=text, names=", ".join((*SHORT, *FIELD_NAMES)))
        checked = check_field(name, value)
        if checked.value is None:
            raise UsageError(checked.reason or "", value=value)
        values[name] = checked.value
    return values


def print_separators(out: Path, count: int, values: Mapping[str, str]) -> None:
    """Writes a PDF of so many equal sheets; `values` are given to the paper behind each."""
    payload = write_payload({**SEPARATOR, **values})
    if len(payload) > MOST:
        raise UsageError("separator_too_full", size=len(payload), limit=MOST)
    with sheets(out, "Tờ ngăn") as canvas:
        for _ in range(count):
            _draw(canvas, payload, values)
            canvas.showPage()


def _draw(canvas: Canvas, payload: str, values: Mapping[str, str]) -> None:
    width, height = A4
    canvas.setFont(BOLD, 34)
    canvas.drawCentredString(width / 2, height - 32 * mm, "TỜ NGĂN")
    draw_qr(canvas, payload, (width - QR_SIDE) / 2, height - 40 * mm - QR_SIDE, QR_SIDE)
    bars = Code128(SEPARATOR_BAR, barWidth=0.6 * mm, barHeight=18 * mm)
    bars.drawOn(canvas, (width - bars.width) / 2, height - 62 * mm - QR_SIDE)
    y = height - 76 * mm - QR_SIDE
    for name, value in values.items():
        y = draw_lines(canvas, f"{name}: {value}", (MARGIN, y, width - 2 * MARGIN), BOLD, 13)
    for line in ADVICE:
        y = draw_lines(canvas, line, (MARGIN, y - 2 * mm, width - 2 * MARGIN), REGULAR, 12)
