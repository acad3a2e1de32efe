from datetime import date

import pytest

from warehouse.result_types import ResultType, result_type_for, result_types
from warehouse.validity import UNKNOWN, Validity, add_months, derive

SIX_MONTHS = ResultType("x", "", date(1945, 1, 1), "DURATION", "", "D", length=6, unit="month")


def rule(name: str, subject: str = "") -> ResultType | None:
    return result_type_for(name, date(2026, 1, 1), subject)


def test_the_first_and_the_last_day_are_in_force() -> None:
    validity = Validity("UNTIL_DATE", date(2025, 1, 6), date(2025, 7, 6))
    days = [date(2025, 1, 5), date(2025, 1, 6), date(2025, 7, 6), date(2025, 7, 7)]
    assert [validity.status(day) for day in days] == ["not_yet", "in_force", "in_force", "expired"]


def test_a_revoked_paper_is_ended_from_that_day_and_was_in_force_before() -> None:
    validity = Validity("UNLIMITED", date(2020, 1, 1), ended_on=date(2025, 3, 1), ended_how="revoked")
    assert validity.status(date(2025, 2, 28)) == "in_force"
    assert validity.status(date(2025, 3, 1)) == "ended"


def test_what_is_unknown_is_never_in_force() -> None:
    assert UNKNOWN.status(date(2025, 1, 1)) == "unknown"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2025, 1, 15), 6, date(2025, 7, 15)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 31), 12, date(2026, 12, 31)),
    ],
)
def test_months_are_added_by_the_calendar_and_stop_at_the_end_of_a_short_month(
    start: date, months: int, end: date
) -> None:
    assert add_months(start, months) == end


def test_a_duration_runs_from_the_day_of_issue() -> None:
    assert derive(SIX_MONTHS, "2025-01-15") == Validity("DURATION", date(2025, 1, 15), date(2025, 7, 15))


@pytest.mark.parametrize(("unit", "end"), [("day", date(2025, 1, 21)), ("year", date(2031, 1, 15))])
def test_durations_are_also_days_and_years(unit: str, end: date) -> None:
    term = ResultType("x", "", date(1945, 1, 1), "DURATION", "", "D", length=6, unit=unit)  # type: ignore[arg-type]
    assert derive(term, "2025-01-15").valid_to == end


def test_without_a_day_of_issue_a_duration_is_unknown() -> None:
    assert derive(SIX_MONTHS, None) == UNKNOWN
    assert derive(rule("Giấy xác nhận tình trạng hôn nhân"), None) == UNKNOWN


def test_without_a_day_of_issue_what_has_no_term_holds() -> None:
    assert derive(rule("Giấy khai sinh"), None).status(date(2025, 1, 1)) == "in_force"


def test_a_month_or_a_year_is_taken_to_begin_late_and_to_end_early() -> None:
    two_years = ResultType("x", "", date(1945, 1, 1), "DURATION", "", "D", length=2, unit="year")
    assert derive(two_years, "2023") == Validity("DURATION", date(2023, 12, 31), date(2025, 1, 1))
    assert derive(SIX_MONTHS, "2025-02") == Validity("DURATION", date(2025, 2, 28), date(2025, 8, 1))
    assert derive(SIX_MONTHS, "2025") == UNKNOWN
    assert derive(None, "2020-01-01", "2025").valid_to == date(2025, 1, 1)


def test_a_term_on_the_paper_goes_before_the_rule_of_its_type() -> None:
    assert derive(SIX_MONTHS, "2025-01-15", "2030-01-15").valid_to == date(2030, 1, 15)
    assert derive(rule("Giấy phép lái xe"), "2025-01-15", "2035-01-15").kind == "UNTIL_DATE"
    assert derive(rule("Giấy phép lái xe"), "2025-01-15", "unlimited").kind == "UNLIMITED"
    assert derive(rule("Phiếu lý lịch tư pháp"), "2025-01-15", "2025-07-15").kind == "PURPOSE_BOUND"


def test_a_paper_that_should_print_its_term_and_does_not_is_unknown() -> None:
    assert derive(rule("Giấy phép lái xe"), "2025-01-15") == UNKNOWN


def test_a_term_that_ends_before_the_paper_was_issued_is_unknown() -> None:
    assert derive(None, "2025-01-15", "2024-01-15") == UNKNOWN


def test_an_unlisted_type_is_unknown_whatever_its_age() -> None:
    assert derive(rule("Tờ trình"), "2025-01-15") == UNKNOWN


def test_an_end_is_kept_even_where_the_term_is_unknown() -> None:
    ended = derive(None, "2025-01-15", ended_on=date(2025, 2, 1), ended_how="revoked")
    assert ended.status(date(2025, 2, 1)) == "ended"


def test_a_marriage_holds_until_an_event() -> None:
    marriage = derive(rule("Giấy chứng nhận kết hôn"), "2001-05-05")
    assert marriage.kind == "UNTIL_EVENT"
    assert marriage.status(date(2026, 1, 1)) == "in_force"


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("KQ.G15.000031", "Giấy khai sinh"),
        ("GIẤY KHAI SINH", "Giấy khai sinh"),
        ("Trích lục khai sinh", "Giấy khai sinh"),
        ("KQ.G15.000032", "Giấy chứng nhận kết hôn"),
        ("xac nhan tinh trang hon nhan", "Giấy xác nhận tình trạng hôn nhân"),
    ],
)
def test_a_type_is_found_by_code_name_or_alias_with_or_without_marks(called: str, name: str) -> None:
    found = rule(called)
    assert found is not None
    assert found.name == name


def test_a_decision_is_typed_by_its_subject() -> None:
    found = rule("Quyết định", "Về việc trợ cấp xã hội hằng tháng đối với ông A")
    assert found is not None
    assert found.name == "Quyết định trợ cấp xã hội"
    assert rule("Quyết định", "Về việc phê duyệt kế hoạch") is None
    assert rule("Thông báo", "Về việc trợ cấp xã hội") is None


def test_the_newest_rule_that_had_begun_on_the_day_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    older = ResultType("Giấy x", "", date(2000, 1, 1), "UNLIMITED", "", "D")
    newer = ResultType("Giấy x", "", date(2020, 1, 1), "UNTIL_DATE", "", "D")
    monkeypatch.setattr("warehouse.result_types.result_types", lambda: (newer, older))
    assert result_type_for("Giấy x", date(2019, 12, 31)) == older
    assert result_type_for("Giấy x", date(2020, 1, 1)) == newer
    assert result_type_for("Giấy x", date(1999, 12, 31)) is None


def test_every_term_in_the_data_says_what_it_needs() -> None:
    for row in result_types():
        assert (row.kind == "DURATION") <= (row.length is not None), row.name
        assert (row.length is None) == (row.unit is None), row.name
        assert (row.kind == "UNTIL_EVENT") == bool(row.events), row.name
        assert row.source, row.name
        assert row.mark, row.name
