"""Signing in by a real OpenID provider: the way there and back, and who does not come in."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from ingest.services import Services
from tests.api.oidc.flow import BEGIN, CALLBACK, NEEDS_PROVIDER, SESSION, Add, Open, came_back, refusal
from tests.warehouse.accounts.people import FIRST_CODE, OPERATOR, noted
from warehouse.accounts.users import disable, reset
from warehouse.tables import sessions, users

pytestmark = NEEDS_PROVIDER


def stage(page: TestClient) -> str:
    return str(page.get(SESSION).json()["stage"])


def outcome(services: Services) -> str:
    """Of the last sign-in that the audit log tells of."""
    return [entry[2] for entry in noted(services.database) if entry[0] == "sign_in"][-1]


def test_person_whom_the_provider_knows_is_signed_in(browser: Open, add: Add, services: Services) -> None:
    add("mo")
    page = browser()
    answer = page.get(came_back(page, "mo"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert page.get(SESSION).json()["login"] == "mo"
    assert stage(page) == "full"  # the first code is asked of nobody who comes this way
    assert page.get("/api/v1/me").json()["who"] == "user:mo"
    assert ("sign_in", "user:mo", "ok") in noted(services.database)


def test_browser_is_sent_away_with_a_challenge_a_state_and_a_nonce_of_its_own(browser: Open) -> None:
    page = browser()
    first, second = (parse_qs(urlsplit(page.get(BEGIN).headers["location"]).query) for _ in range(2))
    assert first["code_challenge_method"] == ["S256"]
    assert first["redirect_uri"] == [CALLBACK]
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_cookie_of_the_way_there_is_no_scripts_and_the_session_is_a_new_one(browser: Open, add: Add) -> None:
    add("mo")
    page = browser()
    assert {"HttpOnly", "SameSite=lax"} <= set(page.get(BEGIN).headers["set-cookie"].split("; "))
    page.cookies.set("khoso_session", "known-to-a-stranger", domain="localhost.local")
    page.get(came_back(page, "mo"))
    assert "known-to-a-stranger" not in [cookie.value for cookie in page.cookies.jar]


def test_who_has_no_account_here_gets_none(browser: Open, services: Services) -> None:
    page = browser()
    assert refusal(page.get(came_back(page, "nobody"))) == (401, "sign_in_refused")
    assert outcome(services) == "unknown_login"
    with services.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(users)) == 0


def test_disabled_user_is_refused_in_the_same_words(browser: Open, add: Add, services: Services) -> None:
    add("mo")
    page = browser()
    page.get(came_back(page, "mo"))
    with services.database.write() as connection:
        disable(connection, OPERATOR, "mo")
    assert refusal(page.get(came_back(page, "mo"))) == (401, "sign_in_refused")
    assert outcome(services) == "disabled"
    with services.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(sessions)) == 0


def test_after_the_first_time_the_subject_counts_and_not_the_login(
    browser: Open, add: Add, services: Services
) -> None:
    add("mo")
    add("sen")
    page = browser()
    page.get(came_back(page, "mo", "subject-1"))
    page.get(came_back(page, "sen", "subject-1"))  # they call her so now
    assert page.get(SESSION).json()["login"] == "mo"
    stranger = browser()
    assert refusal(stranger.get(came_back(stranger, "mo", "subject-2"))) == (401, "sign_in_refused")
    assert outcome(services) == "other_subject"


def test_reset_account_is_matched_by_its_login_again(browser: Open, add: Add, services: Services) -> None:
    add("mo")
    page = browser()
    page.get(came_back(page, "mo", "subject-3"))
    with services.database.write() as connection:
        reset(connection, OPERATOR, "mo", FIRST_CODE)
    page.get(came_back(page, "mo", "subject-4"))
    assert page.get(SESSION).json()["login"] == "mo"


def test_state_of_another_sign_in_is_refused(browser: Open, add: Add, services: Services) -> None:
    add("mo")
    page, stranger = browser(), browser()
    address = came_back(page, "mo")
    assert refusal(stranger.get(address)) == (401, "oidc_begin_again")
    stranger.get(BEGIN)
    assert refusal(stranger.get(address)) == (401, "oidc_begin_again")
    assert outcome(services) == "wrong_state"


def test_way_back_is_gone_once(browser: Open, add: Add) -> None:
    add("mo")
    page = browser()
    address = came_back(page, "mo")
    cookie = page.cookies["khoso_oidc"]
    assert page.get(address).status_code == 303
    page.cookies.set("khoso_oidc", cookie)
    assert refusal(page.get(address)) == (401, "oidc_begin_again")


def test_code_that_was_used_is_refused_under_another_state(browser: Open, add: Add) -> None:
    add("mo")
    page, again = browser(), browser()
    address = came_back(page, "mo")
    assert page.get(address).status_code == 303
    [code] = parse_qs(urlsplit(address).query)["code"]
    [state] = parse_qs(urlsplit(again.get(BEGIN).headers["location"]).query)["state"]
    assert refusal(again.get(f"{BEGIN}/callback", params={"code": code, "state": state})) == (
        401,
        "oidc_refused",
    )


def test_code_of_another_browser_is_worth_nothing_without_its_verifier(browser: Open, add: Add) -> None:
    add("mo")
    victim, thief = browser(), browser()
    [code] = parse_qs(urlsplit(came_back(victim, "mo")).query)["code"]
    [state] = parse_qs(urlsplit(thief.get(BEGIN).headers["location"]).query)["state"]
    assert refusal(thief.get(f"{BEGIN}/callback", params={"code": code, "state": state})) == (
        401,
        "oidc_refused",
    )


def test_cancelled_sign_in_says_so(browser: Open, services: Services) -> None:
    page = browser()
    assert refusal(page.get(came_back(page, "mo", cancel="1"))) == (401, "oidc_cancelled")
    assert outcome(services) == "oidc_cancelled"


def test_answer_in_the_name_of_another_provider_is_refused(browser: Open, add: Add) -> None:
    add("mo")
    page = browser()
    address = httpx.URL(came_back(page, "mo")).copy_set_param("iss", "https://evil.example")
    assert refusal(page.get(str(address))) == (401, "oidc_refused")


def test_browser_goes_home_whatever_the_address_says(browser: Open, add: Add) -> None:
    add("mo")
    page = browser()
    address = httpx.URL(came_back(page, "mo")).copy_merge_params(
        {"next": "//evil.example", "redirect_uri": "x"}
    )
    assert page.get(str(address)).headers["location"] == "/"


@pytest.mark.parametrize(
    ("amr", "trusted", "wanted"),
    [("pwd", "mfa otp", "totp"), ("pwd mfa", "", "totp"), ("pwd mfa", "otp,mfa", "full")],
)
def test_second_factor_of_a_role_is_asked_for_unless_the_provider_saw_one_that_counts(
    browser: Open, add: Add, amr: str, trusted: str, wanted: str
) -> None:
    add("sen", "officer")
    page = browser(oidc_second_factor=trusted)
    page.get(came_back(page, "sen", f"sen-{amr}", amr))
    assert stage(page) == wanted


def test_provider_that_goes_away_while_the_person_is_there_is_told(
    browser: Open, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("mo")
    page = browser()
    address = came_back(page, "mo")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert refusal(page.get(address)) == (503, "oidc_away")
