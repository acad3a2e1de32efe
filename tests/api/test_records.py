"""The list of records, one of them, its history and notes over HTTP."""

from urllib.parse import quote

import pytest

from tests.api.conftest import Api, AsUser
from tests.api.papers import a_paper, settle

PURPOSE = {"X-Purpose": quote("hồ sơ H37.15-261128-0003")}
NUMBER = "020090000123"


def test_a_list_is_read_page_by_page(api: Api, as_user: AsUser) -> None:
    papers = [a_paper(api, subject=f"Việc {n}") for n in range(5)]
    clerk = as_user("clerk")
    found, cursor = [], None
    while True:
        query = {"limit": "2", "order": "oldest"} | ({"cursor": cursor} if cursor else {})
        page = clerk.get("/api/v1/records", params=query).json()
        found += [item["record"] for item in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert found == papers
    assert "place" not in page["items"][0]


def test_a_list_is_narrowed_and_odd_filters_are_refused(api: Api, as_user: AsUser) -> None:
    doubtful, ready = a_paper(api, "missing:issued_on"), a_paper(api)
    clerk = as_user("clerk")

    def listed(**filters: str) -> list[str]:
        return [item["record"] for item in clerk.get("/api/v1/records", params=filters).json()["items"]]

    assert listed(state="ready") == [ready]
    assert listed(review="missing") == [doubtful]
    assert listed(unit="06184", received_from="2026-01-01") == [ready, doubtful]
    assert listed(mine="true") == []
    for wrong in ({"state": "x"}, {"received_from": "0001-01-01"}, {"batch": "9" * 30}, {"cursor": "x"},
                  {"limit": "201"}, {"approved_to": "9999-12-31"}):  # fmt: skip
        assert clerk.get("/api/v1/records", params=wrong).status_code in (400, 422)


def test_others_papers_are_not_listed_and_not_found_and_a_manager_reads_none(
    api: Api, as_user: AsUser
) -> None:
    mine, foreign = a_paper(api), a_paper(api, unit="22924")
    clerk = as_user("clerk")
    assert [item["record"] for item in clerk.get("/api/v1/records").json()["items"]] == [mine]
    assert clerk.get(f"/api/v1/records/{foreign}").status_code == 404
    assert clerk.get(f"/api/v1/records/{foreign}/history").status_code == 404
    assert as_user("manager").get("/api/v1/records").status_code == 403
    assert api.client.get("/api/v1/records").status_code == 401


def test_one_record_is_told_with_its_revision_as_etag(api: Api, as_user: AsUser) -> None:
    record = a_paper(api, "doubtful:subject", subject="Vè việc")
    answer = as_user("clerk").get(f"/api/v1/records/{record}", params={"on": "2026-03-01"})
    told = answer.json()
    assert answer.headers["ETag"] == f'"{told["revision"]}"' == '"2"'
    assert told["fields"]["subject"] == {
        "value": "Vè việc", "confidence": 0.9, "page": 1, "box": [10, 10, 50, 20], "origin": "ocr",
    }  # fmt: skip
    assert (told["state"], told["review"], told["validity"]["on"]) == (
        "needs_review", ["doubtful:subject"], "2026-03-01",
    )  # fmt: skip


def test_identity_numbers_are_masked_until_a_purpose_is_stated(api: Api, as_user: AsUser) -> None:
    record = a_paper(api, holder_name="Nguyễn Văn An", holder_id=NUMBER)
    clerk = as_user("clerk")
    for path in ("", "/history"):
        url = f"/api/v1/records/{record}{path}"
        assert NUMBER not in clerk.get(url).text
        assert NUMBER in clerk.get(url, headers=PURPOSE).text
    assert clerk.get(f"/api/v1/records/{record}").json()["fields"]["holder_id"]["value"] == "••••••••0123"
    assert NUMBER not in clerk.get("/api/v1/records", headers=PURPOSE).text


def test_a_look_at_numbers_is_noted_once_in_a_session_of_work(api: Api, as_user: AsUser) -> None:
    record, clerk = a_paper(api, holder_name="An", holder_id=NUMBER), as_user("clerk")
    for _ in range(3):
        clerk.get(f"/api/v1/records/{record}", headers=PURPOSE)
    looks = as_user("auditor").get("/api/v1/audit", params={"action": "see_numbers"}).json()["items"]
    assert [look["subject"] for look in looks] == [record]


def test_of_a_record_in_quarantine_nothing_of_its_content_is_told(api: Api, as_user: AsUser) -> None:
    record = a_paper(api, subject="Vè việc", holder_name="Nguyễn Văn An")
    settle(api, record, work="quarantined")
    clerk = as_user("clerk")
    for url in ("/api/v1/records", f"/api/v1/records/{record}", f"/api/v1/records/{record}/history"):
        answer = clerk.get(url, headers=PURPOSE)
        assert answer.status_code == 200
        assert "Vè việc" not in answer.text
        assert "Nguyễn" not in answer.text


def test_a_history_tells_every_version_every_change_and_every_note(api: Api, as_user: AsUser) -> None:
    record, officer = a_paper(api, "doubtful:subject", subject="Vè việc"), as_user("officer")
    url = f"/api/v1/records/{record}"
    body = {"values": ["Về việc"], "reason": "đọc nhầm"}
    officer.post(f"{url}/fields/subject/correct", json=body, headers={"If-Match": '"2"'})
    officer.post(f"{url}/return", json={"reason": "mờ", "pages": [2]}, headers={"If-Match": '"3"'})
    assert officer.post(f"{url}/notes", json={"text": "đã gọi xã"}).status_code == 201
    told, me = officer.get(f"{url}/history").json(), officer.get("/api/v1/me").json()["who"]
    assert [(v["value"], v["origin"], v["who"], v["reason"]) for v in told["fields"]] == [
        ("Vè việc", "ocr", None, None), ("Về việc", "human", me, "đọc nhầm"),
    ]  # fmt: skip
    assert [(c["action"], c["reason"], c["revision"]) for c in told["changes"]] == [
        ("correct", "đọc nhầm", 3), ("return", "mờ", 4),
    ]  # fmt: skip
    assert [r["pages"] for r in told["returns"]] == [[2]]
    assert [n["text"] for n in told["notes"]] == ["đã gọi xã"]
    assert officer.get(url).json()["returned"]["reason"] == "mờ"


def test_a_note_sent_again_under_its_key_is_added_once(api: Api, as_user: AsUser) -> None:
    record, clerk = a_paper(api), as_user("clerk")
    url = f"/api/v1/records/{record}"
    sent = [
        clerk.post(f"{url}/notes", json={"text": "hỏi lại"}, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert sent[0].json() == sent[1].json()
    assert len(clerk.get(f"{url}/history").json()["notes"]) == 1


@pytest.mark.parametrize("name", ["X" * 12, "A:B", "a" * 200, "%27%3B--"])
def test_what_is_no_record_is_not_found(api: Api, as_user: AsUser, name: str) -> None:
    assert as_user("clerk").get(f"/api/v1/records/{name}").status_code == 404
