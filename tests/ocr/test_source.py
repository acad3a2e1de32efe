"""The picture of a page: every kind of image and PDF that scanners and telephones make."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pillow_heif
import pytest
from PIL import Image, ImageDraw

from ocr.pdf import drawn_picture, is_scan, opened, scan_picture
from ocr.source import Picture, image_picture
from warehouse.records import Limits

Saved = Callable[..., Path]
LIMITS = Limits()


def mark(mode: str = "RGB") -> Image.Image:
    """White with a black patch in the upper left and a red one in the lower right."""
    image = Image.new("RGB", (400, 600), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 120, 120), "black")
    draw.rectangle((280, 480, 380, 580), "red")
    return image.convert(mode)


def is_upright(picture: Picture) -> bool:
    """Whether the black patch is in the upper left of a page that is higher than wide."""
    size = (picture.width, picture.height) == (400, 600)
    return size and bool(picture.gray[70, 70] < 60) and bool(picture.gray[70, 330] > 200)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_jpegs_of_every_colour_mode_are_shown_black_on_white(saved: Saved, mode: str) -> None:
    assert is_upright(image_picture(saved(mark(mode)), 1, LIMITS))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_pngs_of_every_colour_mode_are_shown_black_on_white(saved: Saved, mode: str) -> None:
    assert is_upright(image_picture(saved(mark(mode), "page.png"), 1, LIMITS))


def test_what_is_transparent_is_white(saved: Saved) -> None:
    clear = Image.new("RGBA", (400, 600), (0, 0, 0, 0))
    clear.paste("black", (20, 20, 120, 120))
    assert is_upright(image_picture(saved(clear, "page.png"), 1, LIMITS))


def test_sixteen_bits_a_pixel_keep_their_brightness(saved: Saved) -> None:
    deep = Image.fromarray(np.asarray(mark("L")).astype(np.uint16) * 257)
    assert is_upright(image_picture(saved(deep, "page.png"), 1, LIMITS))


def test_red_ink_turns_white(saved: Saved) -> None:
    assert image_picture(saved(mark(), "page.png"), 1, LIMITS).gray[530, 330] > 200


def test_the_turn_a_camera_notes_is_obeyed(saved: Saved) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    path = saved(mark().transpose(Image.Transpose.ROTATE_90), exif=exif)
    assert is_upright(image_picture(path, 1, LIMITS))


@pytest.mark.parametrize("name", ["page.webp", "page.heic"])
def test_what_telephones_and_browsers_write_is_shown(saved: Saved, name: str) -> None:
    pillow_heif.register_heif_opener()
    assert is_upright(image_picture(saved(mark(), name, quality=90), 1, LIMITS))


def test_red_ink_is_kept_apart_and_a_page_without_it_has_none(saved: Saved) -> None:
    red = image_picture(saved(mark(), "page.png"), 1, LIMITS).red
    assert red is not None
    assert (red[530, 330] > 200, red[70, 70] < 20) == (True, True)
    assert image_picture(saved(mark("L"), "page.png"), 1, LIMITS).red is None


def test_each_frame_of_a_tiff_is_a_page(saved: Saved) -> None:
    path = saved(mark("1"), "pages.tif", save_all=True, append_images=[Image.new("1", (300, 200), 1)])
    assert is_upright(image_picture(path, 1, LIMITS))
    assert image_picture(path, 2, LIMITS).width == 300


@pytest.mark.parametrize(("rotate", "turn"), [(0, 0), (90, 90), (180, 180), (270, 270)])
@pytest.mark.parametrize("mode", ["RGB", "1"])
def test_the_scan_of_a_pdf_page_is_taken_out_and_turned_as_the_page_says(
    saved: Saved, rotate: int, turn: int, mode: str
) -> None:
    path = saved(mark(mode).rotate(turn, expand=True), "page.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Rotate = rotate
        pdf.save(path)
    with opened(path) as document:
        assert is_scan(document[0])
        picture = scan_picture(path, 1, document[0], LIMITS)
        assert picture is not None
        assert picture.dpi == pytest.approx(200, rel=0.01)
        assert is_upright(picture)


def test_a_scan_with_something_printed_over_it_is_drawn_with_it(saved: Saved) -> None:
    path = saved(mark(), "page.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].contents_add(b"q 0 0 0 rg 60 100 20 20 re f Q")
        pdf.save(path)
    with opened(path) as document:
        assert not is_scan(document[0])
        picture = drawn_picture(path, 1, document[0], LIMITS)
    assert is_upright(picture)
    assert picture.gray[600 - round(110 * 200 / 72), round(70 * 200 / 72)] < 60


def test_a_picture_that_fills_only_half_the_page_is_no_scan_of_it(saved: Saved) -> None:
    path = saved(mark(), "page.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].mediabox = pikepdf.Array([0, 0, 144, 432])
        pdf.save(path)
    with opened(path) as document:
        assert not is_scan(document[0])


def test_a_very_large_page_is_drawn_coarser_instead_of_filling_the_memory(saved: Saved) -> None:
    path = saved(mark(), "page.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].mediabox = pikepdf.Array([0, 0, 7200, 7200])
        pdf.save(path)
    with opened(path) as document:
        assert drawn_picture(path, 1, document[0], LIMITS).gray.size < 27_000_000
