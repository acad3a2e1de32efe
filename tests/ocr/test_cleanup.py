"""Cleanup: what reaches the engine, and the way back to the page."""

import numpy as np
import pytest
from PIL import Image

from ocr.cleanup import cleaned, skew
from ocr.source import Picture


def picture(image: Image.Image, dpi: float | None = 200) -> Picture:
    return Picture(np.asarray(image.convert("L")), image.width, image.height, dpi)


@pytest.mark.parametrize("angle", [-4, -1.3, 0, 0.6, 3.2])
def test_the_slope_of_the_lines_is_found_to_a_tenth_of_a_degree(paper: Image.Image, angle: float) -> None:
    turned = paper.convert("L").rotate(-angle, fillcolor=255, resample=Image.Resampling.BICUBIC)
    assert np.degrees(np.arctan(skew(np.asarray(turned)))) == pytest.approx(angle, abs=0.15)


def test_a_scan_is_shrunk_to_the_reading_resolution_and_its_boxes_grow_back(paper: Image.Image) -> None:
    sheet = cleaned(picture(paper.resize((2481, 3508)), 300))
    assert sheet.gray.shape == pytest.approx((2339, 1654), abs=1)
    assert sheet.box_on_page((100, 200, 300, 400)) == pytest.approx((150, 300, 450, 600), abs=4)


def test_a_picture_of_unknown_resolution_is_taken_for_a4(paper: Image.Image) -> None:
    assert max(cleaned(picture(paper.resize((3308, 4678)), None)).gray.shape) == 2340


def test_a_scan_of_low_resolution_is_left_as_it_is(paper: Image.Image) -> None:
    assert cleaned(picture(paper.resize((827, 1170)), 100)).gray.shape == (1170, 827)


def test_a_dark_corner_becomes_as_white_as_the_rest(paper: Image.Image) -> None:
    light = np.linspace(1, 0.45, 1654)[None, :]
    gray = (np.asarray(paper.convert("L")) * light).astype(np.uint8)
    sheet = cleaned(Picture(gray, 1654, 2339, 200))
    assert sheet.gray[1600:2200, 100:1600].min() > 235


def test_boxes_never_leave_the_page(paper: Image.Image) -> None:
    sheet = cleaned(picture(paper.rotate(2, fillcolor="white")))
    assert sheet.box_on_page((-50, -50, 5000, 5000)) == (0, 0, 1654, 2339)


def test_a_photographs_sheet_is_cut_out_of_the_desk_at_its_corners(photograph: Image.Image) -> None:
    sheet = cleaned(picture(photograph, None))
    height, width = sheet.gray.shape
    assert width / height == pytest.approx(210 / 297, abs=0.03)
    assert sheet.box_on_page((0, 0, 1, 1))[:2] == pytest.approx((170, 220), abs=15)
    assert sheet.box_on_page((0, height - 1, 1, height))[:2] == pytest.approx((60, 2420), abs=15)
