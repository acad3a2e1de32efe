"""Marks of secrecy: stamps in the head of a page, in red or black, framed or not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from ocr.page import read_page
from ocr.tesseract import TesseractEngine
from warehouse.records import Limits, PageReading

Saved = Callable[..., Path]
FONT = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Bold.ttf"
RED, BLACK = (206, 28, 40), (20, 20, 22)
MM = 200 / 25.4


def stamped(
    paper: Image.Image, text: str, ink: tuple[int, int, int] = RED, frame: bool = True, at: int = 370
) -> Image.Image:
    """With a stamp 8 mm high, pressed two degrees askew under the number."""
    sheet = Image.new("RGB", paper.size, "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(FONT, round(5.2 * MM))
    draw.text((520, at), text, ink, font, anchor="mm")
    if frame:
        half = draw.textlength(text, font) / 2 + 2 * MM
        draw.rectangle((520 - half, at - 4 * MM, 520 + half, at + 4 * MM), outline=ink, width=4)
    askew = sheet.rotate(2, center=(520, at), fillcolor="white", resample=Image.Resampling.BICUBIC)
    return ImageChops.multiply(paper, askew)


def read(path: Path) -> PageReading:
    return read_page(path, 1, TesseractEngine(), Limits())


@pytest.mark.parametrize(
    ("text", "ink", "frame", "mark"),
    [
        ("MẬT", RED, True, "mat"),
        ("TỐI MẬT", RED, False, "toi_mat"),
        ("TUYỆT MẬT", RED, True, "tuyet_mat"),
        ("MẬT", BLACK, False, "mat"),
        ("TUYỆT MẬT", BLACK, True, "tuyet_mat"),
        ("HỎA TỐC", RED, True, None),
    ],
)
def test_a_mark_is_read_in_every_ink_and_other_stamps_are_none(
    paper: Image.Image,
    saved: Saved,
    text: str,
    ink: tuple[int, int, int],
    frame: bool,
    mark: str | None,
) -> None:
    assert read(saved(stamped(paper, text, ink, frame), quality=60)).secrecy == mark


def test_a_red_mark_on_a_gray_scan_is_read(paper: Image.Image, saved: Saved) -> None:
    assert read(saved(stamped(paper, "TỐI MẬT").convert("L"))).secrecy == "toi_mat"


def test_a_red_mark_on_a_page_upside_down_is_read(paper: Image.Image, saved: Saved) -> None:
    assert read(saved(stamped(paper, "MẬT").rotate(180))).secrecy == "mat"


def test_the_word_inside_a_line_or_below_the_head_is_no_mark(paper: Image.Image, saved: Saved) -> None:
    draw = ImageDraw.Draw(paper)
    draw.text((240, 480), "HỢP TÁC XÃ MẬT ONG, BẢO MẬT, bí mật", "black", ImageFont.truetype(FONT, 36))
    assert read(saved(stamped(paper, "MẬT", BLACK, False, at=1700))).secrecy is None
