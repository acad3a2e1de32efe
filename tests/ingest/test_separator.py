"""Separator sheets: what is printed is read back, also from a poor scan."""

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from pdf2image import convert_from_path

from ingest.payload import (
    SEPARATOR,
    SEPARATOR_BAR,
    is_separator,
    read_payload,
    separator_values,
    write_payload,
)
from ingest.separator import MOST, checked_values, print_separators
from warehouse.errors import UsageError

pytestmark = pytest.mark.engineless


def codes_on(pdf, dpi, turn=0.0, page=1):
    [image] = convert_from_path(pdf, dpi, first_page=page, last_page=page, grayscale=True)
    return [code.text for code in zxingcpp.read_barcodes(image.rotate(turn, fillcolor=255))]


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,20}", fullmatch=True), st.text(max_size=40)))
def test_payload_says_again_whatever_was_written_into_it(pairs):
    assert read_payload(write_payload(pairs)) == pairs


@pytest.mark.parametrize("text", ["", "https://khoso.example/?KHOSO1", "KHOSO2;sheet=separator", "KHOSO1"])
def test_codes_of_others_are_no_separators_and_say_nothing(text):
    assert read_payload(text) == {}
    assert not is_separator([text])


def test_label_of_a_box_is_no_separator():
    assert not is_separator([write_payload({"box": "07"})])


@pytest.mark.parametrize(("dpi", "turn"), [(100, 0), (100, 3), (150, 180), (300, 1)])
def test_printed_sheet_is_read_back_from_a_scan(tmp_path, dpi, turn):
    values = checked_values(("doc_type=Giấy khai sinh", "issued_on=06/01/2025", "subject=" + "ộ" * 30))
    print_separators(tmp_path / "sheet.pdf", 1, values)
    found = codes_on(tmp_path / "sheet.pdf", dpi, turn)
    assert SEPARATOR_BAR in found
    assert is_separator([code for code in found if code != SEPARATOR_BAR])
    assert separator_values(found) == {
        "doc_type": "Giấy khai sinh",
        "issued_on": "2025-01-06",
        "subject": "ộ" * 30,
    }


def test_every_sheet_is_alike_and_says_in_vietnamese_what_to_do(tmp_path):
    print_separators(tmp_path / "sheets.pdf", 3, {"holder_name": "Nguyễn Hữu Toản"})
    with pypdfium2.PdfDocument(tmp_path / "sheets.pdf") as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    assert len(texts) == 3
    assert len(set(texts)) == 1
    assert "Đặt tờ này TRƯỚC mỗi giấy tờ" in texts[0]
    assert "Nguyễn Hữu Toản" in texts[0]


@pytest.mark.parametrize("setting", ["doc_type", "doc_type=", "colour=red", "issued_on=31/02/2020"])
def test_sheet_is_not_printed_with_what_no_paper_could_bear(setting):
    with pytest.raises(UsageError):
        checked_values((setting,))


def test_sheet_that_would_say_more_than_a_scan_can_be_read_for_is_refused(tmp_path):
    with pytest.raises(UsageError, match=str(MOST)):
        print_separators(tmp_path / "sheet.pdf", 1, {"subject": "ộ" * 100})
    assert not list(tmp_path.iterdir())


def test_sheet_that_cannot_be_written_is_a_clear_error(tmp_path):
    with pytest.raises(UsageError) as refused:
        print_separators(tmp_path / "missing" / "sheet.pdf", 1, SEPARATOR)
    assert refused.value.reason == "cannot_write"
