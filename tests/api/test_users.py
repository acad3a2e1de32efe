"""Accounts and programs over HTTP: who may make them, codes that are told once, what others learn."""

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from tests.api.conftest import UNIT, AsUser, client
from warehouse.tables import idempotency_keys

USERS, CLIENTS = "/api/v1/users", "/api/v1/clients"
LAN = {"login": "lan", "full_name": "Hoàng Thị Lan", "post": {"unit": UNIT, "role": "clerk"}}
PROGRAM = {"name": "mot-cua", "scopes": ["read"], "units": [UNIT]}


@pytest.fixture
def unit_admin(as_user: AsUser) -> TestClient:
    return as_user("unit_admin")


@pytest.fixture
def admin(as_user: AsUser) -> TestClient:
    return as_user("admin", unit="20")


def test_unit_administrator_makes_an_account_and_its_owner_signs_in(api, unit_admin) -> None:
    made = unit_admin.post(USERS, json=LAN)
    assert made.status_code == 201
    assert made.json()["must_change_password"]
    assert [post["unit"] for post in made.json()["posts"]] == [UNIT]
    signed_in = api.client.post("/api/v1/session", json={"login": "lan", "password": made.json()["code"]})
    assert signed_in.json()["stage"] == "password_change"


def test_code_is_told_once_and_kept_nowhere(api, unit_admin) -> None:
    key = {"Idempotency-Key": "k1"}
    first, again = (unit_admin.post(USERS, json=LAN, headers=key).json() for _ in range(2))
    assert first["code"]
    assert again == first | {"code": None, "code_until": None}
    with api.services.database.read() as connection:
        assert first["code"] not in str(connection.execute(select(idempotency_keys)).all())
    reset = unit_admin.post(f"{USERS}/lan/reset", json={}).json()
    assert reset["code"] not in {None, first["code"]}


def test_account_is_disabled_enabled_moved_and_listed(unit_admin) -> None:
    unit_admin.post(USERS, json=LAN)
    assert unit_admin.put(f"{USERS}/lan/state", json={"state": "disabled"}).json()["state"] == "disabled"
    assert unit_admin.put(f"{USERS}/lan/state", json={"state": "active"}).json()["state"] == "active"
    posts = unit_admin.post(f"{USERS}/lan/posts", json={"unit": UNIT, "role": "officer"}).json()["posts"]
    assert [post["role"] for post in posts] == ["clerk", "officer"]
    ended = unit_admin.delete(f"{USERS}/lan/posts/{posts[0]['post']}", params={"last_day": "2027-01-31"})
    assert ended.json()["posts"][0]["valid_to"] == "2027-01-31"
    assert unit_admin.get(f"{USERS}/lan").json() == ended.json()
    assert ended.json() in unit_admin.get(USERS, params={"unit": UNIT}).json()["items"]


def test_list_goes_on_where_the_page_ended(unit_admin) -> None:
    for login in ("an1", "an2"):
        unit_admin.post(USERS, json=LAN | {"login": login})
    first = unit_admin.get(USERS, params={"limit": 2}).json()
    second = unit_admin.get(USERS, params={"limit": 2, "cursor": first["next"]}).json()
    assert [user["login"] for page in (first, second) for user in page["items"]] == [
        "an1",
        "an2",
        "unitadmin1",
    ]
    assert second["next"] is None


def test_accounts_of_other_units_do_not_exist_but_for_their_logins(unit_admin, as_user) -> None:
    as_user("unit_admin", unit="06220").post(USERS, json=LAN | {"post": {"unit": "06220", "role": "clerk"}})
    for login in ("lan", "nobody"):
        assert unit_admin.get(f"{USERS}/{login}").status_code == 404
        assert unit_admin.post(f"{USERS}/{login}/reset", json={}).status_code == 404
        assert unit_admin.put(f"{USERS}/{login}/state", json={"state": "disabled"}).status_code == 404
        assert unit_admin.delete(f"{USERS}/{login}/posts/1").status_code == 404
    assert [user["login"] for user in unit_admin.get(USERS).json()["items"]] == ["unitadmin1"]
    taken = unit_admin.post(USERS, json=LAN)
    assert (taken.status_code, taken.json()["reason"]) == (409, "login_taken")


def test_unit_administrator_gives_no_role_beyond_the_own_and_no_programs(unit_admin) -> None:
    for post in ({"unit": UNIT, "role": "auditor"}, {"unit": "06220", "role": "clerk"}):
        assert unit_admin.post(USERS, json=LAN | {"post": post}).status_code == 403
    assert unit_admin.get(CLIENTS).status_code == 403
    assert unit_admin.post(CLIENTS, json=PROGRAM).status_code == 403


@pytest.mark.parametrize("role", ["clerk", "officer", "manager", "auditor"])
def test_others_neither_see_nor_make_accounts(as_user, role) -> None:
    asked = as_user(role)
    assert asked.get(USERS).status_code == 403
    assert asked.post(USERS, json=LAN).status_code == 403
    assert asked.get(CLIENTS).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [{"login": "a b"}, {"login": ""}, {"full_name": " "}, {"post": {"unit": "99999", "role": "clerk"}},
     {"post": {"unit": UNIT, "role": "boss"}}, {"post": {"unit": UNIT, "role": "clerk", "fields": ["x"]}},
     {"post": None}, {"password": "given by somebody"}],
)  # fmt: skip
def test_wrong_account_is_refused(unit_admin, wrong) -> None:
    assert unit_admin.post(USERS, json=LAN | wrong).status_code in {400, 422}


def test_program_is_let_in_by_its_token_renewed_and_shut_out(api, admin) -> None:
    key = {"Idempotency-Key": "k1"}
    made, again = (admin.post(CLIENTS, json=PROGRAM, headers=key).json() for _ in range(2))
    assert made["token"].startswith(f"khoso_{made['prefix']}_")
    assert again == made | {"token": None}
    renewed = admin.post(f"{CLIENTS}/mot-cua/rotation").json()
    assert [program["name"] for program in admin.get(CLIENTS).json()["items"]] == ["mot-cua"]
    assert "hash" not in admin.get(CLIENTS).text

    def who(token: str) -> int:
        return client(api.app, {"Authorization": f"Bearer {token}"}).get("/api/v1/me").status_code

    assert (who(made["token"]), who(renewed["token"])) == (401, 200)
    assert admin.delete(f"{CLIENTS}/mot-cua").json()["state"] == "disabled"
    assert who(renewed["token"]) == 401
