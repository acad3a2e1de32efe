"""The line of a chip card's QR: what is taken from it, what is forgiven, what is no such line."""

import unicodedata

import pytest

from warehouse.codes.chip_cards import ChipCard, parse_chip_card
from warehouse.codes.dates import PartialDate
from warehouse.errors import UsageError

LINE = "001099012345|123456789|Nguyễn Văn An|01021999|Nam|Số 8 ngõ 5, Hoàng Đồng, Lạng Sơn|25042021"
CARD = ChipCard(
    "001099012345", "Nguyễn Văn An", "123456789", PartialDate(1999, 2, 1), "male", PartialDate(2021, 4, 25)
)


def test_line_of_a_card_names_its_holder_without_the_address() -> None:
    assert parse_chip_card(LINE) == CARD
    assert "Hoàng Đồng" not in repr(parse_chip_card(LINE))


@pytest.mark.parametrize(
    "line",
    [
        LINE + "\r\n",
        "\ufeff" + LINE + "\t",
        LINE.replace("|", " | "),
        unicodedata.normalize("NFD", LINE),
        LINE + "||||Nguyễn Văn Bình|Trần Thị Cúc",
        LINE.replace("01021999", "01/02/1999"),
        LINE.replace("001099012345", "1099012345"),
        LINE.replace("Nguyễn Văn An", " Nguyễn  Văn An "),
    ],
    ids=["line end", "scanner's edges", "spaces", "NFD", "newer card", "dashes", "lost zeros", "wide name"],
)
def test_what_scanners_and_newer_cards_do_to_a_line_is_forgiven(line: str) -> None:
    assert parse_chip_card(line) == CARD


def test_card_may_have_no_old_number_and_a_scanner_may_lose_the_tail() -> None:
    assert parse_chip_card("001099012345||Nguyễn Văn An") == ChipCard("001099012345", "Nguyễn Văn An")
    woman = parse_chip_card("020199012345||Trần Thị Mai|00001999|Nữ|")
    assert (woman.birth_date, woman.sex, woman.old_id) == (PartialDate(1999), "female", None)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "|||",
        "Nguyễn Văn An 1999",
        "001099012345|123456789",
        "12345|123456789|Nguyễn Văn An|01021999",
        "001099012345||",
        "001099012345||12345|01021999",
        f"{LINE}\n{LINE}",
        f"001099012345||{'A' * 300}",
    ],
)
def test_other_lines_are_refused_without_repeating_them(line: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_chip_card(line)
    assert refused.value.reason == "not_a_chip_card"
    assert refused.value.detail == {}
