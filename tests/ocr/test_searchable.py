"""Searchable PDFs: the page stays as it looked, its words are found where they stand."""

import re
import subprocess
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw

from ocr.searchable import searchable_pdf
from warehouse.errors import Refused
from warehouse.records import Box, PageReading, PdfPart, Word

WORDS = {
    "Cộng": (100, 200, 300, 260),
    "hòa": (330, 205, 480, 255),
    "Nguyễn": (100, 1000, 380, 1066),
    "Đặng": (420, 1000, 600, 1066),
}
SHAPE = re.compile(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<')


def reading(number: int = 1, size: tuple[int, int] = (1200, 1600), **changes: object) -> PageReading:
    words = tuple(Word(text, box, 0.9, "body", line) for line, (text, box) in enumerate(WORDS.items()))
    return PageReading(number, *size, **{"status": "ok", "path": "whole", "words": words, **changes})


def make_searchable(source: Path, pages: list[PageReading], out: Path) -> None:
    searchable_pdf([PdfPart(source, 1, 100, tuple(pages))], out)


def pdf_file(path: Path, pages: int = 1, rotate: int = 0, **save: object) -> Path:
    """Gray pages of 600 × 800 points as shown, whose visible corner is not the origin."""
    pdf = pikepdf.new()
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(700, 900))
        page.cropbox = [50, 40, 650, 840]
        page.obj.Rotate = rotate
        page.contents_add(b"0.8 g 0 0 700 900 re f")
    pdf.save(path, **save)
    return path


def found_words(pdf: Path) -> dict[str, Box]:
    """Each word pdftotext finds, with its box in whole points of the shown page."""
    command = ["pdftotext", "-bbox", "-cropbox", str(pdf), "-"]
    html = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {text: tuple(round(float(edge)) for edge in edges) for *edges, text in SHAPE.findall(html)}


def shrunk(scale: float) -> dict[str, Box]:
    return {text: tuple(round(edge * scale) for edge in box) for text, box in WORDS.items()}


def assert_same_places(found: dict[str, Box], expected: dict[str, Box]) -> None:
    assert found.keys() == expected.keys()
    for text, box in expected.items():
        assert found[text] == pytest.approx(box, abs=1), text


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_words_of_a_pdf_page_are_found_where_they_stand_however_it_is_turned(tmp_path, rotate):
    source = pdf_file(tmp_path / "in", rotate=rotate)
    size = (1600, 1200) if rotate % 180 else (1200, 1600)
    make_searchable(source, [reading(size=size)], tmp_path / "out")
    assert_same_places(found_words(tmp_path / "out"), shrunk(0.5))


@pytest.mark.parametrize("turn", [1, 2, 3])
@pytest.mark.parametrize("rotate", [0, 90])
def test_words_of_a_page_that_was_read_turned_stand_upright_on_the_turned_page(tmp_path, rotate, turn):
    source = pdf_file(tmp_path / "in", rotate=rotate)
    before = source.read_bytes()
    size = (1600, 1200) if (rotate // 90 + turn) % 2 else (1200, 1600)
    make_searchable(source, [reading(size=size, turn=turn)], tmp_path / "out")
    assert_same_places(found_words(tmp_path / "out"), shrunk(0.5))
    with pikepdf.open(tmp_path / "out") as pdf:
        assert pdf.pages[0].rotation == (rotate + 90 * turn) % 360
    assert source.read_bytes() == before


def test_a_locked_pdf_gets_its_text_with_its_password(tmp_path):
    source = pdf_file(tmp_path / "in", encryption=pikepdf.Encryption(owner="owner", user="secret"))
    searchable_pdf([PdfPart(source, 1, 1, (reading(),), "secret")], tmp_path / "out")
    assert set(found_words(tmp_path / "out")) == set(WORDS)


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("TIFF", "1"), ("TIFF", "I;16")]
)
def test_words_of_an_image_are_found_where_they_stand(tmp_path, kind, mode):
    Image.new(mode, (1200, 1600)).save(tmp_path / "in", kind, dpi=(144, 144))
    make_searchable(tmp_path / "in", [reading()], tmp_path / "out")
    assert_same_places(found_words(tmp_path / "out"), shrunk(0.5))


def test_photo_stands_upright_as_its_exif_says(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (1600, 1200)).save(tmp_path / "in", "JPEG", dpi=(144, 144), exif=exif)
    make_searchable(tmp_path / "in", [reading()], tmp_path / "out")
    assert_same_places(found_words(tmp_path / "out"), shrunk(0.5))


def test_every_frame_of_a_tiff_is_a_page(tmp_path):
    frames = [Image.new("1", (1200, 1600), 1) for _ in range(3)]
    frames[0].save(tmp_path / "in", "TIFF", save_all=True, append_images=frames[1:])
    make_searchable(tmp_path / "in", [reading(3)], tmp_path / "out")
    with pikepdf.open(tmp_path / "out") as pdf:
        assert len(pdf.pages) == 3
    assert set(found_words(tmp_path / "out")) == set(WORDS)


def test_nothing_new_is_seen_on_the_page(tmp_path):
    source = pdf_file(tmp_path / "in")
    make_searchable(source, [reading()], tmp_path / "out")
    assert picture(tmp_path / "out") == picture(source)


def picture(pdf: Path) -> bytes:
    command = ["pdftoppm", "-r", "50", "-cropbox", str(pdf)]
    return subprocess.run(command, capture_output=True, check=True).stdout


def test_image_looks_as_before(tmp_path):
    image = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(image).rectangle((100, 100, 300, 200), fill="red")
    image.save(tmp_path / "in", "PNG", dpi=(72, 72))
    make_searchable(tmp_path / "in", [reading(size=(600, 800))], tmp_path / "out")
    command = ["pdftoppm", "-png", "-singlefile", "-scale-to-x", "600", "-scale-to-y", "800"]
    subprocess.run([*command, str(tmp_path / "out"), str(tmp_path / "seen")], check=True)
    with Image.open(tmp_path / "seen.png") as seen:
        assert seen.getpixel((200, 150)) == pytest.approx((255, 0, 0), abs=12)
        assert seen.getpixel((400, 400)) == pytest.approx((255, 255, 255), abs=12)


def test_original_stays_as_it_was(tmp_path):
    source = pdf_file(tmp_path / "in")
    before = sha256(source.read_bytes()).digest()
    make_searchable(source, [reading()], tmp_path / "out")
    assert sha256(source.read_bytes()).digest() == before


@pytest.mark.parametrize(
    "page",
    [
        reading(path="text_layer"),
        reading(status="blank", words=()),
        PageReading(1, 0, 0, "failed", "page_unreadable"),
    ],
)
def test_pdf_that_needs_no_text_is_given_out_byte_for_byte(tmp_path, page):
    source = pdf_file(tmp_path / "in")
    make_searchable(source, [page], tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == source.read_bytes()


def test_only_pages_that_were_read_get_text(tmp_path):
    source = pdf_file(tmp_path / "in", pages=3)
    make_searchable(source, [reading(1, path="text_layer"), reading(2)], tmp_path / "out")
    text = subprocess.run(["pdftotext", tmp_path / "out", "-"], capture_output=True, text=True, check=True)
    pages = text.stdout.split("\f")
    assert "Nguyễn" in pages[1]
    assert not pages[0].strip()
    assert not pages[2].strip()


def test_font_goes_with_the_file(tmp_path):
    make_searchable(pdf_file(tmp_path / "in"), [reading()], tmp_path / "out")
    listing = subprocess.run(["pdffonts", tmp_path / "out"], capture_output=True, text=True, check=True)
    fonts = listing.stdout.splitlines()[2:]
    assert fonts
    assert all(re.search(r"yes yes yes\s+\d+\s+0$", font.rstrip()) for font in fonts)


def test_pdf_with_only_an_owners_password_gets_its_text(tmp_path):
    source = pdf_file(tmp_path / "in", encryption=pikepdf.Encryption(owner="owner", user=""))
    make_searchable(source, [reading()], tmp_path / "out")
    assert set(found_words(tmp_path / "out")) == set(WORDS)


def test_broken_content_of_a_page_does_not_touch_its_words(tmp_path):
    with pikepdf.open(pdf_file(tmp_path / "whole")) as pdf:
        pdf.pages[0].contents_add(b"q q 3 0 0 3 0 0 cm [ 12 (no end")
        pdf.save(tmp_path / "in")
    make_searchable(tmp_path / "in", [reading()], tmp_path / "out")
    assert_same_places(found_words(tmp_path / "out"), shrunk(0.5))


def test_words_without_extent_are_found_too(tmp_path):
    flat = Word("phẳng", (10, 10, 60, 10), 0.5, "body", 0)
    thin = Word("hẹp", (10, 30, 10, 60), 0.5, "body", 1)
    make_searchable(pdf_file(tmp_path / "in"), [reading(words=(flat, thin))], tmp_path / "out")
    assert set(found_words(tmp_path / "out")) == {"phẳng", "hẹp"}


def test_what_cannot_be_opened_is_refused_with_its_reason(tmp_path):
    source = pdf_file(tmp_path / "in", encryption=pikepdf.Encryption(owner="owner", user="secret"))
    with pytest.raises(Refused, match="encrypted"):
        make_searchable(source, [reading()], tmp_path / "out")
    source.write_bytes(b"%PDF-1.4\n")
    with pytest.raises(Refused, match="damaged"):
        make_searchable(source, [reading()], tmp_path / "out")


def test_pdf_of_several_parts_holds_their_pages_alone_in_order(tmp_path):
    first, second = pdf_file(tmp_path / "first", pages=3), pdf_file(tmp_path / "second", pages=2)
    only = Word("Đồng", (100, 200, 300, 260), 0.9, "body", 0)
    parts = [PdfPart(first, 2, 2, ()), PdfPart(second, 2, 2, (reading(2, words=(only,)),))]
    searchable_pdf(parts, tmp_path / "out")
    with pikepdf.open(tmp_path / "out") as pdf:
        assert len(pdf.pages) == 2
    assert found_words(tmp_path / "out").keys() == {"Đồng"}
