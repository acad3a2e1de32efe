"""What holds for every request: who asks, how errors are told, the headers of an answer."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from fastapi import APIRouter
from sqlalchemy import select

from api import errors, idempotency
from api.deps import Asked, IfMatch, Listed, Page
from tests.api.conftest import Api, AsUser
from warehouse.audit import write_entry
from warehouse.errors import StoreFull
from warehouse.keyset import behind
from warehouse.rights import require
from warehouse.tables import audit, units

PROBLEM = "application/problem+json"


@pytest.fixture
def api(api: Api) -> Api:
    """With routes that do nothing but what is looked at."""
    router = APIRouter(prefix="/probe")

    @router.get("/broken")
    def broken() -> None:
        raise ValueError("Nguyễn Văn An")

    @router.get("/admins")
    def admins(asked: Asked) -> None:
        require(asked.actor, "manage_clients")

    @router.get("/purpose")
    def purpose(asked: Asked) -> dict[str, str]:
        return {"purpose": asked.actor.purpose, "address": asked.actor.address}

    @router.put("/revision")
    def revision(asked: Asked, if_match: IfMatch) -> int:
        return if_match

    @router.post("/things", status_code=201)
    def things(asked: Asked, thing: dict[str, int]) -> dict[str, int]:
        def act(connection: Any) -> dict[str, int]:
            write_entry(connection, asked.actor, "thing", "x", **thing)
            if thing.get("fail"):
                require(asked.actor, "audit")
            return thing

        answer: dict[str, int] = asked.once(act)
        return answer

    @router.get("/units")
    def listed(asked: Asked, page: Page) -> Listed[int]:
        with asked.read() as connection:
            query = behind(select(units.c.id), [units.c.id], page.after(int), page.limit)
            rows, cursor = page.cut(connection.execute(query).all(), lambda row: [row.id])
        return Listed(items=[row.id for row in rows], next=cursor)

    api.app.include_router(router)
    return api


def entries(api: Api, action: str) -> list[dict[str, Any]]:
    with api.services.database.read() as connection:
        texts = connection.scalars(select(audit.c.entry).order_by(audit.c.id))
        return [entry for text in texts if (entry := json.loads(text))["action"] == action]


def test_nobody_is_asked_to_sign_in(api: Api) -> None:
    answer = api.client.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == PROBLEM
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["reason"] == "not_signed_in"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_who_is_signed_in_is_told_posts_and_acts(as_user: AsUser) -> None:
    me = as_user("officer").get("/api/v1/me").json()
    assert me["acts"] == sorted(me["posts"][0]["acts"])
    assert "approve" in me["acts"]
    assert [unit["code"] for unit in me["posts"][0]["units"]] == ["06184"]


def test_a_problem_points_to_what_its_reason_means(api: Api) -> None:
    problem = api.client.get("/api/v1/me").json()
    meaning = api.client.get(problem["type"]).json()
    assert meaning["detail"] == problem["detail"]
    assert meaning["detail_vi"] == problem["detail_vi"]


@pytest.mark.parametrize(
    ("method", "path", "status", "reason"),
    [
        ("GET", "/api/v1/nowhere", 404, "no_such_route"),
        ("DELETE", "/api/v1/me", 405, "no_such_method"),
        ("GET", "/api/v1/problems/nothing", 404, "unknown_reason"),
    ],
)
def test_what_is_not_there_is_a_problem(api: Api, method: str, path: str, status: int, reason: str) -> None:
    answer = api.client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert answer.json()["reason"] == reason


def test_a_bug_tells_nothing_outside_and_no_value_in_the_log(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    answer = api.client.get("/probe/broken?name=An")
    assert answer.status_code == 500
    assert answer.json()["reason"] == "internal_error"
    assert "Văn An" not in answer.text + caplog.text
    places = [record.__dict__["places"] for record in caplog.records if "ValueError" in record.message]
    assert "in broken" in places[0]


def test_who_is_refused_stands_in_the_audit_log(api: Api, as_user: AsUser) -> None:
    clerk = as_user("clerk")
    assert clerk.get("/probe/admins?name=An").status_code == 403
    (entry,) = entries(api, "refused_access")
    assert entry["outcome"] == "refused"
    assert entry["subject"] == "GET /probe/admins"
    assert entry["detail"] == {"reason": "no_right", "asked": {}}


def test_the_purpose_of_a_look_is_any_text_of_one_line(as_user: AsUser) -> None:
    clerk = as_user("clerk")
    told = clerk.get("/probe/purpose", headers={"X-Purpose": "Ti%E1%BA%BFp nh%E1%BA%ADn"}).json()
    assert told == {"purpose": "Tiếp nhận", "address": "testclient"}
    for wrong in ("%ff", "a%0ab", "a" * 201):
        answer = clerk.get("/probe/purpose", headers={"X-Purpose": wrong})
        assert (answer.status_code, answer.json()["reason"]) == (400, "bad_purpose")


def test_a_change_names_the_revision_it_was_made_from(as_user: AsUser) -> None:
    clerk = as_user("clerk")
    assert clerk.put("/probe/revision", headers={"If-Match": '"7"'}).json() == 7
    assert clerk.put("/probe/revision").status_code == 428
    assert clerk.put("/probe/revision", headers={"If-Match": "*"}).status_code == 422


def test_places_that_are_wrong_are_told_without_what_stood_there(as_user: AsUser) -> None:
    answer = as_user("clerk").post("/probe/things", json={"n": "Nguyễn Văn An"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == ["body", "n"]
    assert "Văn An" not in answer.text


def test_a_request_that_comes_again_is_answered_and_not_done_again(api: Api, as_user: AsUser) -> None:
    clerk, other = as_user("clerk"), as_user("clerk")
    key = {"Idempotency-Key": "k"}
    first = clerk.post("/probe/things", json={"n": 1}, headers=key)
    again = clerk.post("/probe/things", json={"n": 1}, headers=key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json() == {"n": 1}
    assert len(entries(api, "thing")) == 1
    changed = clerk.post("/probe/things", json={"n": 2}, headers=key)
    assert (changed.status_code, changed.json()["reason"]) == (409, "key_reused")
    assert other.post("/probe/things", json={"n": 2}, headers=key).json() == {"n": 2}
    assert clerk.post("/probe/things", json={"n": 1}).status_code == 201
    assert len(entries(api, "thing")) == 3


def test_a_request_that_failed_may_come_again_under_its_key(api: Api, as_user: AsUser) -> None:
    clerk = as_user("clerk")
    for _ in range(2):
        answer = clerk.post("/probe/things", json={"fail": 1}, headers={"Idempotency-Key": "k"})
        assert answer.status_code == 403
    assert entries(api, "thing") == []
    assert clerk.post("/probe/things", json={"n": 1}, headers={"Idempotency-Key": "k"}).status_code == 201


def test_a_key_is_kept_for_a_day(api: Api, as_user: AsUser, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = as_user("clerk")
    clerk.post("/probe/things", json={"n": 1}, headers={"Idempotency-Key": "k"})
    assert idempotency.sweep(api.services.database) == 0
    monkeypatch.setattr(idempotency, "KEPT", timedelta(0))
    assert clerk.post("/probe/things", json={"n": 2}, headers={"Idempotency-Key": "k"}).json() == {"n": 2}
    assert idempotency.sweep(api.services.database) == 1


def test_a_long_list_comes_whole_page_by_page(as_user: AsUser) -> None:
    clerk = as_user("clerk")
    seen: list[int] = []
    cursor: str | None = None
    while True:
        page = clerk.get(
            "/probe/units", params={"limit": 150, **({"cursor": cursor} if cursor else {})}
        ).json()
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == sorted(set(seen))
    assert len(seen) > 2 * 150


@pytest.mark.parametrize(
    "cursor", ["%", "W10=", "WyJhIl0=", "a" * 501, "é", "WzE4NDQ2NzQ0MDczNzA5NTUxNjE2XQ=="]
)
def test_a_cursor_that_no_list_gave_is_refused(as_user: AsUser, cursor: str) -> None:
    answer = as_user("clerk").get("/probe/units", params={"cursor": cursor})
    assert answer.status_code in {400, 422}
    assert answer.json()["reason"] in {"bad_cursor", "invalid_request"}


def test_every_answer_has_the_safe_headers(api: Api) -> None:
    for path in ("/api/v1/me", "/probe/broken", "/nowhere", "/api/v1/openapi.json"):
        headers = api.client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"


def test_only_behind_tls_is_a_browser_told_to_stay_there(api: Api) -> None:
    header = "strict-transport-security"
    assert header not in api.client.get("/healthz").headers
    assert header in api.client.get("https://localhost/healthz").headers


def test_a_refusal_that_cannot_be_noted_is_no_answer(
    api: Api, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreFull("store_full")

    clerk = as_user("clerk")
    monkeypatch.setattr(errors, "write_entry", full)
    answer = clerk.get("/probe/admins")
    assert (answer.status_code, answer.json()["reason"]) == (507, "store_full")


def test_the_log_tells_routes_and_no_paths(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "khoso.requests")
    api.client.get("/api/v1/problems/an?name=an")
    (line,) = [record.__dict__ for record in caplog.records if record.name == "khoso.requests"]
    assert line["route"] == "/api/v1/problems/{reason}"
    assert (line["method"], line["status"]) == ("GET", 404)
