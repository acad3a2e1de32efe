"""The header: agencies, number, place and day."""

from collections.abc import Callable

import pytest

from warehouse.records import FieldValue, Known, PageReading

Printed = tuple[str, int, int]
Fields = dict[str, list[FieldValue]]
Page = Callable[..., PageReading]
Read = Callable[..., Fields]

NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 800, 200)


def header(
    *left: str, dated: str = "Đồng Đăng, ngày 12 tháng 8 năm 2024", title: str = "QUYẾT ĐỊNH"
) -> list[Printed]:
    lines = [(text, 280, 200 + 42 * row) for row, text in enumerate(left)]
    return [NATION, *lines, (dated, 820, 320), (title, 760, 480)]


def test_a_superior_over_the_issuer_is_the_parent_agency(page: Page, read: Read) -> None:
    fields = read(page(header("UBND TỈNH LẠNG SƠN", "SỞ NỘI VỤ", "Số: 9/QĐ-SNV")))
    assert fields["issuing_agency"][0].value == "Sở Nội vụ"
    assert fields["parent_agency"][0].value == "Ủy ban nhân dân tỉnh Lạng Sơn"


def test_a_name_over_two_lines_is_one_agency(page: Page, read: Read) -> None:
    fields = read(page(header("BỘ GIÁO DỤC", "VÀ ĐÀO TẠO", "Số: 12/QĐ-BGDĐT")))
    assert fields["issuing_agency"][0].value == "Bộ Giáo dục và Đào tạo"
    assert "parent_agency" not in fields


def test_wrong_marks_are_put_right_by_the_known_agency_of_the_same_letters(page: Page, read: Read) -> None:
    known = Known(agencies=("Ủy ban nhân dân xã Tân Ân", "Ủy ban nhân dân xã Tân An"))
    fields = read(page(header("UY BAN NHÂN DÂN", "XÃ TÂN ÂN", "Số: 3/QĐ-UBND")), known=known)
    assert fields["issuing_agency"][0].value == "Ủy ban nhân dân xã Tân Ân"


@pytest.mark.parametrize(
    "blank", ["Số: /BC-STTTT", "Số:      /QĐ-UBND", "Số: ..../QĐ-UBND", "2999 UBND-KGVX"]
)
def test_a_blank_or_broken_number_is_missing(page: Page, read: Read, blank: str) -> None:
    assert "reference_number" not in read(page(header("SỞ NỘI VỤ", blank)))


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("Số: 57 /QĐ-UBND", "57/QĐ-UBND"),
        ("Số:57/QÐ-UBND", "57/QĐ-UBND"),
        ("Số: 118/2025/QĐ-TTg", "118/2025/QĐ-TTg"),
        ("Số: 12/2024", "12/2024"),
        ("Số: BO 034470", "BO 034470"),
    ],
)
def test_a_number_is_given_in_its_one_normal_spelling(
    page: Page, read: Read, printed: str, number: str
) -> None:
    assert read(page(header("SỞ NỘI VỤ", printed)))["reference_number"][0].value == number


def test_a_stamp_of_incoming_mail_is_no_reference_number(page: Page, read: Read) -> None:
    fields = read(page(header("SỞ NỘI VỤ", "Số: 2770", "Số: 08/QĐ-SNV")))
    assert fields["reference_number"][0].value == "08/QĐ-SNV"


def test_a_number_cited_after_v_v_is_not_the_papers_own(page: Page, read: Read) -> None:
    lines = header("SỞ NỘI VỤ", "Số: /SNV-VP", "V/v thực hiện Quyết định", "số 12/QĐ-UBND", title="Kính gửi:")
    assert "reference_number" not in read(page(lines))


def test_a_number_whose_notation_contradicts_the_title_goes_to_review(page: Page, read: Read) -> None:
    fields = read(page(header("SỞ NỘI VỤ", "Số: 57/BC-SNV")))
    assert fields["reference_number"][0].confidence < 0.85
    assert fields["doc_type"][0].confidence < 0.85


def test_figures_written_by_hand_go_to_review_however_sure_the_reader_is(page: Page, read: Read) -> None:
    lines = header("SỞ NỘI VỤ", "Số: 44 /QĐ-SNV", dated="Đồng Đăng, ngày 17 tháng 8 năm 2024")
    lines.append(("Kỳ họp 31 năm 2023 và 2024, trang 12", 300, 900))
    printed, written = read(page(lines)), read(page(lines, tall={"44": 36, "17": 34}))
    assert min(printed[name][0].confidence for name in ("reference_number", "issued_on")) >= 0.85
    assert max(written[name][0].confidence for name in ("reference_number", "issued_on")) < 0.6


@pytest.mark.parametrize("dated", ["Hà Nội, ngày tháng 9 năm 2023", "Hà Nội, ngày ... tháng 9 năm 2023"])
def test_a_date_without_its_day_is_only_a_month_and_goes_to_review(
    page: Page, read: Read, dated: str
) -> None:
    (value,) = read(page(header("SỞ NỘI VỤ", dated=dated)))["issued_on"]
    assert (value.value, value.precision) == ("2023-09", "month")
    assert value.confidence < 0.85


@pytest.mark.parametrize("day", ["31 tháng 02 năm 2024", "05 tháng 13 năm 2024", "05 tháng 3 năm 1931"])
def test_a_day_no_paper_can_bear_is_not_a_full_date(page: Page, read: Read, day: str) -> None:
    values = read(page(header("SỞ NỘI VỤ", dated=f"Hà Nội, ngày {day}"))).get("issued_on", [])
    assert all(value.precision == "month" for value in values)


def test_a_date_in_the_text_is_not_the_day_of_issue(page: Page, read: Read) -> None:
    lines = header("SỞ NỘI VỤ", dated="Độc lập - Tự do - Hạnh phúc")
    prose = ("Căn cứ Luật Tổ chức chính quyền, ngày 19 tháng 6 năm 2015 của Quốc hội;", 300, 700)
    assert "issued_on" not in read(page([*lines, prose]))


def test_an_unreadable_date_in_the_header_is_not_replaced_by_another_one(page: Page, read: Read) -> None:
    lines = header("SỞ NỘI VỤ", dated="Hà Nội, ngày tháng năm")
    other = ("Hà Nội, ngày 05 tháng 02 năm 2024", 900, 1200)
    assert "issued_on" not in read(page([*lines, other]))
