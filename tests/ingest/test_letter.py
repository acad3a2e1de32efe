"""A letter on paper: what stands where, on how many pages, and that text stays text."""

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from ingest.reader import Reader
from warehouse.letters import Letter
from warehouse.records import Limits

LETTER = Letter(
    agency_above="UBND TỈNH ĐẮK LẮK",
    agency=("SỞ NỘI VỤ",),
    number="125/SNV",
    about="trả lời yêu cầu đính chính",
    dated="Đắk Lắk, ngày 05 tháng 12 năm 2026",
    to="Ông/Bà Hoàng Thị Mơ",
    paragraphs=("Nội dung trả lời.",),
    signing_capacity=("GIÁM ĐỐC",),
    signer="Lê Thị Sen",
    recipients=("Như trên;", "Lưu: VT."),
)


def printed(letter: Letter, out: Path) -> list[str]:
    """The text of each page."""
    with Reader(Limits(max_pages=10, page_seconds=60, memory_bytes=2 * 1024**3)) as reader:
        reader.letter(letter, out)
    with pypdfium2.PdfDocument(out) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def place_of(out: Path, text: str) -> tuple[float, float]:
    """Where a text begins on the first page, from the left and from the top, in parts of the page."""
    with pypdfium2.PdfDocument(out) as document:
        page = document[0]
        words = page.get_textpage()
        found = words.search(text)
        first, _ = found.get_next()
        left, _, _, top = words.get_charbox(first)
        return left / page.get_width(), 1 - top / page.get_height()


def test_every_part_stands_where_the_decree_wants_it(tmp_path: Path) -> None:
    out = tmp_path / "letter.pdf"
    [text] = printed(LETTER, out)
    assert "V/v trả lời yêu cầu đính chính" in text
    left = ("UBND TỈNH", "SỞ NỘI VỤ", "125/SNV", "Kính gửi", "Nơi nhận")
    right = ("CỘNG HÒA", "Độc lập", "05 tháng 12", "GIÁM ĐỐC", "Lê Thị Sen")
    for names, on_the_right in ((left, False), (right, True)):
        places = [place_of(out, name) for name in names]
        assert [y for _, y in places] == sorted(y for _, y in places)
        assert all((x > 0.45) == on_the_right for x, _ in places)
    assert place_of(out, "UBND TỈNH")[1] == pytest.approx(place_of(out, "CỘNG HÒA")[1], abs=0.005)


def test_what_looks_like_markup_is_printed_as_it_was_typed(tmp_path: Path) -> None:
    typed = 'Tên <b>Hoài</b> & <img src="/etc/hostname"/> <para>'
    [text] = printed(replace(LETTER, paragraphs=(typed,), signer="<i>Sen"), tmp_path / "letter.pdf")
    assert typed in text
    assert "<i>Sen" in text


def test_long_letter_goes_on_to_numbered_pages_and_its_signature_stays_together(tmp_path: Path) -> None:
    first, *others = printed(
        replace(LETTER, paragraphs=("Nội dung trả lời rất dài. " * 40,) * 5), tmp_path / "l.pdf"
    )
    assert [page.split()[0] for page in others] == [str(number + 2) for number in range(len(others))]
    assert "GIÁM ĐỐC" not in first
    assert all(part in others[-1] for part in ("Nơi nhận", "GIÁM ĐỐC", "Lê Thị Sen"))


def test_word_without_an_end_is_broken(tmp_path: Path) -> None:
    assert len(printed(replace(LETTER, paragraphs=("x" * 4000,)), tmp_path / "letter.pdf")) == 2
