"""Tesseract as an engine."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.engine import Gray
from ocr.tesseract import TesseractEngine
from warehouse.errors import Refused, Unavailable

FONT = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"


def picture(*lines: str) -> Gray:
    image = Image.new("L", (900, 40 + 60 * len(lines)), 255)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        draw.text((20, 20 + 60 * row), line, 0, ImageFont.truetype(FONT, 38))
    return np.asarray(image)


def test_several_pictures_are_read_in_one_go_each_with_its_own_lines() -> None:
    pictures = [picture("Ủy ban nhân dân", "xã Đồng Đăng"), picture(""), picture("Nơi nhận: như trên")]
    first, empty, last = TesseractEngine().recognise(pictures, "block", 60)
    assert [(word.text, word.line) for word in first][2:5] == [("nhân", 0), ("dân", 0), ("xã", 1)]
    assert empty == []
    assert [(word.text, word.line) for word in last] == [("Nơi", 0), ("nhận:", 0), ("như", 0), ("trên", 0)]
    assert all(0.5 < word.confidence <= 1 for word in first)
    assert first[0].box == pytest.approx((21, 22, 66, 62), abs=6)


def test_no_pictures_need_no_engine() -> None:
    assert TesseractEngine().recognise([], "block", 60) == []


def test_a_page_that_outlasts_its_time_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        TesseractEngine().recognise([picture("Ủy ban nhân dân")] * 40, "page", 0.05)
    assert caught.value.reason == "reader_timeout"


def test_a_missing_tesseract_is_no_fault_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", "/nowhere/tesseract")
    with pytest.raises(Unavailable, match="tesseract-ocr-vie"):
        TesseractEngine().recognise([picture("Ủy ban")], "block", 60)
