"""What a provider's word for somebody is worth here."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.warehouse.accounts.people import (
    FIRST_CODE,
    HERE,
    OPERATOR,
    RULES,
    change,
    choose_password,
    code_of,
    enter,
    noted,
    stage_of,
)
from warehouse.accounts import second_factor
from warehouse.accounts.oidc import ATTEMPT, Identity, enter_by_provider, new_attempt, remember, take_back
from warehouse.accounts.posts import NewPost, assign
from warehouse.accounts.sessions import actor_by_session
from warehouse.accounts.users import reset
from warehouse.database import Database
from warehouse.errors import Unauthenticated
from warehouse.rights import may
from warehouse.tables import identities, oidc_attempts

LAN = Identity("https://sso.example", "subject-1", "Lan", second_factor=False)


def by_provider(database: Database, identity: Identity = LAN) -> str:
    return enter_by_provider(database, RULES, identity, HERE)


def test_login_is_matched_as_people_type_it_and_linked_once(database: Database, lan: str) -> None:
    for _ in range(2):
        assert stage_of(database, by_provider(database)) == "full"
    with database.read() as connection:
        assert connection.execute(select(identities.c.subject)).scalars().all() == ["subject-1"]
    assert noted(database)[-1] == ("sign_in", "user:lan", "ok")


def test_password_that_others_guess_at_locks_nobody_out_of_the_provider(database: Database, lan: str) -> None:
    choose_password(database, lan)
    for _ in range(6):
        with pytest.raises(Unauthenticated):
            enter(database, lan, "sai rồi, sai rồi")
    assert stage_of(database, by_provider(database)) == "full"


def test_telephone_is_asked_for_and_then_no_password_of_ones_own(database: Database, lan: str) -> None:
    token = by_provider(database)
    secret, _ = second_factor.set_up(database, token, "", HERE)
    second_factor.confirm(database, token, code_of(secret), HERE)
    with database.write() as connection:
        reset(connection, OPERATOR, lan, FIRST_CODE)
    token = by_provider(database)
    assert stage_of(database, token) == "totp"
    assert stage_of(database, second_factor.prove(database, token, code_of(secret, 1), HERE)) == "full"


@pytest.mark.parametrize("second_factor", [True, False])
def test_post_given_meanwhile_counts_if_the_providers_way_stood_for_the_second_factor(
    database: Database, lan: str, second_factor: bool
) -> None:
    token = by_provider(database, replace(LAN, second_factor=second_factor))
    with database.write() as connection:
        assign(connection, OPERATOR, lan, NewPost("06184", "officer"))
        assert may(actor_by_session(connection, token, RULES), "approve") is second_factor


@pytest.mark.parametrize("login", ["", "a b", "người", "x" * 300, "lan\0"])
def test_name_that_nobody_can_have_is_nobodys(database: Database, lan: str, login: str) -> None:
    with pytest.raises(Unauthenticated):
        by_provider(database, Identity("https://sso.example", "subject-2", login, second_factor=True))
    assert noted(database)[-1] == ("sign_in", "nobody", "unknown_login")


def test_way_to_the_provider_and_back_takes_ten_minutes_at_most(database: Database) -> None:
    attempt = new_attempt()
    cookie = remember(database, attempt)
    assert take_back(database, cookie, attempt.state, HERE) == attempt
    late = remember(database, attempt)
    change(database, oidc_attempts, until=datetime.now(UTC) - timedelta(seconds=1))
    with pytest.raises(Unauthenticated):
        take_back(database, late, attempt.state, HERE)
    assert timedelta(minutes=10) == ATTEMPT


def test_ways_that_nobody_came_back_from_are_forgotten(database: Database) -> None:
    for _ in range(3):
        remember(database, new_attempt())
    change(database, oidc_attempts, until=datetime.now(UTC) - timedelta(seconds=1))
    remember(database, new_attempt())
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(oidc_attempts)) == 1
