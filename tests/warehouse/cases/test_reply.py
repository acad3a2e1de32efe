"""What the letter says that answers a case."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, update

from tests.warehouse.cases.desk import (
    ACCEPTED,
    CLERK,
    HOLDER,
    OF_HOLDER,
    OFFICER,
    OPERATOR,
    STRANGER,
    WRONG_NAME,
)
from tests.warehouse.desk import add
from warehouse.cases.deciding import Decision, decide_case
from warehouse.cases.opening import open_case
from warehouse.cases.reply import reply_letter
from warehouse.errors import Conflict, NotFound
from warehouse.tables import cases, units


def decided(connection: Connection, decision: Decision = ACCEPTED) -> str:
    case: str = open_case(connection, CLERK, WRONG_NAME)["case"]
    decide_case(connection, OFFICER, case, decision)
    return case


def test_letter_says_who_answers_whom_about_what_and_how(connection: Connection) -> None:
    rejected = Decision(
        "rejected", "Giấy ghi là Hoa.", "Xem bản kèm theo.\nGửi lại khi cần.", "125/UBND", "Lê Thị Sen",
        "TM. Ủy ban nhân dân\nChủ tịch",
    )  # fmt: skip
    letter = reply_letter(connection, OFFICER, decided(connection, rejected))
    assert (letter.agency_above, letter.agency) == ("", ("ỦY BAN NHÂN DÂN", "XÃ ĐỒNG ĐĂNG"))
    assert (letter.number, letter.to) == ("125/UBND", "Ông/Bà Hoàng Thị Mơ")
    assert (letter.signing_capacity, letter.signer) == (("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), "Lê Thị Sen")
    asked, wanted, *answer = letter.paragraphs
    assert "hồ sơ mã RA" in asked
    assert wanted.endswith(WRONG_NAME.description)
    said = (
        "Không chấp nhận yêu cầu của Ông/Bà.",
        "Lý do: Giấy ghi là Hoa.",
        "Xem bản kèm theo.",
        "Gửi lại khi cần.",
    )
    assert tuple(answer[1:5]) == said
    assert answer[-1].endswith("./.")


def test_what_nobody_gave_is_left_blank_for_a_pen(connection: Connection) -> None:
    letter = reply_letter(connection, OFFICER, decided(connection))
    assert letter.number.strip() == "/UBND"
    assert (letter.signer, letter.signing_capacity) == ("", ())
    assert not any(paragraph.startswith("Lý do") for paragraph in letter.paragraphs)


@pytest.mark.parametrize(
    ("at", "dated"),
    [
        (
            datetime(2026, 2, 4, 17, 30, tzinfo=UTC),
            "Đồng Đăng, ngày 05 tháng 02 năm 2026",
        ),  # the day in Viet Nam
        (datetime(2026, 12, 31, 3, tzinfo=UTC), "Đồng Đăng, ngày 31 tháng 12 năm 2026"),
        (datetime(2026, 9, 2, 3, tzinfo=UTC), "Đồng Đăng, ngày 02 tháng 9 năm 2026"),
    ],
)
def test_days_below_ten_and_the_first_two_months_have_a_zero(
    connection: Connection, at: datetime, dated: str
) -> None:
    case = decided(connection)
    connection.execute(update(cases).values(decided_at=at))
    assert reply_letter(connection, OFFICER, case).dated == dated


def test_letter_about_a_holder_shows_the_last_digits_alone(connection: Connection) -> None:
    case = open_case(connection, CLERK, OF_HOLDER)["case"]
    decide_case(connection, OFFICER, case, ACCEPTED)
    paragraphs = " ".join(reply_letter(connection, OFFICER, case).paragraphs)
    assert "số định danh ••••••••1234" in paragraphs
    assert HOLDER not in paragraphs


def test_department_answers_in_its_own_name_under_its_province(connection: Connection) -> None:
    province = add(
        connection, units, code="66", name="tỉnh Đắk Lắk", level="province", valid_from=date(2025, 7, 1)
    )
    add(
        connection, units, code="H15.13", name="Sở Nội vụ tỉnh Đắk Lắk", level="department", parent_id=province,
        valid_from=date(2025, 7, 1),
    )  # fmt: skip
    case = open_case(connection, OPERATOR, replace(OF_HOLDER, unit="H15.13"))["case"]
    connection.execute(update(cases).values(opened_by="user:another"))
    decide_case(connection, OPERATOR, case, ACCEPTED)
    letter = reply_letter(connection, OPERATOR, case)
    assert (letter.agency_above, letter.agency) == ("UBND TỈNH ĐẮK LẮK", ("SỞ NỘI VỤ",))
    assert letter.dated.startswith("Đắk Lắk, ngày ")


def test_open_case_has_no_letter_and_another_units_is_not_there(connection: Connection) -> None:
    case = open_case(connection, CLERK, WRONG_NAME)["case"]
    with pytest.raises(Conflict):
        reply_letter(connection, OFFICER, case)
    with pytest.raises(NotFound):
        reply_letter(connection, STRANGER, case)
