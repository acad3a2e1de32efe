"""Bulk approval and correction over HTTP."""

from typing import Any

import pytest

from tests.api.conftest import Api, AsUser
from tests.api.papers import a_paper, batch_of, settle
from warehouse import bulk


def wanted(*records: str, revision: int = 2) -> list[dict[str, Any]]:
    return [{"record": record, "revision": revision} for record in records]


def test_an_account_tells_what_came_of_every_record(api: Api, as_user: AsUser) -> None:
    ready, doubtful = a_paper(api), a_paper(api, "missing:issued_on")
    officer = as_user("officer")
    body = {"records": [*wanted(ready, doubtful), *wanted("KHONGCOGIAYY")]}
    account = officer.post("/api/v1/bulk/approvals", json=body).json()
    assert (account["asked"], account["done"], account["refused"], account["waiting"]) == (3, 1, 2, 0)
    assert {r["record"]: r["reason"] for r in account["refusals"]} == {
        doubtful: "review_first", "KHONGCOGIAYY": "unknown_record",
    }  # fmt: skip
    assert officer.get(f"/api/v1/bulk/{account['run']}").json() == account
    assert as_user("officer").get(f"/api/v1/bulk/{account['run']}").status_code == 404


def test_a_run_whose_connection_was_cut_goes_on_under_its_key(
    api: Api, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [a_paper(api) for _ in range(3)]
    officer, headers = as_user("officer"), {"Idempotency-Key": "k"}
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    work_off = bulk.work_off
    with monkeypatch.context() as patched:
        patched.setattr(bulk, "work_off", lambda *args: work_off(*args) and False)
        first = officer.post(
            "/api/v1/bulk/approvals", json={"records": wanted(*papers)}, headers=headers
        ).json()
    assert (first["done"], first["waiting"]) == (2, 1)
    second = officer.post("/api/v1/bulk/approvals", json={"records": wanted(*papers)}, headers=headers).json()
    assert (second["run"], second["done"], second["waiting"]) == (first["run"], 3, 0)
    other = officer.post("/api/v1/bulk/approvals", json={"records": wanted(papers[0])}, headers=headers)
    assert other.status_code == 409


def test_the_records_of_a_batch_that_show_a_wrong_value_are_corrected(api: Api, as_user: AsUser) -> None:
    record = a_paper(api, subject="Vè việc")
    body = {"batch": batch_of(api, record), "field": "subject", "was": "Vè việc", "values": ["Về việc"],
            "reason": "đọc nhầm"}  # fmt: skip
    clerk = as_user("clerk")
    account = clerk.post("/api/v1/bulk/corrections", json=body).json()
    assert (account["act"], account["asked"], account["done"], account["more"]) == ("correct", 1, 1, False)
    assert clerk.get(f"/api/v1/records/{record}").json()["fields"]["subject"]["value"] == "Về việc"


def test_a_batch_is_approved_as_far_as_it_is_ready(api: Api, as_user: AsUser) -> None:
    record = a_paper(api, subject="Về việc")
    body = {"batch": batch_of(api, record), "min_confidence": 0.95}
    officer = as_user("officer")
    assert officer.post("/api/v1/bulk/approvals", json=body).json()["asked"] == 0
    assert officer.post("/api/v1/bulk/approvals", json={"batch": body["batch"]}).json()["done"] == 1
    assert as_user("officer", unit="22924").post("/api/v1/bulk/approvals", json=body).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {}, {"records": []}, {"records": wanted("A"), "batch": 1}, {"batch": 0}, {"records": [{"record": "A"}]},
        {"records": wanted("A" * 13)}, {"batch": 1, "min_confidence": 2},
    ],
)  # fmt: skip
def test_an_order_that_makes_no_sense_is_refused(api: Api, as_user: AsUser, body: dict[str, Any]) -> None:
    assert as_user("officer").post("/api/v1/bulk/approvals", json=body).status_code == 422


def test_a_correction_that_no_record_can_take_begins_no_run(api: Api, as_user: AsUser) -> None:
    record = a_paper(api)
    clerk, body = as_user("clerk"), {"records": wanted(record), "field": "issued_on", "reason": "x"}
    assert clerk.post("/api/v1/bulk/corrections", json={**body, "values": ["31/02/2019"]}).status_code == 422
    assert clerk.post("/api/v1/bulk/corrections", json={**body, "values": [], "was": "x"}).status_code == 422


def test_a_clerk_approves_nothing_and_a_manager_corrects_nothing(api: Api, as_user: AsUser) -> None:
    record = a_paper(api)
    settle(api, record, work="ready")
    assert (
        as_user("clerk").post("/api/v1/bulk/approvals", json={"records": wanted(record)}).status_code == 403
    )
    body = {"records": wanted(record), "field": "subject", "values": ["x"], "reason": "x"}
    assert as_user("manager").post("/api/v1/bulk/corrections", json=body).status_code == 403
