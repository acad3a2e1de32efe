"""Liberation Serif, the free twin of the Times New Roman that NĐ 30/2020 asks for."""

from functools import cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

Style = Literal["Regular", "Bold", "Italic", "BoldItalic"]
# Newer systems keep version 2 under the plain name; version 1 prints boxes for ạ ế ộ ữ.
FOLDERS = (Path("/usr/share/fonts/truetype/liberation2"), Path("/usr/share/fonts/truetype/liberation"))
ADVICE = "Liberation Serif 2 is missing: run `apt-get install fonts-liberation2`, then try again"


@cache
def embedded(style: Style) -> str:
    """The name under which reportlab knows the font, registered at its first use."""
    name = f"LiberationSerif-{style}"
    file = next((folder / f"{name}.ttf" for folder in FOLDERS if (folder / f"{name}.ttf").exists()), None)
    if file is None:
        raise SystemExit(ADVICE)
    font = TTFont(name, file)
    if ord("ộ") not in font.face.charToGlyph:
        raise SystemExit(ADVICE)
    pdfmetrics.registerFont(font)
    return name


def width(text: str, style: Style, size: float) -> float:
    """How wide a line is, in the unit of `size`."""
    return float(pdfmetrics.stringWidth(text, embedded(style), size))


@cache
def raster(style: Style, pixels: float) -> ImageFont.FreeTypeFont:
    """The font for drawing on an image; the basic engine gives the same pixels everywhere."""
    file = pdfmetrics.getFont(embedded(style)).face.filename
    return ImageFont.truetype(file, pixels, layout_engine=ImageFont.Layout.BASIC)
