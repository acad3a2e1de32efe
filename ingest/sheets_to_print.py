"""What the sheets that we print have in common: A4, embedded Vietnamese fonts, QR codes, and their file."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from warehouse.errors import Unavailable
from warehouse.terminal import writing_to

# Newer systems keep version 2 under the plain name; version 1 prints boxes for ạ ế ộ ữ.
FONT_FOLDERS = (Path("/usr/share/fonts/truetype/liberation2"), Path("/usr/share/fonts/truetype/liberation"))
REGULAR, BOLD = "LiberationSans-Regular", "LiberationSans-Bold"
LEADING = 1.3
"""Distance of lines, in parts of the font's size."""

T = TypeVar("T")


@contextmanager
def sheets(out: Path, title: str) -> Iterator[Canvas]:
    """A canvas of A4 pages; `out` is there, whole, only if all went well. Raises UsageError, Unavailable."""
    for name in (REGULAR, BOLD):
        load_font(name)
    with writing_to(out), tempfile.TemporaryDirectory(dir=out.parent) as folder:
        made = Path(folder) / out.name
        canvas = Canvas(str(made), pagesize=A4)
        canvas.setTitle(title)
        yield canvas
        canvas.save()
        made.replace(out)


def cells(canvas: Canvas, things: Iterable[T], across: int, down: int) -> Iterator[tuple[T, float, float]]:
    """Parts A4 pages into equal cells to cut out: each thing, and the lower left corner of its cell."""
    wide, high = A4[0] / across, A4[1] / down
    for number, thing in enumerate(things):
        place = number % (across * down)
        if number and place == 0:
            canvas.showPage()
        x, y = place % across * wide, A4[1] - (place // across + 1) * high
        canvas.setDash(1, 3)
        canvas.rect(x, y, wide, high)
        canvas.setDash()
        yield thing, x, y
    canvas.showPage()


def draw_qr(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    """A QR code that stands a quarter of it torn or stained (level Q), its lower left corner at x, y."""
    widget = QrCodeWidget(text, barLevel="Q", barWidth=side, barHeight=side, barBorder=4)
    drawing = Drawing(side, side)
    drawing.add(widget)
    renderPDF.draw(drawing, canvas, x, y)


def draw_lines(canvas: Canvas, text: str, place: tuple[float, float, float], font: str, size: float) -> float:
    """Text that is broken to a width, downwards from `place` (x, y, width); the y of the next line."""
    x, y, width = place
    canvas.setFont(font, size)
    for line in simpleSplit(text, font, size, width):
        canvas.drawString(x, y, line)
        y -= size * LEADING
    return y


@cache
def load_font(name: str) -> None:
    """Make it known to the canvas; raises Unavailable if the system lacks it."""
    file = next(
        (folder / f"{name}.ttf" for folder in FONT_FOLDERS if (folder / f"{name}.ttf").exists()), None
    )
    try:
        pdfmetrics.registerFont(TTFont(name, str(file)))
    except TTFError as error:
        raise Unavailable("tool_missing", tool=name, package="fonts-liberation2") from error
