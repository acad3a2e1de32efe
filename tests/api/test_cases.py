"""Correction cases over HTTP."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import UNIT, Api, AsUser
from tests.warehouse.desk import a_batch, a_read_paper
from warehouse.units import unit_in_force

CASES = "/api/v1/cases"
PDF = b"%PDF-"


@pytest.fixture
def paper(api: Api) -> str:
    """A paper of the commune."""
    with api.services.database.write() as connection:
        batch = a_batch(connection, unit_in_force(connection, UNIT).id)
        return a_read_paper(connection, batch, holder_name="Nguyễn Thị Hoa", holder_id="020090001234")


def wrong_name(paper: str, **more: object) -> dict[str, Any]:
    requester = {"name": "Hoàng Thị Mơ", "contact": "0912 000 111", "relation": "family"}
    return {
        "kind": "transcription", "channel": "desk", "requester": requester, "record": paper,
        "description": "Tên là Hoài.\nXin sửa lại.", "field": "holder_name",
    } | more  # fmt: skip


def opened(client: TestClient, paper: str) -> dict[str, Any]:
    answer = client.post(CASES, json=wrong_name(paper))
    assert answer.status_code == 201, answer.text
    case: dict[str, Any] = answer.json()
    return case


def decide(client: TestClient, case: dict[str, Any], **decision: str) -> Any:
    given = {"decision": "accepted"} | decision
    return client.post(
        f"{CASES}/{case['case']}/decision", json=given, headers={"If-Match": f'"{case["revision"]}"'}
    )


def test_clerk_opens_an_officer_decides_and_the_letter_is_printed(
    api: Api, as_user: AsUser, paper: str
) -> None:
    clerk, officer = as_user("clerk"), as_user("officer")
    case = opened(clerk, paper)
    assert (case["state"], case["records"], case["overdue"]) == ("open", [paper], False)
    answer = decide(officer, case, reply="Đã sửa.", signer="Lê Thị Sen")
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    assert answer.json()["decision"]["outcome"] == "accepted"
    assert clerk.get(f"{CASES}/{case['case']}").json() == answer.json()
    reply = clerk.get(f"{CASES}/{case['case']}/reply.pdf")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/pdf")
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.content.startswith(PDF)


def test_case_sent_again_under_its_key_is_opened_once(as_user: AsUser, paper: str) -> None:
    clerk = as_user("clerk")
    key = {"Idempotency-Key": "once"}
    first, again = (clerk.post(CASES, json=wrong_name(paper), headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert clerk.post(CASES, json=wrong_name(paper, field=None), headers=key).status_code == 409
    assert len(clerk.get(CASES).json()["items"]) == 1


def test_decision_names_the_revision_that_was_seen(as_user: AsUser, paper: str) -> None:
    case, officer = opened(as_user("clerk"), paper), as_user("officer")
    address = f"{CASES}/{case['case']}/decision"
    assert officer.post(address, json={"decision": "accepted"}).status_code == 428
    assert decide(officer, case | {"revision": 9}).status_code == 412
    assert decide(officer, case, decision="rejected").json()["reason"] == "case_ground_missing"
    assert decide(officer, case).status_code == 200
    assert decide(officer, case | {"revision": 2}).json()["reason"] == "case_decided"


def test_who_may_see_but_not_decide_is_refused_and_to_others_nothing_is_there(
    as_user: AsUser, paper: str
) -> None:
    case = opened(as_user("clerk"), paper)
    assert decide(as_user("clerk"), case).status_code == 403
    stranger = as_user("officer", unit="06385")
    address = f"{CASES}/{case['case']}"
    answers = [stranger.get(address), stranger.get(f"{address}/reply.pdf"), decide(stranger, case)]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert stranger.post(CASES, json=wrong_name(paper)).status_code == 404
    assert stranger.get(CASES).json() == {"items": [], "next": None}
    assert as_user("manager").get(CASES).status_code == 403


def test_list_goes_on_behind_its_cursor(as_user: AsUser, paper: str) -> None:
    clerk = as_user("clerk")
    made = {opened(clerk, paper)["case"] for _ in range(3)}
    first = clerk.get(CASES, params={"limit": 2}).json()
    second = clerk.get(CASES, params={"limit": 2, "cursor": first["next"]}).json()
    assert {case["case"] for case in first["items"] + second["items"]} == made
    assert {case["record"] for case in first["items"]} == {paper}
    assert (len(first["items"]), second["next"]) == (2, None)
    assert clerk.get(CASES, params={"state": "decided"}).json()["items"] == []
    assert clerk.get(CASES, params={"overdue": True}).json()["items"] == []
    assert clerk.get(CASES, params={"unit": "06385"}).json()["items"] == []


def test_open_case_has_no_letter_yet(as_user: AsUser, paper: str) -> None:
    clerk = as_user("clerk")
    answer = clerk.get(f"{CASES}/{opened(clerk, paper)['case']}/reply.pdf")
    assert (answer.status_code, answer.json()["reason"]) == (409, "case_open")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "complaint"}, {"description": " \n "}, {"description": "a\0b"}, {"description": "x" * 4001},
        {"since": "0001-01-01"}, {"holder": "x" * 51}, {"decided_by": "user:me"},
        {"requester": {"name": "a\nb", "contact": "c", "relation": "holder"}},
    ],
)  # fmt: skip
def test_what_no_case_can_hold_is_refused(as_user: AsUser, paper: str, wrong: dict[str, Any]) -> None:
    assert as_user("clerk").post(CASES, json=wrong_name(paper, **wrong)).status_code == 422


@pytest.mark.parametrize("wrong", [{"holder": "020090001234"}, {"record": None}, {"field": "shoe_size"}])
def test_case_about_two_things_or_none_is_refused(as_user: AsUser, paper: str, wrong: dict[str, Any]) -> None:
    assert as_user("clerk").post(CASES, json=wrong_name(paper, **wrong)).status_code == 400
