"""From a file's page to words: what read_page promises for papers as they come."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageOps

from ocr.null import NullEngine
from ocr.page import read_page
from ocr.tesseract import TesseractEngine
from warehouse.records import Limits, PageReading, Word

Saved = Callable[..., Path]


def read(path: Path) -> PageReading:
    return read_page(path, 1, TesseractEngine(), Limits())


def zone(reading: PageReading, name: str) -> str:
    return " ".join(word.text for word in reading.words if word.zone == name)


def word(reading: PageReading, text: str) -> Word:
    return next(word for word in reading.words if word.text == text)


def test_every_column_of_a_paper_is_read_apart_in_reading_order(paper: Image.Image, saved: Saved) -> None:
    reading = read(saved(paper))
    assert (reading.status, reading.path, reading.width, reading.height) == ("ok", "zones", *paper.size)
    assert zone(reading, "header_left") == "ỦY BAN NHÂN DÂN XÃ ĐỒNG ĐĂNG Số: 128/QĐ-UBND"
    assert zone(reading, "header_right").endswith("Hạnh phúc Đồng Đăng, ngày 17 tháng 9 năm 2025")
    assert zone(reading, "body").startswith("QUYẾT ĐỊNH Về việc trợ cấp xã hội hằng tháng Căn cứ")
    assert zone(reading, "footer_left").startswith("Nơi nhận: - Như Điều 3; - Lưu:")
    assert zone(reading, "footer_right") == "KT. CHỦ TỊCH PHÓ CHỦ TỊCH Nguyễn Thị Hồng Thắm"
    assert [one.line for one in reading.words] == sorted(one.line for one in reading.words)
    assert reading.text.splitlines()[2:4] == ["Số: 128/QĐ-UBND", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]


def test_a_red_seal_over_the_signers_name_and_a_signature_above_it_leave_it_readable(
    paper: Image.Image, saved: Saved
) -> None:
    draw = ImageDraw.Draw(paper, "RGBA")
    for radius in (150, 110):
        centre = (1080, 1220)
        draw.circle(centre, radius, outline=(225, 30, 40, 210), width=8)
    draw.line([(1030, 1210), (1120, 1120), (1170, 1225), (1300, 1100)], fill=(40, 50, 150), width=5)
    assert "Nguyễn Thị Hồng Thắm" in zone(read(saved(paper)), "footer_right")


def test_boxes_of_a_skewed_page_lie_on_the_page_as_it_was_scanned(paper: Image.Image, saved: Saved) -> None:
    straight = word(read(saved(paper, "straight.jpg")), "128/QĐ-UBND").box
    skewed = read(saved(paper.rotate(3, fillcolor="white", resample=Image.Resampling.BICUBIC), "skewed.jpg"))
    x, y = (straight[0] + straight[2]) / 2 - 827, (straight[1] + straight[3]) / 2 - 1169.5
    angle = np.radians(-3)
    expected = (827 + x * np.cos(angle) - y * np.sin(angle), 1169.5 + x * np.sin(angle) + y * np.cos(angle))
    box = word(skewed, "128/QĐ-UBND").box
    assert ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) == pytest.approx(expected, abs=8)


def test_a_photograph_with_a_shadow_on_a_dark_desk_is_read_like_a_scan(
    photograph: Image.Image, saved: Saved
) -> None:
    reading = read(saved(photograph, dpi=(72, 72)))
    assert (reading.width, reading.height) == photograph.size
    assert zone(reading, "header_left") == "ỦY BAN NHÂN DÂN XÃ ĐỒNG ĐĂNG Số: 128/QĐ-UBND"
    assert zone(reading, "footer_right").endswith("Nguyễn Thị Hồng Thắm")


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_scanned_on_its_side_or_head_is_shown_and_read_upright(
    paper: Image.Image, saved: Saved, turn: int
) -> None:
    reading = read(saved(paper.rotate(turn, expand=True)))
    assert (reading.width, reading.height, reading.turn) == (*paper.size, turn // 90)
    assert "Số: 128/QĐ-UBND" in zone(reading, "header_left")
    assert word(reading, "128/QĐ-UBND").box[1] == pytest.approx(290, abs=25)


def test_a_blank_back_with_the_front_shining_through_is_blank(paper: Image.Image, saved: Saved) -> None:
    through = ImageOps.mirror(paper).convert("L").point(lambda level: 205 + level // 6)
    assert read(saved(through)).status == "blank"


def test_a_white_page_is_blank_and_still_has_its_size(saved: Saved) -> None:
    reading = read(saved(Image.new("L", (1654, 2339), 250)))
    assert (reading.status, reading.width, reading.height, reading.words) == ("blank", 1654, 2339, ())


def test_a_picture_over_the_limit_fails_before_it_is_decoded(paper: Image.Image, saved: Saved) -> None:
    reading = read_page(saved(paper), 1, NullEngine(), Limits(max_pixels=1_000_000))
    assert (reading.status, reading.reason) == ("failed", "too_many_pixels")


@pytest.mark.parametrize("name", ["page.jpg", "page.png", "page.tif", "page.pdf"])
def test_a_file_cut_short_is_a_failed_page_never_an_empty_one(
    paper: Image.Image, saved: Saved, name: str
) -> None:
    path = saved(paper, name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    reading = read_page(path, 1, NullEngine(), Limits())
    assert (reading.status, reading.reason) == ("failed", "page_unreadable")


def test_an_encrypted_pdf_says_so(paper: Image.Image, saved: Saved) -> None:
    path = saved(paper, "page.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert read_page(path, 1, NullEngine(), Limits()).reason == "encrypted"


def test_a_locked_pdf_is_read_with_its_password_as_a_scan_or_drawn(paper: Image.Image, saved: Saved) -> None:
    path = saved(paper, "page.pdf")
    for content in (b"", b"q 0 0 0 rg 10 10 9 9 re f Q"):
        with pikepdf.open(path) as pdf:
            pdf.pages[0].contents_add(content)
            pdf.save(path.with_name("locked.pdf"), encryption=pikepdf.Encryption(owner="o", user="u"))
        reading = read_page(path.with_name("locked.pdf"), 1, TesseractEngine(), Limits(), password="u")
        assert "128/QĐ-UBND" in reading.text


def test_a_scan_whose_picture_is_broken_has_failed_though_it_can_be_drawn_white(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    broken = pikepdf.Stream(pdf, b"\x00" * 300)
    broken.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1654, Height=2339,
        BitsPerComponent=1, ColorSpace=pikepdf.Name.DeviceGray, Filter=pikepdf.Name.JBIG2Decode,
    )  # fmt: skip
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=pdf.make_indirect(broken)))
    page.contents_add(b"q 595 0 0 842 0 0 cm /I Do Q")
    pdf.save(tmp_path / "broken.pdf")
    reading = read_page(tmp_path / "broken.pdf", 1, NullEngine(), Limits())
    assert (reading.status, reading.reason) == ("failed", "page_unreadable")


def test_a_page_the_file_does_not_have_has_failed(paper: Image.Image, saved: Saved) -> None:
    for name in ("page.pdf", "page.jpg"):
        assert read_page(saved(paper, name), 2, NullEngine(), Limits()).status == "failed"
