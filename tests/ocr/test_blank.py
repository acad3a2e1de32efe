"""What is blank and what is not: an empty side, and a side with little on it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from ocr.page import read_page
from ocr.tesseract import TesseractEngine
from warehouse.records import Limits, PageReading

Saved = Callable[..., Path]
FONT = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"


def read(path: Path) -> PageReading:
    return read_page(path, 1, TesseractEngine(), Limits())


@pytest.fixture
def empty() -> Image.Image:
    """White paper with its grain."""
    grain = np.random.default_rng(2).normal(248, 3, (2339, 1654))
    return Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8)).convert("RGB")


def paler(paper: Image.Image, darkest: int) -> Image.Image:
    return paper.convert("L").point(lambda level: darkest + (250 - darkest) * level // 255)


@pytest.mark.parametrize("darkest", [200, 130])
def test_what_shines_through_from_the_other_side_is_blank(
    paper: Image.Image, saved: Saved, darkest: int
) -> None:
    through = paler(ImageOps.mirror(paper), darkest).filter(ImageFilter.GaussianBlur(1.2))
    assert read(saved(through)).status == "blank"


def test_holes_staples_dirt_edges_and_a_page_number_are_blank(empty: Image.Image, saved: Saved) -> None:
    draw = ImageDraw.Draw(empty)
    for y in (900, 1440):
        draw.ellipse((70, y, 118, y + 48), fill=(20, 20, 20))
    draw.line((60, 60, 110, 90), fill=(60, 60, 60), width=4)
    draw.rectangle((0, 0, 25, 2339), fill=(15, 15, 15))
    draw.text((820, 2200), "- 12 -", "black", ImageFont.truetype(FONT, 36))
    assert read(saved(empty)).status == "blank"


def test_pale_print_that_can_be_read_is_read(paper: Image.Image, saved: Saved) -> None:
    reading = read(saved(paler(paper, 200)))
    assert reading.status == "ok"
    assert "Nguyễn Thị Hồng Thắm" in reading.text


@pytest.mark.parametrize("turn", [0, 180])
def test_a_single_line_is_read(empty: Image.Image, saved: Saved, turn: int) -> None:
    line = "Nơi nhận: Như trên, lưu VT."
    ImageDraw.Draw(empty).text((240, 300), line, "black", ImageFont.truetype(FONT, 36))
    assert read(saved(empty.rotate(turn))).text == line


@pytest.mark.parametrize("ink", [(220, 30, 40), (70, 70, 70)])
def test_a_page_with_nothing_but_a_seal_is_not_blank(
    empty: Image.Image, saved: Saved, ink: tuple[int, int, int]
) -> None:
    for radius in (150, 110):
        ImageDraw.Draw(empty).circle((800, 1200), radius, outline=ink, width=7)
    assert read(saved(empty)).status == "ok"


def test_a_page_with_nothing_but_a_signature_is_not_blank(empty: Image.Image, saved: Saved) -> None:
    points = [(700, 1400), (760, 1300), (800, 1420), (860, 1330), (1000, 1380), (1080, 1320)]
    ImageDraw.Draw(empty).line(points, fill=(40, 50, 150), width=5)
    assert read(saved(empty)).status == "ok"
