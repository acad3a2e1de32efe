import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.text import fold, norm, reference_numbers, tokens, words

VIETNAMESE = st.text("aăâeêioôơuưyđqhtnc àáảãạòóỏõọùúủũụÒÓHÀ'“”\u0300\u0301\u0309\u0323 \n", max_size=40)


@pytest.mark.parametrize(
    ("written", "spelling"),
    [
        ("hòa", "hoà"),
        ("HÒA BÌNH", "HOÀ BÌNH"),
        ("Tuy Hòa", "Tuy Hoà"),
        ("Phú Thủy", "Phú Thuỷ"),
        ("ủy ban", "uỷ ban"),
        ("khỏe", "khoẻ"),
        ("hòa_bình", "hoà_bình"),
        ("hoàn toàn, ngoài, huỳnh", "hoàn toàn, ngoài, huỳnh"),
        ("quý, quỳ", "quý, quỳ"),
        ("qúy", "qúy"),
    ],
)
def test_the_tone_of_an_open_syllable_has_one_place_but_not_after_q(written: str, spelling: str) -> None:
    assert norm(written) == spelling
    assert norm(unicodedata.normalize("NFD", written)) == spelling


def test_quotes_become_plain_and_any_white_space_one_space() -> None:
    assert norm(" “Ea H’leo”\u00a0\n\t xã ") == '"Ea H\'leo" xã'


@given(VIETNAMESE)
def test_a_normal_spelling_stays_as_it_is(text: str) -> None:
    assert norm(norm(text)) == norm(text)


@given(VIETNAMESE)
def test_folding_does_not_depend_on_how_letters_are_composed(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


def test_folding_drops_every_mark_and_the_bar_of_d() -> None:
    assert fold("Đắk Lắk, ƯỚC nguyện, Ðỗ") == "dak lak, uoc nguyen, do"


def test_tokens_tell_where_they_stand_in_the_text_as_it_is() -> None:
    text = unicodedata.normalize("NFD", "Giấy_khai sinh: Hòa")
    found = tokens(text)
    assert [t.exact for t in found] == ["giấy", "khai", "sinh", "hoà"]
    assert [t.folded for t in found] == ["giay", "khai", "sinh", "hoa"]
    assert [unicodedata.normalize("NFC", text[t.start : t.end]) for t in found] == [
        "Giấy",
        "khai",
        "sinh",
        "Hòa",
    ]


@given(VIETNAMESE)
def test_words_are_the_tokens_without_their_places(text: str) -> None:
    assert list(words(text)) == [(t.exact, t.folded) for t in tokens(text)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Quyết định số 12/QĐ-UBND.", ["12/qd-ubnd"]),
        ("12 / QĐ-UBND-NC và 118/2025/NĐ-CP", ["12/qd-ubnd-nc", "118/2025/nd-cp"]),
        (unicodedata.normalize("NFD", "271a/BC-UBND"), ["271a/bc-ubnd"]),
        ("Khai sinh số 12/2019, trích lục 7/2021-BS", ["12/2019", "7/2021-bs"]),
        ("ngày 01/07/2025, Số: /BC-STTTT, 2999 UBND-KGVX", []),
    ],
)
def test_numbers_of_documents_are_found_whole_and_dates_are_not(text: str, numbers: list[str]) -> None:
    assert reference_numbers(text) == numbers
