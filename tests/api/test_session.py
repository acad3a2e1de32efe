"""Signing in over HTTP, step by step, as a page does; and what others try."""

import json
from collections.abc import Callable, Iterator

import pytest
from httpx import Response
from sqlalchemy import select
from starlette.testclient import TestClient

from tests.api.conftest import UNIT, Api, client
from tests.warehouse.accounts.people import FIRST_CODE, OPERATOR, PASSWORD, code_of, noted
from warehouse.accounts.posts import NewPost
from warehouse.accounts.users import add_user, disable
from warehouse.rights import Role
from warehouse.tables import audit

URL = "/api/v1/session"


@pytest.fixture
def user(api: Api) -> Callable[[str, Role], str]:
    def add(login: str, role: Role) -> str:
        with api.services.database.write() as connection:
            add_user(connection, OPERATOR, login, "Hoàng Thị Mai", NewPost(UNIT, role), FIRST_CODE)
        return login

    return add


class Browser:
    """Keeps the cookie and sends the page's token, as a page of ours does."""

    def __init__(self, api: Api) -> None:
        self.http = client(api.app)
        self.session: dict[str, object] = {}

    def post(self, path: str, **body: str) -> Response:
        answer = self.http.post(URL + path, json=body, headers=self.headers)
        told = answer.json()
        self.session = told.get("session", told) if answer.is_success else self.session
        return answer

    @property
    def headers(self) -> dict[str, str]:
        token = self.session.get("csrf_token")
        return {"X-CSRF-Token": str(token)} if token else {}

    def sign_in(self, login: str, password: str = PASSWORD) -> Response:
        return self.post("", login=login, password=password)

    def choose_password(self, login: str) -> None:
        assert self.sign_in(login, FIRST_CODE.code).status_code == 201
        assert self.post("/password", old=FIRST_CODE.code, new=PASSWORD).status_code == 200

    @property
    def token(self) -> str:
        return self.http.cookies["khoso_session"]


@pytest.fixture
def browser(api: Api) -> Iterator[Browser]:
    opened = Browser(api)
    yield opened
    opened.http.close()


def test_clerk_signs_in_with_a_first_code_then_with_a_password_of_the_own(api, browser, user) -> None:
    user("lan", "clerk")
    answer = browser.sign_in("Lan", FIRST_CODE.code.lower())
    assert answer.status_code == 201
    assert browser.session["stage"] == "password_change"
    assert browser.http.get("/api/v1/me").json()["reason"] == "sign_in_unfinished"
    first = browser.token
    assert browser.post("/password", old=FIRST_CODE.code, new=PASSWORD).json()["stage"] == "full"
    assert browser.token != first
    assert browser.http.get("/api/v1/me").json()["who"] == "user:lan"
    assert Browser(api).sign_in("lan").json()["stage"] == "full"


def test_cookie_is_kept_from_scripts_and_other_sites(browser, user) -> None:
    user("lan", "clerk")
    cookie = browser.sign_in("lan", FIRST_CODE.code).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie
    over_tls = TestClient(browser.http.app, base_url="https://localhost")
    secure = over_tls.post(URL, json={"login": "lan", "password": FIRST_CODE.code}).headers["set-cookie"]
    assert "Secure" in secure.split("; ")


def test_officer_sets_a_telephone_up_and_is_asked_for_it_from_then_on(api, browser, user) -> None:
    browser.choose_password(user("minh", "officer"))
    assert browser.session["stage"] == "totp"
    secret = browser.http.post(f"{URL}/totp/enrolment", json={}, headers=browser.headers).json()
    assert secret["secret"] in secret["address"]
    done = browser.post("/totp/confirmation", code=code_of(secret["secret"]))
    assert (done.json()["session"]["stage"], len(done.json()["codes"])) == ("full", 10)
    other = Browser(api)
    other.sign_in("minh")
    assert (other.session["stage"], other.session["second_factor"]) == ("totp", True)
    assert other.post("/totp", code="000000").json()["reason"] == "code_refused"
    assert other.post("/totp", code=code_of(secret["secret"], 1)).json()["stage"] == "full"
    third = Browser(api)
    third.sign_in("minh")
    assert third.post("/totp", code=done.json()["codes"][0]).json()["stage"] == "full"
    new = third.http.post(f"{URL}/recovery-codes", json={"code": "1"}, headers=third.headers)
    assert new.json()["reason"] == "code_refused"


def test_signing_out_ends_the_session_on_the_server(api, browser, user) -> None:
    browser.choose_password(user("lan", "clerk"))
    token = browser.token
    assert browser.http.delete(URL, headers=browser.headers).status_code == 204
    assert "khoso_session" not in browser.http.cookies
    stolen = client(api.app, {"Cookie": f"khoso_session={token}"})
    assert stolen.get(URL).status_code == 401


def test_session_that_somebody_planted_is_not_the_one_after_signing_in(api, browser, user) -> None:
    user("lan", "clerk")
    browser.http.cookies["khoso_session"] = "planted"
    browser.sign_in("lan", FIRST_CODE.code)
    assert client(api.app, {"Cookie": "khoso_session=planted"}).get(URL).status_code == 401


@pytest.mark.parametrize(
    "path", ["/password", "/totp", "/totp/enrolment", "/totp/confirmation", "/recovery-codes"]
)
def test_every_step_wants_a_session_and_the_token_of_its_page(browser, user, path) -> None:
    body = {"old": "x", "new": "y"} if path == "/password" else {"code": "1"}
    assert browser.http.post(URL + path, json=body).status_code == 401
    browser.sign_in(user("lan", "clerk"), FIRST_CODE.code)
    refused = browser.http.post(URL + path, json=body)
    assert (refused.status_code, refused.json()["reason"]) == (403, "csrf_missing")
    assert "GET /api/v1/session" in refused.json()["detail"]  # /me does not answer yet
    assert browser.http.delete(URL).status_code == 403


@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_page_of_another_site_signs_nobody_in(browser, user, header) -> None:
    login = {"login": user("lan", "clerk"), "password": FIRST_CODE.code}
    assert browser.http.post(URL, json=login, headers=header).json()["reason"] == "foreign_page"


def test_refusals_are_the_same_to_the_letter_whatever_was_wrong(api, browser, user) -> None:
    user("lan", "clerk")
    user("minh", "clerk")
    with api.services.database.write() as connection:
        disable(connection, OPERATOR, "minh")
    answers = [
        browser.sign_in(login, password)
        for login, password in (
            ("lan", "x"),
            ("nobody", "x"),
            ("minh", FIRST_CODE.code),
            ("' OR 1=1 --", "x"),
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    told = [{**answer.json(), "request_id": ""} for answer in answers]
    assert all(each == told[0] for each in told)


def test_address_that_fails_too_often_waits_while_others_sign_in(api, browser, user) -> None:
    user("lan", "clerk")
    for number in range(30):
        assert browser.sign_in(f"guess{number}", "x").status_code == 401
    refused = browser.sign_in("lan", FIRST_CODE.code)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    elsewhere = TestClient(api.app, base_url="http://localhost", client=("10.0.0.9", 5000))
    assert elsewhere.post(URL, json={"login": "lan", "password": FIRST_CODE.code}).status_code == 201


def test_many_who_sign_in_from_one_address_are_not_in_each_others_way(api, user) -> None:
    user("lan", "clerk")
    for _ in range(35):
        assert Browser(api).sign_in("lan", FIRST_CODE.code).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"login": "lan"},
        {"login": 1, "password": "x"},
        {"login": "a", "password": ""},
        {"login": "x" * 201, "password": "x"},
        {"login": "lan", "password": "x", "more": 1},
    ],
)
def test_malformed_sign_in_is_told_without_what_was_typed(browser, body) -> None:
    answer = browser.http.post(URL, json=body)
    assert answer.status_code == 422
    assert "lan" not in answer.text


def test_address_of_who_signs_in_is_noted(api, browser, user) -> None:
    browser.sign_in(user("lan", "clerk"), FIRST_CODE.code)
    with api.services.database.read() as connection:
        [entry] = [
            e for e in map(json.loads, connection.scalars(select(audit.c.entry))) if e["action"] == "sign_in"
        ]
    assert (entry["who"], entry["address"], entry["outcome"]) == ("user:lan", "testclient", "ok")
    assert noted(api.services.database)[-1] == ("sign_in", "user:lan", "ok")
