"""A page's picture lies as its boxes do, whatever turns it went through, and weighs no more than it may."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw

from ocr.preview import preview
from warehouse.errors import Refused
from warehouse.records import Limits, PageToShow

WIDTH, HEIGHT = 1200, 1700


@pytest.fixture
def sheet() -> Image.Image:
    """A white sheet with a black block in its upper left corner and a red one in the lower left."""
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((60, 60, 360, 260), "black")
    draw.rectangle((60, HEIGHT - 260, 360, HEIGHT - 60), "red")
    return page


@pytest.fixture
def show(tmp_path: Path) -> Callable[..., Image.Image]:
    def act(path: Path, number: int = 1, turn: int = 0, password: str = "", side: int = 800) -> Image.Image:
        out = tmp_path / "out.webp"
        size = preview(PageToShow(path, number, turn, password), side, 150_000, Limits(), out)
        picture = Image.open(out)
        assert (picture.format, picture.size) == ("WEBP", size)
        return picture.convert("RGB")

    return act


def is_upright(picture: Image.Image) -> bool:
    """Whether the black block is at the upper left and the red one at the lower left."""
    width, height = picture.size
    colours = np.asarray(picture).astype(int)
    upper, lower = (colours[y, width // 6] for y in (height // 10, height * 9 // 10))
    is_black, is_red = upper.max() < 60, lower[0] - lower[1] > 150
    return bool(is_black and is_red and colours[:, width // 2 :].min() > 200 and width < height)


@pytest.mark.parametrize(("exif", "turned"), [(1, 0), (6, 90), (3, 180), (8, 270)])
def test_a_photograph_is_shown_upright_by_its_exif(
    sheet: Image.Image, show: Callable[..., Image.Image], tmp_path: Path, exif: int, turned: int
) -> None:
    tags = Image.Exif()
    tags[0x0112] = exif
    path = tmp_path / "a.jpg"
    sheet.rotate(turned, expand=True).save(path, exif=tags)
    assert is_upright(show(path))


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("beside", [False, True], ids=["a scan", "drawn"])
def test_a_page_is_shown_as_its_pdf_turns_it(
    sheet: Image.Image, show: Callable[..., Image.Image], tmp_path: Path, rotate: int, beside: bool
) -> None:
    path = tmp_path / "a.pdf"
    sheet.rotate(rotate, expand=True).save(path, resolution=150)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].rotate(rotate, relative=False)
        if beside:
            pdf.pages[0].contents_add(b" 1 g 0 0 1 1 re f")  # no longer a picture alone
        pdf.save(path)
    assert is_upright(show(path))


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_turns_that_reading_added_are_added(
    sheet: Image.Image, show: Callable[..., Image.Image], tmp_path: Path, turn: int
) -> None:
    path = tmp_path / "a.png"
    sheet.rotate(90 * turn, expand=True).save(path)
    assert is_upright(show(path, turn=turn))


def test_pages_of_a_stack_and_of_a_locked_pdf_are_shown(
    sheet: Image.Image, show: Callable[..., Image.Image], tmp_path: Path
) -> None:
    path, locked = tmp_path / "a.tif", tmp_path / "a.pdf"
    blank = Image.new("1", (WIDTH, HEIGHT), 1)
    blank.save(path, save_all=True, append_images=[sheet])
    assert not is_upright(show(path, number=1))
    assert is_upright(show(path, number=2))
    sheet.save(tmp_path / "open.pdf", resolution=150)
    with pikepdf.open(tmp_path / "open.pdf") as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(user="bí mật", owner="x"))
    assert is_upright(show(locked, password="bí mật"))
    with pytest.raises(Refused):
        show(locked)


def test_even_noise_fits_into_the_bytes_that_are_allowed(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (1500, 1000, 3), dtype=np.uint8)
    path, out = tmp_path / "a.png", tmp_path / "out.webp"
    Image.fromarray(noise).save(path)
    preview(PageToShow(path, 1), 2000, 150_000, Limits(), out)
    assert out.stat().st_size <= 150_000


def test_a_broken_page_is_refused_and_not_shown_empty(tmp_path: Path, sheet: Image.Image) -> None:
    path = tmp_path / "a.jpg"
    sheet.save(path)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(Refused, match="page"):
        preview(PageToShow(path, 1), 800, 150_000, Limits(), tmp_path / "out.webp")
