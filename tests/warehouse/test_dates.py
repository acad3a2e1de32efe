from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.codes import dates
from warehouse.codes.fields import Checked, check_field

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("ngày 06 tháng 01 năm 2025", "2025-01-06", "day"),
        ("Ngày 6 tháng 1 năm 2025", "2025-01-06", "day"),
        ("06/01/2025", "2025-01-06", "day"),
        ("6-1-2025", "2025-01-06", "day"),
        ("6.1.2025", "2025-01-06", "day"),
        ("2025-01-06", "2025-01-06", "day"),
        ("2025-01-06 00:00:00", "2025-01-06", "day"),
        ("29/02/2024", "2024-02-29", "day"),
        ("01/2025", "2025-01", "month"),
        ("tháng 1 năm 2025", "2025-01", "month"),
        ("2025-01", "2025-01", "month"),
        ("năm 2025", "2025", "year"),
        ("2025", "2025", "year"),
    ],
)
def test_a_date_is_read_in_every_usual_form_with_the_precision_it_has(
    text: str, value: str, precision: dates.Precision
) -> None:
    assert check_field("issued_on", text, TODAY) == Checked(value, precision=precision)


@pytest.mark.parametrize(
    "text",
    ["31/02/2025", "29/02/2025", "00/01/2025", "13/2025", "31/02/25", "1/2-2025", "1944", "ngày tháng 9"],
)
def test_what_is_no_date_since_1945_is_left_out(text: str) -> None:
    assert check_field("issued_on", text, TODAY) == Checked(None, "bad_date")


def test_births_reach_back_to_1900() -> None:
    assert check_field("holder_birth_date", "1900", TODAY).value == "1900"
    assert check_field("holder_birth_date", "1899", TODAY).reason == "bad_date"


def test_only_the_end_of_validity_may_lie_ahead() -> None:
    assert check_field("issued_on", "23/11/2026", TODAY).reason == "future_date"
    assert check_field("issued_on", "22/11/2026", TODAY).value == "2026-11-22"
    assert check_field("issued_on", "2026", TODAY).value == "2026"
    assert check_field("valid_until", "23/11/2036", TODAY).value == "2036-11-23"


def test_a_paper_without_term_says_so_in_words() -> None:
    assert check_field("valid_until", "Không thời hạn", TODAY) == Checked("unlimited")
    assert check_field("issued_on", "Không thời hạn", TODAY).reason == "bad_date"


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_survives_being_written_the_vietnamese_way(day: date) -> None:
    written = f"ngày {day:%d} tháng {day:%m} năm {day.year}"
    assert str(dates.parse_date(written)) == day.isoformat()


def test_a_month_spans_its_days() -> None:
    month = dates.PartialDate(2024, 2)
    assert (month.first, month.last) == (date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("issued_on", "5.3.19", "2019-03-05"),
        ("issued_on", "5-3-89", "1989-03-05"),
        ("issued_on", "ngày 5 tháng 3 năm 19", "2019-03-05"),
        ("holder_birth_date", "01/02/24", "2024-02-01"),
        ("holder_birth_date", "01/02/26", "1926-02-01"),
        ("valid_until", "31/12/30", "2030-12-31"),
        ("valid_until", "31/12/89", "1989-12-31"),
        ("issued_on", "01/02/44", None),
        ("issued_on", "03/25/19", None),
    ],
)
def test_a_year_of_two_digits_is_the_latest_possible_one_with_a_warning(
    name: str, text: str, value: str | None
) -> None:
    checked = check_field(name, text, date(2025, 6, 30))
    assert checked.value == value
    assert checked.warnings == (("two_digit_year",) if value else ())


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (43529, "2019-03-05"),
        (43529.75, "2019-03-05"),
        (2019, "2019"),
        (1, "1899-12-31"),
        (0, "0"),
        (10**9, "1000000000"),
    ],
)
def test_a_number_in_a_column_of_days_is_a_day_or_a_year(number: float, text: str) -> None:
    assert dates.date_of_number(number) == text
