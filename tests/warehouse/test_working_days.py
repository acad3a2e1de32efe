"""Terms by working days: weekends, holidays, days made up for, and years of which nobody knows the holidays."""

from datetime import date, timedelta

import pytest

from warehouse.codes.working_days import add_working_days, calendar, is_working_day, years_without_holidays


@pytest.mark.parametrize(
    ("opened", "count", "due"),
    [
        ("2026-11-23", 2, "2026-11-25"),  # Monday: the day itself is not counted
        ("2026-11-26", 2, "2026-11-30"),  # Thursday: over the weekend
        ("2026-11-28", 2, "2026-12-01"),  # Saturday
        ("2025-01-23", 2, "2025-02-03"),  # Tết: the Friday before it and the Monday behind it
        ("2026-02-13", 1, "2026-02-23"),
        ("2025-04-25", 1, "2025-04-26"),  # a Saturday worked in exchange for 2 May
        ("2025-04-29", 2, "2025-05-06"),  # 30 April, 1 May and the day in exchange
        ("2026-04-29", 1, "2026-05-04"),
        ("2025-08-29", 1, "2025-09-03"),  # 2 September with the day before it
        ("2026-08-28", 1, "2026-09-03"),
        ("2026-08-21", 1, "2026-08-22"),
        ("2025-12-31", 2, "2026-01-06"),  # over New Year's Day and the day in exchange
        ("2026-12-31", 1, "2027-01-04"),
        ("2026-11-23", 0, "2026-11-23"),
    ],
)
def test_term_ends_on_the_last_of_its_working_days(opened: str, count: int, due: str) -> None:
    assert add_working_days(date.fromisoformat(opened), count) == date.fromisoformat(due)


def test_holiday_on_a_weekend_is_made_up_for_on_the_next_working_day() -> None:
    assert not is_working_day(date(2026, 4, 27))  # 10 of the third lunar month is Sunday 26 April
    assert not is_working_day(date(2027, 5, 3))  # 1 May is a Saturday


def test_every_day_worked_in_exchange_is_a_weekend_day_and_no_holiday() -> None:
    assert all(day.weekday() >= 5 for day in calendar().worked)
    assert not calendar().worked & calendar().off


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_every_year_has_the_eleven_days_that_the_law_gives(year: int) -> None:
    """Days taken in exchange are worked on another day: Bộ luật Lao động 2019 art. 112."""
    off = [day for day in calendar().off if day.year == year and day.weekday() < 5]
    worked = [day for day in calendar().worked if day.year == year]
    assert len(off) - len(worked) == 11


def test_year_without_holidays_is_named_and_its_weekends_are_left_out_still() -> None:
    friday = date(2031, 8, 29)
    assert friday.weekday() == 4
    assert add_working_days(friday, 1) == friday + timedelta(3)
    assert years_without_holidays(date(2027, 12, 30), date(2031, 1, 2)) == [2028, 2029, 2030, 2031]
    assert years_without_holidays(date(2025, 1, 1), date(2027, 12, 31)) == []
