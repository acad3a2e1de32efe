"""A laid-out paper on a page: as pixels at 200 dpi, or as a born-digital PDF."""

from io import BytesIO

from PIL import Image, ImageChops, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from samples.fonts import embedded, raster
from samples.layout import HEIGHT, WIDTH, Sheet

DPI = 200
SCALE = DPI / 72
INK = (28, 27, 30)
PAPER = (252, 251, 247)


def pixels(sheet: Sheet, stamp: Image.Image) -> Image.Image:
    """The page as printed, signed and sealed."""
    page = Image.new("RGB", (round(WIDTH * SCALE), round(HEIGHT * SCALE)), PAPER)
    draw = ImageDraw.Draw(page)
    for run in sheet.runs:
        font = raster(run.style, run.size * SCALE)
        draw.text((run.x * SCALE, run.y * SCALE), run.text, INK, font, anchor="ls")
    for x0, x1, y in sheet.rules:
        draw.line((x0 * SCALE, y * SCALE, x1 * SCALE, y * SCALE), INK, 2)
    if sheet.seal:
        press(page, stamp, sheet.seal[0] * SCALE, sheet.seal[1] * SCALE)
    return page


def press(page: Image.Image, stamp: Image.Image, x: float, y: float) -> None:
    """Ink on ink: the text under a seal stays dark, as on paper."""
    corner = round(x - stamp.width / 2), round(y - stamp.height / 2)
    flat = Image.new("RGB", page.size, "white")
    flat.paste(stamp, corner, stamp)
    page.paste(ImageChops.multiply(page, flat))


def born_digital(sheets: list[Sheet], stamp: Image.Image) -> bytes:
    """A PDF with text and embedded fonts, the same bytes each time."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=True, pageCompression=1)
    for sheet in sheets:
        for run in sheet.runs:
            canvas.setFont(embedded(run.style), run.size)
            canvas.drawString(run.x, HEIGHT - run.y, run.text)
        for x0, x1, y in sheet.rules:
            canvas.line(x0, HEIGHT - y, x1, HEIGHT - y)
        if sheet.seal:
            wide, high = stamp.width / SCALE, stamp.height / SCALE
            x, y = sheet.seal[0] - wide / 2, HEIGHT - sheet.seal[1] - high / 2
            canvas.drawImage(ImageReader(stamp), x, y, wide, high, mask="auto")
        canvas.showPage()
    canvas.save()
    return out.getvalue()
