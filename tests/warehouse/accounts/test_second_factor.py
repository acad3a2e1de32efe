"""The second factor: set up, asked for by role, each code once, recovery codes, guessing."""

import time

import pytest

from tests.warehouse.accounts.people import (
    FIRST_CODE,
    HERE,
    OPERATOR,
    PASSWORD,
    RULES,
    choose_password,
    code_of,
    enter,
    noted,
    stage_of,
)
from warehouse.accounts.posts import NewPost, assign
from warehouse.accounts.second_factor import confirm, prove, renew_recovery_codes, set_up
from warehouse.accounts.sessions import actor_by_session, find_session
from warehouse.accounts.signing_in import change_password
from warehouse.accounts.users import add_user, reset
from warehouse.database import Database
from warehouse.errors import Conflict, Unauthenticated
from warehouse.rights import may
from warehouse.tables import recovery_codes


@pytest.fixture
def officer(database: Database, places: dict[str, int]) -> str:
    """An officer who chose a password and has no second factor yet."""
    with database.write() as connection:
        add_user(connection, OPERATOR, "minh", "Nông Văn Minh", NewPost("06184", "officer"), FIRST_CODE)
    choose_password(database, "minh")
    return "minh"


def equip(database: Database, login: str) -> tuple[str, list[str]]:
    """Set a telephone up at sign-in: its secret and the recovery codes."""
    token = enter(database, login)
    secret, _ = set_up(database, token, "", HERE)
    _, codes = confirm(database, token, code_of(secret), HERE)
    return secret, codes


def able(database: Database, token: str) -> tuple[bool, bool]:
    """Whether a session may correct, as a clerk, and approve, as an officer."""
    with database.read() as connection:
        actor = actor_by_session(connection, token, RULES)
    return may(actor, "correct"), may(actor, "approve")


def refused(database: Database, token: str, code: str) -> bool:
    with pytest.raises(Unauthenticated):
        prove(database, token, code, HERE)
    return True


def test_role_that_asks_for_it_signs_in_only_after_setting_it_up(database, officer) -> None:
    token = enter(database, officer)
    assert stage_of(database, token) == "totp"
    secret, address = set_up(database, token, "", HERE)
    assert address.startswith("otpauth://totp/")
    assert secret in address
    assert "minh" in address
    full, codes = confirm(database, token, code_of(secret), HERE)
    assert len(set(codes)) == 10
    with database.read() as connection:
        assert may(actor_by_session(connection, full, RULES), "approve")
        with pytest.raises(Unauthenticated):
            find_session(connection, token)


def test_role_that_does_not_may_set_it_up_and_is_asked_from_then_on(database, lan) -> None:
    token = choose_password(database, lan)
    secret, _ = set_up(database, token, "", HERE)
    confirm(database, token, code_of(secret), HERE)
    assert stage_of(database, enter(database, lan)) == "totp"


def test_post_given_in_a_session_without_it_counts_once_it_is_shown(database, lan) -> None:
    token = choose_password(database, lan)
    with database.write() as connection:
        assign(connection, OPERATOR, lan, NewPost("06184", "officer"))
    assert able(database, token) == (True, False)
    secret, _ = set_up(database, token, "", HERE)
    token, codes = confirm(database, token, code_of(secret), HERE)
    assert able(database, token) == (True, True)
    assert able(database, change_password(database, RULES, token, PASSWORD, "năm con trâu đen", HERE))[1]
    assert able(database, prove(database, enter(database, lan, "năm con trâu đen"), codes[0], HERE))[1]


def test_post_given_in_a_session_with_it_counts_at_once(database, lan) -> None:
    secret, _ = set_up(database, token := choose_password(database, lan), "", HERE)
    token, _ = confirm(database, token, code_of(secret), HERE)
    with database.write() as connection:
        assign(connection, OPERATOR, lan, NewPost("06184", "officer"))
    assert able(database, token) == (True, True)


def test_site_may_ask_other_roles_or_none(database, officer) -> None:
    assert (
        stage_of(database, enter(database, officer, rules=RULES._replace(totp_roles=frozenset()))) == "full"
    )


def test_code_signs_in_once_and_never_again(database, officer) -> None:
    secret, _ = equip(database, officer)
    token, code = enter(database, officer), code_of(secret, 1)
    assert stage_of(database, prove(database, token, code, HERE)) == "full"
    assert refused(database, enter(database, officer), code)


def test_code_with_which_it_was_set_up_is_used(database, officer) -> None:
    secret, _ = equip(database, officer)
    assert refused(database, enter(database, officer), code_of(secret))


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clock_of_the_telephone_may_be_one_step_off(database, officer, monkeypatch, steps, good) -> None:
    secret, _ = equip(database, officer)
    now = (time.time() // 30 + 100) * 30  # the steps used so far are long over
    monkeypatch.setattr("time.time", lambda: now)
    token, code = enter(database, officer), code_of(secret, steps)
    if good:
        assert stage_of(database, prove(database, token, code, HERE)) == "full"
    else:
        assert refused(database, token, code)


def test_recovery_code_opens_once_however_it_is_typed(database, officer) -> None:
    _, codes = equip(database, officer)
    prove(database, enter(database, officer), codes[3].lower().replace("-", ""), HERE)
    assert refused(database, enter(database, officer), codes[3])
    prove(database, enter(database, officer), codes[4], HERE)


def test_recovery_codes_are_kept_as_hashes_alone_and_new_ones_end_the_old(database, officer) -> None:
    secret, codes = equip(database, officer)
    with database.read() as connection:
        kept = str(connection.execute(recovery_codes.select()).all())
    assert not any(code in kept for code in codes)
    token = prove(database, enter(database, officer), codes[0], HERE)
    with pytest.raises(Unauthenticated):
        renew_recovery_codes(database, token, "000000", HERE)
    new = renew_recovery_codes(database, token, code_of(secret, 1), HERE)
    assert refused(database, enter(database, officer), codes[1])
    prove(database, enter(database, officer), new[1], HERE)


def test_codes_cannot_be_guessed_with_the_password_between_the_tries(database, officer) -> None:
    equip(database, officer)
    for _ in range(5):
        assert refused(database, enter(database, officer), "not a code")
    with pytest.raises(Unauthenticated):
        enter(database, officer)
    assert [entry for entry in noted(database) if entry[0] == "second_factor"] == [
        ("second_factor", "user:minh", "wrong_code")
    ] * 5


def test_right_code_of_a_locked_account_is_refused_and_not_used_up(database, officer) -> None:
    _, codes = equip(database, officer)
    token = enter(database, officer)
    for _ in range(5):
        refused(database, token, "not a code")
    assert refused(database, token, codes[0])
    with database.read() as connection:
        assert len(connection.execute(recovery_codes.select()).all()) == 10


def test_new_telephone_needs_a_code_of_the_old_one_which_works_until_the_new_one_is_proved(
    database, officer
) -> None:
    secret, codes = equip(database, officer)
    token = prove(database, enter(database, officer), codes[0], HERE)
    with pytest.raises(Unauthenticated):
        set_up(database, token, "", HERE)
    new, _ = set_up(database, token, codes[1], HERE)
    prove(database, enter(database, officer), code_of(secret, 1), HERE)
    with pytest.raises(Unauthenticated):
        confirm(database, token, "000000", HERE)
    confirm(database, token, code_of(new), HERE)
    assert refused(database, enter(database, officer), code_of(secret, 1))
    prove(database, enter(database, officer), code_of(new, 1), HERE)


def test_first_code_found_on_paper_goes_no_further_than_the_second_factor(database, officer) -> None:
    secret, _ = equip(database, officer)
    with database.write() as connection:
        reset(connection, OPERATOR, officer, FIRST_CODE)
    token = enter(database, officer, FIRST_CODE.code)
    assert stage_of(database, token) == "totp"
    with pytest.raises(Unauthenticated):
        change_password(database, RULES, token, FIRST_CODE.code, PASSWORD, HERE)
    with pytest.raises(Unauthenticated):
        set_up(database, token, code_of(secret, 1), HERE)
    token = prove(database, token, code_of(secret, 1), HERE)
    assert stage_of(database, token) == "password_change"


def test_reset_can_forget_the_second_factor_and_its_recovery_codes(database, officer) -> None:
    equip(database, officer)
    with database.write() as connection:
        reset(connection, OPERATOR, officer, FIRST_CODE, second_factor=True)
        assert connection.execute(recovery_codes.select()).all() == []
    choose_password(database, officer)
    equip(database, officer)


def test_nothing_is_proved_confirmed_or_renewed_where_it_is_not_asked(database, lan) -> None:
    token = choose_password(database, lan)
    for deed in (prove, confirm, renew_recovery_codes):
        with pytest.raises(Conflict):
            deed(database, token, "123456", HERE)
