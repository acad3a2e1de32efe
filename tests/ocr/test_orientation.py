"""Which way up, one page or two side by side: told before anything is read."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.source import Picture
from ocr.view import View, view_of

FONT = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"


def view(image: Image.Image) -> View:
    return view_of(Picture(np.asarray(image.convert("L")), image.width, image.height, 200))


def side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    book = Image.new("RGB", (left.width + right.width, left.height), "white")
    book.paste(left, (0, 0))
    book.paste(right, (left.width, 0))
    return book


def table(rules: bool) -> Image.Image:
    """A list in landscape whose middle falls between two columns."""
    sheet = Image.new("RGB", (2339, 1654), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(FONT, 36)
    draw.text((760, 200), "DANH SÁCH HỘ NGHÈO CỦA XÃ ĐỒNG ĐĂNG NĂM 2025", "black", font)
    for y in range(400, 1300, 60):
        for x in (200, 700, 1200, 1700):
            draw.text((x, y), "Nguyễn Thị Hồng Thắm", "black", font)
        if rules:
            draw.line((180, y - 8, 2160, y - 8), "black", 2)
    return sheet


@pytest.mark.parametrize("skew", [0, 3])
@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_a_turned_page_is_turned_back_also_when_askew(paper: Image.Image, turn: int, skew: int) -> None:
    lying = paper.rotate(skew, fillcolor="white").rotate(90 * turn, expand=True)
    seen = view(lying)
    assert seen.sheet.turn == turn
    assert (seen.sheet.width, seen.sheet.height) == paper.size
    assert seen.tells_the_top


def test_points_of_a_turned_sheet_lead_to_the_upright_page(paper: Image.Image) -> None:
    sheet = view(paper.rotate(90, expand=True)).sheet
    assert sheet.box_on_page((100, 200, 300, 400)) == pytest.approx((100, 200, 300, 400), abs=4)


@pytest.mark.parametrize("turn", [0, 1])
def test_two_pages_side_by_side_are_read_one_after_the_other(paper: Image.Image, turn: int) -> None:
    seen = view(side_by_side(paper, paper).rotate(90 * turn, expand=True))
    assert len(seen.pages) == 2
    assert [area.zone for area in seen.zones()].count("header_left") == 2
    assert all(area.box[2] <= 1654 + 20 for area in seen.zones()[:5])
    assert all(area.box[0] >= 1654 - 20 for area in seen.zones()[5:])


@pytest.mark.parametrize("rules", [True, False])
def test_a_wide_table_is_one_page(rules: bool) -> None:
    assert len(view(table(rules)).pages) == 1
