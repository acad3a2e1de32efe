"""QR and Code 128 signs, and how alike two pages look."""

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from ocr.codes import codes
from ocr.likeness import image_hash
from ocr.source import Picture
from ocr.view import view_of


def sign(text: str, kind: zxingcpp.BarcodeFormat, size: tuple[int, int]) -> Image.Image:
    drawn = np.asarray(zxingcpp.create_barcode(text, kind).to_image(scale=8))
    return Image.fromarray(drawn).resize(size)


def separator() -> Image.Image:
    """A sheet with a QR sign of 40 mm and below it a Code 128 of 80 mm, at 200 dpi."""
    sheet = Image.new("L", (1654, 2339), 255)
    sheet.paste(sign("KHOSO:SEP:1", zxingcpp.BarcodeFormat.QRCode, (315, 315)), (600, 400))
    sheet.paste(sign("KHOSO:SEP:1", zxingcpp.BarcodeFormat.Code128, (630, 120)), (500, 1000))
    return sheet


@pytest.mark.parametrize("dpi", [100, 150, 300])
@pytest.mark.parametrize("bitonal", [True, False])
def test_a_separators_signs_are_read_askew_at_every_resolution(dpi: int, bitonal: bool) -> None:
    sheet = separator().rotate(3, fillcolor=255, resample=Image.Resampling.BICUBIC)
    sheet = sheet.resize((1654 * dpi // 200, 2339 * dpi // 200), Image.Resampling.LANCZOS)
    if bitonal:
        sheet = sheet.point(lambda level: 255 * (level > 150))
    view = view_of(Picture(np.asarray(sheet), *sheet.size, dpi))
    assert codes(view.sheet.gray) == ("KHOSO:SEP:1", "KHOSO:SEP:1")


def test_a_signs_text_is_cut_and_freed_of_control_characters() -> None:
    sheet = Image.new("L", (1200, 1200), 255)
    sheet.paste(sign("a\x00\nb" + "c" * 600, zxingcpp.BarcodeFormat.QRCode, (1000, 1000)), (100, 100))
    assert codes(np.asarray(sheet)) == ("ab" + "c" * 498,)


def looks(image: Image.Image, dpi: float) -> int:
    view = view_of(Picture(np.asarray(image.convert("L")), *image.size, dpi))
    return int(image_hash(view.sheet.gray, view.mask) or "", 16)


def test_a_rescan_looks_alike_and_another_paper_does_not(paper: Image.Image) -> None:
    again = paper.rotate(1.5, fillcolor="white", translate=(25, -18), resample=Image.Resampling.BICUBIC)
    other = paper.copy()
    ImageDraw.Draw(other).rectangle((200, 520, 1500, 800), fill="white")
    there = looks(paper, 200)
    assert (there ^ looks(again.resize((1240, 1754)), 150)).bit_count() <= 4
    assert (there ^ looks(other, 200)).bit_count() > 4
