"""The person a form or a sentence names, and values after labels."""

from collections.abc import Callable

import pytest

from warehouse.records import FieldValue, PageReading

Printed = tuple[str, int, int]
Fields = dict[str, list[FieldValue]]
Page = Callable[..., PageReading]
Read = Callable[..., Fields]

NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 500, 200)
BIRTH = (
    "Họ, chữ đệm, tên: LÒ THỊ MẬN    Giới tính: Nữ",
    "Ngày, tháng, năm sinh: 07/03/2021",
    "Số định danh cá nhân: 020321004567",
    "Họ, chữ đệm, tên người mẹ: VI THỊ SẮN",
    "Năm sinh: 1995 Số định danh cá nhân: 020195001234",
)


def form(*lines: str) -> list[Printed]:
    return [NATION, *((text, 300, 600 + 50 * row) for row, text in enumerate(lines))]


def only(fields: Fields, name: str) -> list[str]:
    return [value.value for value in fields.get(name, [])]


def test_a_birth_certificate_is_about_the_child_not_the_mother(page: Page, read: Read) -> None:
    fields = read(page(form(*BIRTH)))
    assert only(fields, "holder_name") == ["Lò Thị Mận"]
    assert only(fields, "holder_id") == ["020321004567"]
    assert only(fields, "holder_birth_date") == ["2021-03-07"]


def test_a_childs_missing_number_is_not_taken_from_the_mother(page: Page, read: Read) -> None:
    assert "holder_id" not in read(page(form(BIRTH[0], *BIRTH[3:])))


def test_a_number_that_tells_another_year_of_birth_goes_to_review(page: Page, read: Read) -> None:
    fields = read(page(form("Họ và tên: LÒ THỊ MẬN", "Ngày sinh: 07/03/1988", "CCCD số: 020321004567")))
    assert fields["holder_id"][0].confidence < 0.85


@pytest.mark.parametrize("printed", ["12345", "0203 21 00456", "02032100456789"])
def test_figures_that_are_no_personal_number_are_left_out(page: Page, read: Read, printed: str) -> None:
    fields = read(page(form("Họ và tên: LÒ THỊ MẬN", f"Số định danh cá nhân: {printed}")))
    assert "holder_id" not in fields


def test_one_person_told_of_in_a_sentence_over_two_lines_is_the_holder(page: Page, read: Read) -> None:
    told = (
        "Trợ cấp cho bà Nông Thị Đào, sinh ngày 02/09/1950, số",
        "định danh cá nhân 020150000321, trú tại",
    )
    fields = read(page(form(*told)))
    assert only(fields, "holder_name") == ["Nông Thị Đào"]
    assert only(fields, "holder_id") == ["020150000321"]
    assert only(fields, "holder_birth_date") == ["1950-09-02"]


def test_of_several_persons_in_sentences_none_is_chosen(page: Page, read: Read) -> None:
    told = [
        f"Ông Lò Văn {name}, số định danh cá nhân 0200500003{n}, trú tại xã;"
        for name, n in (("A", 21), ("B", 22))
    ]
    assert "holder_name" not in read(page(form(*told)))


def test_labelled_codes_and_the_last_day_are_read(page: Page, read: Read) -> None:
    fields = read(
        page(
            form(
                "Mã hồ sơ: H37.12-240305-0007",
                "Mã thủ tục: 1.001193.000.00.00.H37",
                "Có giá trị đến ngày: 04/03/2034",
            )
        )
    )
    assert only(fields, "dossier_code") == ["H37.12-240305-0007"]
    assert only(fields, "procedure_code") == ["1.001193.000.00.00.H37"]
    assert only(fields, "valid_until") == ["2034-03-04"]


def test_of_several_procedures_none_is_the_papers_own(page: Page, read: Read) -> None:
    fields = read(page(form("Mã thủ tục: 1.001193", "Mã thủ tục: 1.000894")))
    assert "procedure_code" not in fields


def test_a_dossier_code_of_an_impossible_day_is_left_out(page: Page, read: Read) -> None:
    assert "dossier_code" not in read(page(form("Mã hồ sơ: H37.12-241345-0007")))


def test_a_civil_status_form_names_its_agency_and_day_beside_labels(page: Page, read: Read) -> None:
    fields = read(
        page(form("Nơi đăng ký khai sinh: UBND xã Đồng Đăng", "Ngày, tháng, năm đăng ký: 08/03/2021"))
    )
    assert only(fields, "issuing_agency") == ["Ủy ban nhân dân xã Đồng Đăng"]
    assert only(fields, "issued_on") == ["2021-03-08"]


def test_a_company_behind_a_label_is_the_holder_by_its_tax_code(page: Page, read: Read) -> None:
    fields = read(page(form("Cơ sở: CÔNG TY TNHH CHÈ HOA", "Mã số thuế: 0100109106")))
    assert only(fields, "holder_name") == ["CÔNG TY TNHH CHÈ HOA"]
    assert only(fields, "holder_id") == ["0100109106"]


def test_a_company_told_of_in_a_sentence_is_the_holder(page: Page, read: Read) -> None:
    told = ("Điều 1. Cấp phép cho Công ty Cổ phần Gạch Đỏ, mã số", "thuế 0100233488, được xả nước thải")
    fields = read(page(form(*told)))
    assert only(fields, "holder_name") == ["Công ty Cổ phần Gạch Đỏ"]
    assert only(fields, "holder_id") == ["0100233488"]


def test_a_tax_code_whose_check_digit_fails_goes_to_review(page: Page, read: Read) -> None:
    fields = read(page(form("Cơ sở: CÔNG TY TNHH CHÈ HOA", "Mã số thuế: 0100109107")))
    assert fields["holder_id"][0].confidence < 0.85


def test_a_number_whose_label_ends_the_line_before_is_still_the_holders(page: Page, read: Read) -> None:
    fields = read(
        page(form("Họ và tên: LÒ THỊ MẬN", "Thường trú tại bản Pọng, số định danh", "cá nhân 020321004567"))
    )
    assert only(fields, "holder_id") == ["020321004567"]
