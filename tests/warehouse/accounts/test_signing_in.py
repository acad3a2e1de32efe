"""Signing in by password: one answer to whatever is wrong, first codes, sessions, locks."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from tests.warehouse.accounts.people import (
    FIRST_CODE,
    HERE,
    OPERATOR,
    PASSWORD,
    RULES,
    change,
    choose_password,
    enter,
    noted,
    stage_of,
)
from warehouse.accounts import passwords
from warehouse.accounts.sessions import actor_by_session
from warehouse.accounts.signing_in import change_password, sign_out
from warehouse.accounts.users import disable, enable, reset
from warehouse.database import Database
from warehouse.errors import Unauthenticated, UsageError
from warehouse.tables import audit, sessions, users


def refusal(database: Database, login: str, password: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        enter(database, login, password)
    return refused.value.reason


def is_over(database: Database, token: str) -> bool:
    with database.read() as connection:
        try:
            actor_by_session(connection, token, RULES)
        except Unauthenticated as error:
            return error.reason == "not_signed_in"
    return False


def test_first_code_opens_nothing_but_the_choice_of_a_password(database, lan) -> None:
    token = enter(database, lan, FIRST_CODE.code)
    assert stage_of(database, token) == "password_change"
    with database.read() as connection, pytest.raises(Unauthenticated, match="not finished"):
        actor_by_session(connection, token, RULES)
    full = change_password(database, RULES, token, FIRST_CODE.code, PASSWORD, HERE)
    with database.read() as connection:
        assert actor_by_session(connection, full, RULES).who == "user:lan"
    assert refusal(database, lan, FIRST_CODE.code) == "sign_in_refused"
    assert stage_of(database, enter(database, lan)) == "full"


def test_first_code_may_be_typed_as_it_comes(database, lan) -> None:
    enter(database, " LAN ", FIRST_CODE.code.lower().replace("-", " "))


def test_first_code_ends_after_some_days_and_says_so_only_to_who_knows_it(database, lan) -> None:
    change(database, users, code_until=datetime.now(UTC) - timedelta(seconds=1))
    assert refusal(database, lan, FIRST_CODE.code) == "code_expired"
    assert refusal(database, lan, "no such code") == "sign_in_refused"


def test_each_step_makes_a_new_token_and_ends_the_old_one(database, lan) -> None:
    first = enter(database, lan, FIRST_CODE.code)
    second = change_password(database, RULES, first, FIRST_CODE.code, PASSWORD, HERE)
    assert first != second
    assert is_over(database, first)


def test_password_reads_the_same_however_a_keyboard_composes_it(database, lan) -> None:
    import unicodedata

    choose_password(database, lan)
    enter(database, lan, unicodedata.normalize("NFD", PASSWORD))


def test_one_answer_for_unknown_wrong_disabled_and_locked_and_the_log_knows_which(database, lan) -> None:
    choose_password(database, lan)
    answers = [
        refusal(database, "nobody", PASSWORD),
        refusal(database, lan, "wrong"),
        refusal(database, "\0", "x"),
    ]
    change(database, users, state="disabled")
    answers.append(refusal(database, lan, PASSWORD))
    change(database, users, state="active", locked_until=datetime.now(UTC) + timedelta(minutes=1))
    answers.append(refusal(database, lan, PASSWORD))
    assert set(answers) == {"sign_in_refused"}
    assert [entry[1:] for entry in noted(database) if entry[0] == "sign_in"][1:] == [
        ("nobody", "unknown_login"),
        ("user:lan", "wrong_password"),
        ("nobody", "unknown_login"),
        ("user:lan", "disabled"),
        ("user:lan", "locked"),
    ]


def test_every_refusal_hashes_once_so_that_time_tells_nothing(database, lan, monkeypatch) -> None:
    hashed = Counter()
    verify = PasswordHasher.verify

    def counted(self, kept, password):
        hashed[kept[:30]] += 1  # the same parameters, or it would take another time
        return verify(self, kept, password)

    choose_password(database, lan)
    monkeypatch.setattr(PasswordHasher, "verify", counted)
    refusal(database, "nobody", "x")
    refusal(database, lan, "x")
    change(database, users, state="disabled")
    refusal(database, lan, PASSWORD)
    change(database, users, state="active", locked_until=datetime.now(UTC) + timedelta(minutes=1))
    refusal(database, lan, PASSWORD)
    assert list(hashed.values()) == [4]
    assert not passwords.is_outdated(passwords.OF_NOBODY)


def test_login_that_does_not_exist_is_not_written_down_it_may_be_a_password(database, lan) -> None:
    refusal(database, "chin-con-trau", "x")
    with database.read() as connection:
        assert "chin-con" not in str(connection.execute(audit.select()).all())


def test_account_is_locked_for_longer_after_each_failure_even_for_the_right_password(database, lan) -> None:
    choose_password(database, lan)
    waits = []
    for _ in range(7):
        refusal(database, lan, "wrong")
        with database.read() as connection:
            until = connection.execute(users.select()).one().locked_until
        waits.append(until and round((until - datetime.now(UTC)).total_seconds()))
        if until:
            assert refusal(database, lan, PASSWORD) == "sign_in_refused"
        change(database, users, locked_until=None)
    assert waits == [None] * 4 + [30, 60, 120]
    enter(database, lan)
    refusal(database, lan, "wrong")
    enter(database, lan)


def test_lock_never_lasts_longer_than_an_hour(database, lan) -> None:
    change(database, users, failures=5000)
    refusal(database, lan, "wrong")
    with database.read() as connection:
        until = connection.execute(users.select()).one().locked_until
    assert until - datetime.now(UTC) < timedelta(hours=1, seconds=5)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("ngắn quá", "password_length"),
        ("x" * 201, "password_length"),
        ("Lan2026-Hoang-Thi-Lan", "password_like_name"),
        ("hoàng thị lan 1990", "password_like_name"),
        ("Password2026!!", "password_common"),
        ("Mật khẩu 123456", "password_common"),
        ("0912345678901234", "password_common"),
        ("ababababababab", "password_common"),
        pytest.param(FIRST_CODE.code, "password_same", id="the first code"),
    ],
)
def test_weak_password_is_refused_and_the_old_one_stands(database, lan, password, reason) -> None:
    token = enter(database, lan, FIRST_CODE.code)
    with pytest.raises(UsageError) as refused:
        change_password(database, RULES, token, FIRST_CODE.code, password, HERE)
    assert refused.value.reason == reason
    assert stage_of(database, enter(database, lan, FIRST_CODE.code)) == "password_change"


def test_changing_a_password_needs_the_old_one_and_ends_all_other_sessions(database, lan) -> None:
    other, token = choose_password(database, lan), enter(database, lan)
    with pytest.raises(Unauthenticated):
        change_password(database, RULES, token, "wrong", "bảy con vịt bầu", HERE)
    assert not is_over(database, other)
    token = change_password(database, RULES, token, PASSWORD, "bảy con vịt bầu", HERE)
    assert is_over(database, other)
    assert not is_over(database, token)


@pytest.mark.parametrize("deed", [disable, lambda *who: reset(*who, FIRST_CODE)])
def test_disabled_or_reset_user_is_out_at_once(database, lan, deed) -> None:
    token = choose_password(database, lan)
    with database.write() as connection:
        deed(connection, OPERATOR, lan)
    assert is_over(database, token)
    assert refusal(database, lan, PASSWORD) == "sign_in_refused"


def test_enabled_user_signs_in_with_the_old_password_but_not_the_old_session(database, lan) -> None:
    token = choose_password(database, lan)
    with database.write() as connection:
        disable(connection, OPERATOR, lan)
        enable(connection, OPERATOR, lan)
    assert is_over(database, token)
    enter(database, lan)


def test_signing_out_ends_the_session_and_is_noted(database, lan) -> None:
    token = choose_password(database, lan)
    sign_out(database, token, HERE)
    assert is_over(database, token)
    assert noted(database)[-1] == ("sign_out", "user:lan", "ok")
    with pytest.raises(Unauthenticated):
        sign_out(database, token, HERE)


def test_password_hashed_with_less_effort_is_hashed_anew_at_the_next_sign_in(database, lan) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    change(database, users, password=weak, must_change=False, code_until=None)
    enter(database, lan)
    with database.read() as connection:
        assert not passwords.is_outdated(connection.execute(users.select()).one().password)
    enter(database, lan)


def test_neither_password_nor_code_nor_token_is_kept(database, lan) -> None:
    token = choose_password(database, lan)
    with database.read() as connection:
        kept = str([connection.execute(table.select()).all() for table in (users, sessions, audit)])
    assert not any(secret in kept for secret in (token, PASSWORD, FIRST_CODE.code))
