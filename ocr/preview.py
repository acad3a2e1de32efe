"""A page's picture for the eye: upright as its boxes lie on it, in colour, small enough for a slow line."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from ocr.pdf import NO_SCAN, POINTS, drawn_image, is_scan, opened, scan_image
from ocr.source import BROKEN, READING_DPI, check_size, is_pdf, open_image, plain_image
from warehouse.errors import Refused
from warehouse.records import Limits, PageToShow

FORMAT, EFFORT = "WEBP", 2
"""Half as large as JPEG of the same looks; more effort takes twice as long and saves a fiftieth."""
QUALITIES = (65, 50)
"""Letters stay sharp at these; where both are too large the picture shrinks."""
SMALLER = 0.82
LEAST_SIDE = 16
"""Even noise fits at this size."""


def preview(page: PageToShow, long_side: int, most_bytes: int, limits: Limits, out: Path) -> tuple[int, int]:
    """Writes `out`: at most so many pixels on its long side, and so many bytes; its width and height.

    Raises Refused if the page cannot be shown: a broken one is never shown as an empty one.
    """
    try:
        image = _shown(page, long_side, limits)
    except BROKEN as error:
        raise Refused("page_unreadable") from error
    side = min(long_side, max(image.size))
    while True:
        shrunk = _shrunk(image, side)
        for quality in QUALITIES:
            packed = _packed(shrunk, quality)
            if len(packed) <= most_bytes or side <= LEAST_SIDE:
                out.write_bytes(packed)
                return shrunk.size
        side = round(side * SMALLER)


def _shown(page: PageToShow, long_side: int, limits: Limits) -> Image.Image:
    """The page upright; an image far larger than it is shown comes shrunk."""
    if is_pdf(page.path):
        image = _of_pdf(page, long_side, limits)
    else:
        with open_image(page.path) as file:
            file.seek(page.number - 1)
            check_size(*file.size, limits)
            image = _upright(file, long_side)
    return _turned(image, page.turn)


def _of_pdf(page: PageToShow, long_side: int, limits: Limits) -> Image.Image:
    """From the same picture as reading saw, so that its boxes lie where they should."""
    with opened(page.path, page.password) as document:
        sheet = document[page.number - 1]
        if is_scan(sheet):
            try:
                with scan_image(page.path, page.number, limits, page.password) as image:
                    return _turned(_upright(image, long_side), sheet.get_rotation() // 90)
            except NO_SCAN:
                pass
        dpi = min(READING_DPI, round(long_side * POINTS / max(sheet.get_size())))
        return plain_image(drawn_image(page.path, page.number, sheet, limits, page.password, max(1, dpi)))


def _upright(image: Image.Image, long_side: int) -> Image.Image:
    if image.format == "JPEG":
        image.draft(None, (long_side, long_side))  # decoded at half size or less, if that is enough
    return _shrunk(plain_image(ImageOps.exif_transpose(image)), long_side)


def _shrunk(image: Image.Image, long_side: int) -> Image.Image:
    if max(image.size) <= long_side:
        return image
    smaller = image.convert("L") if image.mode == "1" else image.copy()
    smaller.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
    return smaller


def _turned(image: Image.Image, quarters: int) -> Image.Image:
    """Clockwise by so many right angles."""
    ways = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}
    way = ways.get(quarters % 4)
    return image if way is None else image.transpose(way)


def _packed(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, FORMAT, quality=quality, method=EFFORT)
    return out.getvalue()
