"""Search over HTTP: the same answers as the command's, within the asker's rights, with numbers masked."""

from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from tests.api.conftest import Api, AsUser
from tests.search.papers import add_paper
from warehouse.tables import audit

URL = "/api/v1/search"


@pytest.fixture
def clerk(api: Api, as_user: AsUser) -> TestClient:
    papers = (
        ("06184", "Giấy khai sinh", "Nguyễn Văn An", "Ủy ban nhân dân xã Đồng Đăng", "2019-05-06"),
        ("06184", "Giấy phép lái xe", "Trần Thị Bích", "Sở Xây dựng", "2021-01-02"),
        ("24373", "Giấy khai tử", "Nguyễn Văn Ân", "Ủy ban nhân dân xã Ea Kar", "2020-03-04"),
    )
    with api.services.database.write() as connection:
        for number, (unit, doc_type, holder, agency, day) in enumerate(papers):
            told = {"doc_type": doc_type, "holder_name": holder, "issuing_agency": agency, "issued_on": day}
            text = f"số định danh 001099012345 của {holder}"
            add_paper(connection, str(number), *told.items(), text=text, unit_code=unit)
    api.services.tell_index()
    return as_user("clerk")


def ask(client: TestClient, **body: Any) -> Any:
    answer = client.post(URL, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(answer: Any) -> list[str]:
    return sorted(hit["holder_name"] for hit in answer["hits"])


def test_search_counts_and_shows_what_the_asker_may_read_and_no_more(
    clerk: TestClient, as_user: AsUser
) -> None:
    answer = ask(clerk, query="nguyen van an")
    assert (answer["total"], names(answer), answer["more"]) == (1, ["Nguyễn Văn An"], False)
    assert answer["facets"]["unit"] == {"06184": 1}
    assert names(ask(as_user("clerk", unit="24373"), query="nguyen van an")) == ["Nguyễn Văn Ân"]
    assert ask(as_user("clerk", classes=["ordinary"], fields=["land"]), query="nguyen")["total"] == 0


@pytest.mark.parametrize(
    ("filters", "holders"),
    [
        ({}, ["Nguyễn Văn An", "Trần Thị Bích"]),
        ({"unit": "06184"}, ["Nguyễn Văn An", "Trần Thị Bích"]),
        ({"unit": "24373"}, []),
        ({"type": "giay phep lai xe"}, ["Trần Thị Bích"]),
        ({"issued_from": "2020-01-01"}, ["Trần Thị Bích"]),
        ({"issued_to": "2020-01-01"}, ["Nguyễn Văn An"]),
        ({"in_force_on": "2026-11-22", "type": "Giấy khai sinh"}, ["Nguyễn Văn An"]),
        ({"at": {"box": "hop 7"}, "query": "Bích"}, ["Trần Thị Bích"]),
        ({"at": {"box": "H9"}}, []),
        ({"holder": "001099012345"}, []),
    ],
)
def test_each_filter_narrows(clerk: TestClient, filters: dict[str, Any], holders: list[str]) -> None:
    assert names(ask(clerk, **filters)) == holders


def test_more_than_the_limit_is_told_and_there_is_no_further_page(clerk: TestClient) -> None:
    answer = ask(clerk, limit=1)
    assert (answer["total"], len(answer["hits"]), answer["more"]) == (2, 1, True)
    assert clerk.post(URL, json={"limit": 201}).status_code == 422


def test_numbers_in_snippets_are_masked(clerk: TestClient) -> None:
    [hit] = ask(clerk, query="001099012345 Bích")["hits"]
    assert "••••••••2345" in hit["snippet"]
    assert "001099012345" not in str(hit)


def test_each_search_is_written_down_with_its_filters(api: Api, clerk: TestClient) -> None:
    ask(clerk, query="Nguyễn Văn An", unit="06184", issued_from="2019-01-01")
    with api.services.database.read() as connection:
        [entry] = connection.scalars(select(audit.c.entry).where(audit.c.action == "search")).all()
    assert all(text in entry for text in ("Nguyễn Văn An", "06184", "2019-01-01", "user:clerk1"))


@pytest.mark.parametrize("role", ["manager", "admin", "auditor", "unit_admin"])
def test_who_counts_or_governs_searches_nothing(clerk: TestClient, as_user: AsUser, role: Any) -> None:
    other = as_user(role)
    assert other.post(URL, json={"query": "an"}).status_code == 403
    assert other.get(f"{URL}/suggestions?q=gi").status_code == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"query": "?!"}, 400),
        ({"at": {"shelf": "1"}}, 422),
        ({"issued_from": "yesterday"}, 422),
        ({"issued_from": "0001-01-01"}, 422),
        ({"page": 2}, 422),
        ({"query": "x" * 501}, 422),
    ],
)
def test_what_cannot_be_asked_is_refused(clerk: TestClient, body: dict[str, Any], status: int) -> None:
    assert clerk.post(URL, json=body).status_code == status


def suggested(client: TestClient, typed: str) -> list[tuple[str, str]]:
    answer = client.get(f"{URL}/suggestions", params={"q": typed})
    assert answer.status_code == 200, answer.text
    return [(each["kind"], each["label"]) for each in answer.json()["items"]]


def test_suggestions_are_types_agencies_and_units_that_the_asker_has_met(clerk: TestClient) -> None:
    assert suggested(clerk, "giay kh") == [("doc_type", "Giấy khai sinh")]
    assert sorted(suggested(clerk, "Đồng")) == [
        ("issuing_agency", "Uỷ ban nhân dân xã Đồng Đăng"),
        ("unit", "xã Đồng Đăng"),
    ]
    assert suggested(clerk, "xay dung") == [("issuing_agency", "Sở Xây dựng")]


@pytest.mark.parametrize("typed", ["Ea Kar", "giấy khai tử", "Nguyễn", "Bích", "an", "", "?"])
def test_nothing_of_others_and_no_name_of_a_person_is_suggested(clerk: TestClient, typed: str) -> None:
    assert suggested(clerk, typed) == []
