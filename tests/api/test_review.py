"""Correct, confirm, decide, approve, return, resubmit over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import insert
from starlette.testclient import TestClient

from tests.api.conftest import Api, AsUser
from tests.api.papers import a_paper, batch_of, settle
from tests.warehouse.desk import NOW, row_of
from warehouse.tables import proposals

DEEDS: dict[str, dict[str, Any] | None] = {
    "fields/subject/correct": {"values": ["Về việc"], "reason": "đọc nhầm"},
    "fields/subject/confirm": None,
    "approve": None,
    "return": {"reason": "mờ"},
}


@pytest.fixture
def record(api: Api) -> str:
    return a_paper(api, "doubtful:subject", subject="Vè việc")


def do(client: TestClient, record: str, deed: str, revision: int, body: Any = None) -> Response:
    headers = {"If-Match": f'"{revision}"'}
    answer: Response = client.post(f"/api/v1/records/{record}/{deed}", json=body, headers=headers)
    return answer


def test_a_paper_goes_from_doubt_to_approval(api: Api, as_user: AsUser, record: str) -> None:
    clerk, officer = as_user("clerk"), as_user("officer")
    returned = do(officer, record, "return", 2, {"reason": "sai trích yếu", "pages": [1]})
    assert (returned.status_code, returned.json()["state"]) == (200, "returned")
    [mine] = clerk.get("/api/v1/records", params={"mine": "true"}).json()["items"]
    assert (mine["record"], mine["returned"]["pages"]) == (record, [1])
    corrected = do(clerk, record, "fields/subject/correct", 3, DEEDS["fields/subject/correct"])
    assert (corrected.json()["state"], corrected.headers["ETag"]) == ("returned", '"4"')
    assert do(clerk, record, "resubmit", 4).json()["state"] == "ready"
    approved = do(officer, record, "approve", 5).json()
    assert (approved["state"], approved["revision"]) == ("approved", 6)
    assert do(officer, record, "approve", 6).json() == approved


@pytest.mark.parametrize("deed", DEEDS)
def test_each_needs_the_right_and_the_revision_seen(
    api: Api, as_user: AsUser, record: str, deed: str
) -> None:
    body, officer = DEEDS[deed], as_user("officer")
    url = f"/api/v1/records/{record}/{deed}"
    assert (
        as_user("officer", unit="22924").post(url, json=body, headers={"If-Match": '"2"'}).status_code == 404
    )
    assert do(as_user("auditor"), record, deed, 2, body).status_code == 404
    assert officer.post(url, json=body).status_code == 428
    assert do(officer, record, deed, 1, body).status_code == 412
    assert api.client.post(url, json=body, headers={"If-Match": '"2"'}).status_code == 401
    if not deed.startswith("fields"):
        assert do(as_user("clerk"), record, deed, 2, body).status_code == 403
    with api.services.database.read() as connection:
        assert row_of(connection, record)["revision"] == 2


@pytest.mark.parametrize(
    "body",
    [
        {"values": ["x"]}, {"values": ["x"], "reason": " "}, {"values": "x", "reason": "x"},
        {"values": ["x\x00"], "reason": "x"}, {"values": ["x"], "reason": "x", "box": [1, 2, 3]},
        {"values": ["x", "y"], "reason": "x"}, {"values": ["x"], "reason": "x", "page": 9}, {}, [],
        {"values": ["x" * 2001], "reason": "x"}, {"values": ["x"], "reason": "x", "who": "y"},
    ],
)  # fmt: skip
def test_a_correction_that_makes_no_sense_is_refused(
    api: Api, as_user: AsUser, record: str, body: Any
) -> None:
    assert do(as_user("officer"), record, "fields/subject/correct", 2, body).status_code in (400, 422)


def test_a_value_that_its_field_refuses_tells_why_in_both_languages(
    api: Api, as_user: AsUser, record: str
) -> None:
    body = {"values": ["31/02/2019"], "reason": "x"}
    answer = do(as_user("officer"), record, "fields/issued_on/correct", 2, body)
    assert (answer.status_code, answer.json()["reason"]) == (422, "bad_date")
    assert "ngày" in answer.json()["detail_vi"]
    assert do(as_user("officer"), record, "fields/colour/correct", 2, body).status_code == 422


def test_proposals_are_taken_or_rejected(api: Api, as_user: AsUser, record: str) -> None:
    settle(api, record, work="approved")
    batch = batch_of(api, record)
    with api.services.database.write() as connection:
        record_id = row_of(connection, record)["id"]
        for value in ("Một", "Hai"):
            connection.execute(insert(proposals).values(record_id=record_id, name="subject", value=value,
                                                        batch_id=batch, created_at=NOW))  # fmt: skip
    officer = as_user("officer")
    first, second = officer.get(f"/api/v1/records/{record}").json()["proposals"]
    reason = {"reason": "đối chiếu"}
    assert do(officer, record, f"proposals/{first['id']}/take", 2, reason).json()["revision"] == 3
    assert do(officer, record, f"proposals/{second['id']}/reject", 3, reason).json()["revision"] == 3
    told = officer.get(f"/api/v1/records/{record}").json()
    assert (told["fields"]["subject"]["value"], told["proposals"], told["state"]) == ("Một", [], "approved")
    assert do(officer, record, f"proposals/{first['id']}/take", 3, reason).status_code == 404


def test_what_is_sent_again_under_its_key_is_done_once(api: Api, as_user: AsUser, record: str) -> None:
    officer, headers = as_user("officer"), {"If-Match": '"2"', "Idempotency-Key": "k"}
    url = f"/api/v1/records/{record}/approve"
    first, second = (officer.post(url, headers=headers) for _ in range(2))
    assert first.json() == second.json()
    assert first.headers["ETag"] == second.headers["ETag"] == '"3"'


def test_of_two_who_approve_and_correct_at_once_exactly_one_wins(api: Api, as_user: AsUser) -> None:
    officer, clerk = as_user("officer"), as_user("clerk")
    for record in [a_paper(api, subject="Vè việc") for _ in range(5)]:
        together = Barrier(2)

        def send(client: TestClient, deed: str, record: str = record, together: Barrier = together) -> int:
            together.wait()
            return do(client, record, deed, 2, DEEDS[deed]).status_code

        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(send, officer, "approve"), pool.submit(send, clerk, "fields/subject/correct")]
        assert sorted(each.result() for each in both) == [200, 412]
        with api.services.database.read() as connection:
            assert row_of(connection, record)["revision"] == 3
