"""Hide, release, revoke, supersede, reinstate, withdraw over HTTP."""

from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from tests.api.conftest import Api, AsUser
from tests.api.taking_in import revision_of, scan, take_in

REASON = {"reason": "Trả kết quả."}
REVOKED = {"ended_on": "2026-10-01", "decision_number": "12/QĐ-UBND", "reason": "Cấp sai."}
DEEDS: dict[str, dict[str, Any]] = {
    "release": REASON,
    "hide": REASON,
    "revoke": REVOKED,
    "supersede": {"successor": "K7QX2M9PRT4A", "ended_on": "2026-10-01", "reason": "Cấp đổi."},
    "reinstate": REASON,
    "withdraw": REASON,
}


@pytest.fixture
def record(api: Api) -> str:
    return take_in(api.services, scan())


def do(client: TestClient, record: str, deed: str, revision: int, body: dict[str, Any]) -> Response:
    headers = {"If-Match": f'"{revision}"'}
    answer: Response = client.post(f"/api/v1/records/{record}/{deed}", json=body, headers=headers)
    return answer


def test_an_officer_ends_a_paper_and_takes_it_back(api: Api, as_user: AsUser, record: str) -> None:
    officer, revision = as_user("officer"), revision_of(api.services, record)
    answer = do(officer, record, "revoke", revision, REVOKED)
    assert answer.status_code == 200
    assert (answer.json()["ended_how"], answer.json()["ended_on"]) == ("revoked", "2026-10-01")
    assert answer.headers["ETag"] == f'"{revision + 1}"'
    again = do(officer, record, "reinstate", revision + 1, REASON)
    assert again.json()["ended_on"] is None
    endings = officer.get(f"/api/v1/records/{record}/endings").json()
    assert [ending["how"] for ending in endings["endings"]] == ["revoked", "reinstated"]


def test_a_record_superseded_by_another_is_told_on_both_sides(api: Api, as_user: AsUser, record: str) -> None:
    officer, newer = as_user("officer"), take_in(api.services, scan("mới"), "b.pdf")
    body = {**DEEDS["supersede"], "successor": newer}
    assert do(officer, record, "supersede", revision_of(api.services, record), body).status_code == 200
    assert officer.get(f"/api/v1/records/{record}/endings").json()["endings"][0]["successor"] == newer
    assert officer.get(f"/api/v1/records/{newer}/endings").json()["supersedes"] == [record]


@pytest.mark.parametrize("deed", DEEDS)
def test_each_needs_the_right_the_revision_and_a_reason(
    api: Api, as_user: AsUser, record: str, deed: str
) -> None:
    revision, body = revision_of(api.services, record), DEEDS[deed]
    officer = as_user("officer")
    assert do(as_user("clerk"), record, deed, revision, body).status_code == 403
    assert do(as_user("officer", unit="22924"), record, deed, revision, body).status_code == 404
    assert do(officer, record, deed, revision, {**body, "reason": "  "}).status_code == 422
    assert officer.post(f"/api/v1/records/{record}/{deed}", json=body).status_code == 428
    assert do(officer, record, deed, revision + 1, body).status_code == 412
    assert revision_of(api.services, record) == revision


def test_a_withdrawn_record_is_out_of_use(api: Api, as_user: AsUser, record: str) -> None:
    officer, revision = as_user("officer"), revision_of(api.services, record)
    assert do(officer, record, "withdraw", revision, REASON).json()["state"] == "withdrawn"
    refused = do(officer, record, "hide", revision + 1, REASON)
    assert (refused.status_code, refused.json()["reason"]) == (409, "not_in_use")


def test_a_deed_sent_again_under_its_key_is_done_once(api: Api, as_user: AsUser, record: str) -> None:
    officer, revision = as_user("officer"), revision_of(api.services, record)
    headers = {"If-Match": f'"{revision}"', "Idempotency-Key": "k1"}
    first, second = (
        officer.post(f"/api/v1/records/{record}/hide", json=REASON, headers=headers) for _ in range(2)
    )
    assert first.json() == second.json()
    assert revision_of(api.services, record) == revision + 1
