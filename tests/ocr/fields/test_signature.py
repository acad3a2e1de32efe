"""Who signed and as what."""

from collections.abc import Callable

import pytest

from warehouse.records import FieldValue, PageReading

Printed = tuple[str, int, int]
Fields = dict[str, list[FieldValue]]
Page = Callable[..., PageReading]
Read = Callable[..., Fields]

NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 800, 200)
RECIPIENTS = ("Nơi nhận:", 240, 900)


def closing(*right: str) -> list[Printed]:
    return [NATION, RECIPIENTS, *((text, 1000, 900 + 60 * row) for row, text in enumerate(right))]


def values(fields: Fields, name: str) -> list[str]:
    return [value.value for value in fields.get(name, [])]


def test_authority_and_positions_keep_their_order(page: Page, read: Read) -> None:
    fields = read(
        page(closing("TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "Phùng Tô Lịch"))
    )
    assert values(fields, "signing_capacity") == [
        "TL. CHỦ TỊCH",
        "KT. CHÁNH VĂN PHÒNG",
        "PHÓ CHÁNH VĂN PHÒNG",
    ]
    assert values(fields, "signer") == ["Phùng Tô Lịch"]


def test_marks_lost_under_the_seal_come_back_in_a_usual_position(page: Page, read: Read) -> None:
    assert values(read(page(closing("KT. BỌ TRƯỜNG", "THÚ TRƯỞNG"))), "signing_capacity") == [
        "KT. BỘ TRƯỞNG",
        "THỨ TRƯỞNG",
    ]


def test_strokes_of_the_signature_are_no_name(page: Page, read: Read) -> None:
    fields = read(page(closing("CHỦ TỊCH", "l ¬ ~ {", "ˆ H Ẳ |", "Đặng Văn Minh")))
    assert values(fields, "signer") == ["Đặng Văn Minh"]


def test_a_rank_before_the_name_is_left_out(page: Page, read: Read) -> None:
    assert values(read(page(closing("GIÁM ĐỐC", "ThS. Nguyễn Thị Hòa"))), "signer") == ["Nguyễn Thị Hòa"]


def test_a_surname_that_lost_its_first_letter_is_restored_for_review(page: Page, read: Read) -> None:
    (signer,) = read(page(closing("GIÁM ĐỐC", "guyễn Phước Bình")))["signer"]
    assert signer.value == "Nguyễn Phước Bình"
    assert signer.confidence < 0.85


def test_a_name_without_a_readable_position_goes_to_review(page: Page, read: Read) -> None:
    (signer,) = read(page(closing("Đặng Văn Minh")))["signer"]
    assert signer.confidence < 0.85


def test_an_unsigned_paper_has_no_signer(page: Page, read: Read) -> None:
    assert "signer" not in read(page(closing("CHỦ TỊCH")))


@pytest.mark.parametrize("cited", ["CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH", "Chủ tịch Nguyễn Hoàng Giang"])
def test_a_person_or_position_named_in_the_text_did_not_sign(page: Page, read: Read, cited: str) -> None:
    assert "signer" not in read(page([NATION, (cited, 500, 500)]))
