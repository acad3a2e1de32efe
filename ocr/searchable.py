"""A searchable PDF: the pages as they are, their words laid under them as invisible text."""

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageOps, ImageSequence
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from ocr.source import BROKEN, is_pdf, open_image, plain_image
from warehouse.errors import Refused, Unavailable
from warehouse.records import PageReading, PdfPart, Word

FONT = "LiberationSans-Regular"
FONT_FOLDERS = ("/usr/share/fonts/truetype/liberation2", "/usr/share/fonts/truetype/liberation")
INVISIBLE = 3
POINTS = 72
A4_LONG_SIDE = 842
QUALITY = 90

rl_config.useA85 = 0  # plain bytes: a quarter smaller


def searchable_pdf(parts: Sequence[PdfPart], out: Path) -> None:
    """Writes `out` from the parts' originals, which stay untouched; pages with text of their own get none.

    An image is bound into pages once more as JPEG or fax: a rendition for the eye, the original stays
    what it is. A whole PDF that needs no text is copied byte for byte: its signature still holds.
    Raises Refused("damaged"), Refused("encrypted"), or Unavailable("tool_missing").
    """
    try:
        with ExitStack() as stack:
            opened = [stack.enter_context(_opened(part)) for part in parts]
            if len(parts) == 1 and _is_as_it_should_be(parts[0], opened[0]):
                shutil.copyfile(parts[0].path, out)
                return
            bound = pikepdf.new()
            for part, pdf in zip(parts, opened, strict=True):
                _lay_under(pdf, _wanting(part))
                bound.pages.extend(pdf.pages[part.page_from - 1 : part.page_to])
            bound.save(out)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except pikepdf.PdfError as error:
        raise Refused("damaged") from error


def _opened(part: PdfPart) -> pikepdf.Pdf:
    return pikepdf.open(part.path, password=part.password) if is_pdf(part.path) else _bound(part.path)


def _is_as_it_should_be(part: PdfPart, pdf: pikepdf.Pdf) -> bool:
    whole = part.page_from == 1 and part.page_to >= len(pdf.pages)
    return whole and is_pdf(part.path) and not _wanting(part)


def _wanting(part: PdfPart) -> list[PageReading]:
    """The readings whose words the page itself does not hold as text."""
    return [page for page in part.pages if page.words and page.path != "text_layer"]


def _bound(path: Path) -> pikepdf.Pdf:
    """The frames of an image file as pages."""
    pdf = pikepdf.new()
    try:
        with open_image(path) as image:
            for frame in ImageSequence.Iterator(image):
                pdf.pages.extend(pikepdf.open(_sheet(frame)).pages)
    except BROKEN as error:
        raise Refused("damaged") from error
    return pdf


def _sheet(frame: Image.Image) -> BytesIO:
    sheet = BytesIO()
    upright = plain_image(ImageOps.exif_transpose(frame))
    options = {} if upright.mode == "1" else {"quality": QUALITY}
    upright.save(sheet, "PDF", resolution=_resolution(frame), **options)
    return sheet


def _resolution(image: Image.Image) -> float:
    """Pixels an inch as scanned; a camera's picture is taken for an A4 sheet."""
    dpi = float(image.info.get("dpi", (0, 0))[0])
    return dpi if dpi >= 100 else max(image.size) * POINTS / A4_LONG_SIDE


def _lay_under(pdf: pikepdf.Pdf, readings: Sequence[PageReading]) -> None:
    """Under, not over: what a page's own content breaks or leaves behind cannot touch the text.

    A page that was read turned is shown turned: that is how its words stand upright.
    """
    if not readings:
        return
    for reading in readings:
        pdf.pages[reading.number - 1].rotate(90 * reading.turn, relative=True)
    _register_font()
    buffer = BytesIO()
    canvas = Canvas(buffer, pageCompression=1, initialFontName=FONT)
    for reading in readings:
        _write_page(canvas, reading, _shown_size(pdf.pages[reading.number - 1]))
    canvas.save()
    with pikepdf.open(buffer) as layer:
        for reading, words in zip(readings, layer.pages, strict=True):
            page = pdf.pages[reading.number - 1]
            page.add_underlay(words, pikepdf.Rectangle(page.cropbox))


def _shown_size(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height in points of the page as a reader shows it."""
    box = pikepdf.Rectangle(page.cropbox)
    return (box.height, box.width) if page.rotation % 180 else (box.width, box.height)


def _write_page(canvas: Canvas, reading: PageReading, size: tuple[float, float]) -> None:
    canvas.setPageSize(size)
    canvas.scale(size[0] / reading.width, size[1] / reading.height)
    text = canvas.beginText()
    text.setTextRenderMode(INVISIBLE)
    for word in reading.words:
        _write_word(text, word, reading.height)
    canvas.drawText(text)
    canvas.showPage()


def _write_word(text: Any, word: Word, page_height: int) -> None:
    """Font size and stretch make the word fill its box."""
    x0, y0, x1, y1 = word.box
    ascent, descent = pdfmetrics.getAscentDescent(FONT, 1)
    size = max(1, y1 - y0) / (ascent - descent)
    natural_width = pdfmetrics.stringWidth(word.text, FONT, size) or size
    text.setFont(FONT, size)
    text.setHorizScale(100 * max(1, x1 - x0) / natural_width)
    text.setTextOrigin(x0, page_height - y1 - descent * size)
    text.textOut(word.text)


def _register_font() -> None:
    for folder in FONT_FOLDERS:
        try:
            pdfmetrics.registerFont(TTFont(FONT, f"{folder}/{FONT}.ttf"))
        except TTFError:
            continue
        return
    raise Unavailable("tool_missing", tool=FONT, package="fonts-liberation2")
