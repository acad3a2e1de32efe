"""The picture of one page of a PDF, TIFF, JPEG or PNG: its red channel, turned upright as the file says.

The red channel is what reading wants: black and blue ink stay dark in it, a red seal turns white.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ocr.engine import Gray
from warehouse.errors import Refused
from warehouse.records import Limits

# Sizes are checked against Limits before decoding; Pillow's own guard would only warn.
Image.MAX_IMAGE_PIXELS = None

READING_DPI = 200
LONG_SIDE = 2340
"""Pixels of A4's long side at READING_DPI: more cost time and gain nothing."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page's pixels, maybe fewer than the page has: width and height are those of the page as shown."""

    gray: Gray
    width: int
    height: int
    dpi: float | None = None

    def turned(self, quarters: int) -> "Picture":
        """Turned clockwise by so many right angles."""
        width, height = (self.width, self.height)[:: -1 if quarters % 2 else 1]
        return Picture(np.rot90(self.gray, -quarters), width, height, self.dpi)


def is_pdf(path: Path) -> bool:
    """A PDF may have some bytes of rubbish before its head."""
    with path.open("rb") as file:
        return b"%PDF-" in file.read(1024)


def image_picture(path: Path, number: int, limits: Limits) -> Picture:
    """Frame `number` (from 1) of an image file."""
    try:
        with Image.open(path) as image:
            image.seek(number - 1)
            return picture_of(image, limits)
    except (UnidentifiedImageError, OSError, EOFError, SyntaxError, ValueError) as error:
        raise Refused("page_unreadable") from error


def picture_of(image: Image.Image, limits: Limits, dpi: float | None = None) -> Picture:
    """The picture of an opened image that is not decoded yet. Raises Refused("too_many_pixels")."""
    width, height = image.size
    check_size(width, height, limits)
    dpi = dpi or _printed_dpi(image)
    scale = LONG_SIDE / max(width, height) if dpi is None else READING_DPI / dpi
    if scale <= 0.5 and image.format == "JPEG":
        image.draft(None, (int(width * scale), int(height * scale)))
    upright = ImageOps.exif_transpose(image)
    if (upright.width < upright.height) != (width < height):
        width, height = height, width
    return Picture(_red(upright), width, height, dpi)


def check_size(width: int, height: int, limits: Limits) -> None:
    """Raises Refused("too_many_pixels")."""
    if width * height > limits.max_pixels:
        raise Refused("too_many_pixels", width=width, height=height)


def _printed_dpi(image: Image.Image) -> float | None:
    """The scanner's resolution; cameras and screens write 72 or 96, which says nothing."""
    dpi = float(image.info.get("dpi", (0, 0))[0])
    return dpi if dpi >= 100 else None


def _red(image: Image.Image) -> Gray:
    if image.mode.startswith("I;16"):
        return np.asarray(np.asarray(image) >> 8, dtype=np.uint8)
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image.convert("RGBA"))
        image = ground
    elif image.mode == "1":
        image = image.convert("L")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    return np.asarray(image.getchannel(0))
