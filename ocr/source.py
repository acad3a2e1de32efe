"""The picture of one page of an image file: its red channel, turned upright as the file says.

The red channel is what reading wants: black and blue ink stay dark in it, a red seal turns white.
What is red is kept apart, for marks of secrecy are stamped in red.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ocr.engine import Gray
from warehouse.errors import Refused
from warehouse.records import Limits

BROKEN = (UnidentifiedImageError, OSError, EOFError, SyntaxError, ValueError, RuntimeError)
"""What Pillow and its plugins raise for bytes that are no whole image."""

# Sizes are checked against Limits before decoding; Pillow's own guard would only warn.
Image.MAX_IMAGE_PIXELS = None

READING_DPI = 200
LONG_SIDE = 2340
"""Pixels of A4's long side at READING_DPI: more cost time and gain nothing."""
RED = 60
"""A pixel whose red exceeds its green by this much is red ink: cream paper and brown wood stay below."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page's pixels, maybe fewer than the page has: width and height are those of the page as shown.

    `red`: by how much each pixel's red exceeds its green; None where nothing on the page is red.
    """

    gray: Gray
    width: int
    height: int
    dpi: float | None = None
    red: Gray | None = None

    def turned(self, quarters: int) -> "Picture":
        """Turned clockwise by so many right angles."""
        width, height = (self.width, self.height)[:: -1 if quarters % 2 else 1]
        red = None if self.red is None else np.rot90(self.red, -quarters)
        return Picture(np.rot90(self.gray, -quarters), width, height, self.dpi, red)


def is_pdf(path: Path) -> bool:
    """A PDF may have some bytes of rubbish before its head."""
    with path.open("rb") as file:
        return b"%PDF-" in file.read(1024)


def image_picture(path: Path, number: int, limits: Limits) -> Picture:
    """Frame `number` (from 1) of an image file."""
    try:
        with open_image(path) as image:
            image.seek(number - 1)
            return picture_of(image, limits)
    except BROKEN as error:
        raise Refused("page_unreadable") from error


def open_image(path: Path) -> Image.Image:
    """As Pillow opens it, HEIC and HEIF among the rest. Raises one of BROKEN."""
    with path.open("rb") as file:
        is_heif = file.read(8)[4:] == b"ftyp"
    if is_heif:
        import pillow_heif

        pillow_heif.register_heif_opener()
    return Image.open(path)


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
    plain = plain_image(upright)
    pixels = np.asarray(plain.convert("L") if plain.mode == "1" else plain)
    if pixels.ndim == 2:
        return Picture(pixels, width, height, dpi)
    gray = cv2.extractChannel(pixels, 0)
    red = cv2.subtract(gray, cv2.extractChannel(pixels, 1))
    return Picture(gray, width, height, dpi, red if red.max() >= RED else None)


def check_size(width: int, height: int, limits: Limits) -> None:
    """Raises Refused("too_many_pixels")."""
    if width * height > limits.max_pixels:
        raise Refused("too_many_pixels", width=width, height=height)


def _printed_dpi(image: Image.Image) -> float | None:
    """The scanner's resolution; cameras and screens write 72 or 96, which says nothing."""
    dpi = float(image.info.get("dpi", (0, 0))[0])
    return dpi if dpi >= 100 else None


def plain_image(image: Image.Image) -> Image.Image:
    """Black and white, gray or RGB on white paper."""
    if image.mode.startswith("I") or image.mode == "F":
        deep = np.asarray(image)
        return Image.fromarray((deep / (257 if deep.max() > 255 else 1)).astype(np.uint8))
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image.convert("RGBA"))
        image = ground
    return image if image.mode in ("1", "L", "RGB") else image.convert("RGB")
