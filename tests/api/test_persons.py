"""The desk's person search over HTTP: what it takes, what it tells, what it tells nobody."""

import logging
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from tests.api.conftest import Api, AsUser
from tests.search.papers import add_paper
from warehouse.tables import audit, records

URL = "/api/v1/persons/search"
PURPOSE = {"X-Purpose": "Ti%E1%BA%BFp%20nh%E1%BA%ADn"}  # Tiếp nhận
CARD = "001099012345|123456789|Nguyễn Văn An|01021999|Nam|Số 8, Lạng Sơn|25042021\r\n"
AN = (
    ("holder_name", "Nguyễn Văn An"),
    ("holder_birth_date", "1999-02-01"),
    ("holder_id", "001099012345"),
    ("doc_type", "Giấy khai sinh"),
)


@pytest.fixture
def officer(api: Api, as_user: AsUser) -> TestClient:
    with api.services.database.write() as connection:
        add_paper(connection, "1", *AN)
    return as_user("officer")


def ask(client: TestClient, **body: Any) -> Any:
    answer = client.post(URL, json=body, headers=PURPOSE)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_line_of_a_card_finds_its_holder_with_masked_numbers(officer: TestClient) -> None:
    answer = ask(officer, line=CARD)
    [person] = answer["persons"]
    assert (person["name"], person["matched"]) == ("Nguyễn Văn An", "id")
    assert person["numbers"] == ["••••••••2345"]
    assert person["papers"][0]["doc_type"] == "Giấy khai sinh"
    assert "012345" not in str(answer)
    assert "Số 8" not in str(answer)


def test_named_parts_go_before_the_line(officer: TestClient) -> None:
    answer = ask(officer, line="Trần Thị Bích 1999", name="nguyễn an")
    assert answer["understood"]["name"] == "nguyễn an"
    assert [person["matched"] for person in answer["persons"]] == ["middle_name_missing"]


def test_without_a_purpose_or_the_right_nobody_is_looked_for(officer: TestClient, as_user: AsUser) -> None:
    without = officer.post(URL, json={"line": CARD})
    assert (without.status_code, without.json()["reason"]) == (400, "purpose_missing")
    for role in ("clerk", "manager", "admin", "auditor", "unit_admin"):
        refused = as_user(role).post(URL, json={"line": CARD}, headers=PURPOSE)  # type: ignore[arg-type]
        assert refused.status_code == 403, role


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"line": ""}, 400, "nobody_asked_for"),
        ({"line": "a|b|c"}, 400, "not_a_chip_card"),
        ({"name": "An", "born": "hôm qua"}, 400, "bad_person_query"),
        ({"number": "12"}, 400, "bad_person_query"),
        ({"name": "An", "unit": "no such"}, 400, "unknown_unit"),
        ({"name": "A\0n"}, 422, "bad_text"),
        ({"line": "x" * 501}, 422, "invalid_request"),
        ({"name": "An", "limit": 51}, 422, "invalid_request"),
        ({"nam": "An"}, 422, "invalid_request"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_without_repeating_it(
    officer: TestClient, body: dict[str, Any], status: int, reason: str
) -> None:
    answer = officer.post(URL, json=body, headers=PURPOSE)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)
    assert "hôm qua" not in answer.text


def test_answer_is_the_same_bytes_whether_a_forbidden_paper_exists(api: Api, officer: TestClient) -> None:
    body = {"line": "Lê Thị Cúc 1970"}
    before = officer.post(URL, json=body, headers=PURPOSE).content
    with api.services.database.write() as connection:
        add_paper(connection, "2", ("holder_name", "Lê Thị Cúc"), unit_code="24373")
        adopted = add_paper(connection, "3", ("holder_name", "Lê Thị Cúc"))
        connection.execute(update(records).where(records.c.id == adopted).values(sensitivity="adoption"))
    assert officer.post(URL, json=body, headers=PURPOSE).content == before


def test_name_stands_in_the_audit_log_and_in_no_other(
    api: Api, officer: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ask(officer, line="Nguyễn Văn An")
    assert not any(
        "Nguyễn" in record.getMessage() for record in caplog.records if record.name != "sqlalchemy"
    )
    with api.services.database.read() as connection:
        [entry] = connection.scalars(select(audit.c.entry).where(audit.c.action == "find_person")).all()
    assert all(text in entry for text in ("Nguyễn Văn An", "Tiếp nhận", "user:officer1"))
