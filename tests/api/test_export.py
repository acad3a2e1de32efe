"""Results as a file: what it holds, what spreadsheets cannot do with it, who may take it out."""

import csv
import io
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from python_calamine import load_workbook
from sqlalchemy import select
from starlette.testclient import TestClient

from tests.api.conftest import UNIT, Api, AsUser
from tests.search.papers import add_paper
from warehouse.tables import audit, records
from warehouse.units import unit_in_force

URL = "/api/v1/search/export"
PURPOSE = {"X-Purpose": "B%C3%A1o%20c%C3%A1o"}


@pytest.fixture
def officer(api: Api, as_user: AsUser) -> TestClient:
    with api.services.database.write() as connection:
        for number, subject in enumerate(("=HYPERLINK(1)", "của 001099012345")):
            told = {"holder_name": f"Nguyễn Văn {number}", "holder_id": "001099012345", "subject": subject}
            add_paper(connection, str(number), *told.items(), ("issued_on", "2019-05-06"))
        add_paper(connection, "x", ("holder_name", "Nguyễn Thị Xa"), unit_code="24373")
    api.services.tell_index()
    return as_user("officer")


def take(client: TestClient, headers: dict[str, str] | None = None, **body: Any) -> bytes:
    answer = client.post(URL, json={"query": "nguyen", **body}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    return answer.content


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_csv_opens_in_excel_with_vietnamese_and_without_formulas(officer: TestClient) -> None:
    content = take(officer, form="csv")
    assert content.startswith(b"\xef\xbb\xbf")
    found = sorted(rows(content), key=lambda row: row["Chủ giấy tờ"])
    assert [row["Chủ giấy tờ"] for row in found] == ["Nguyễn Văn 0", "Nguyễn Văn 1"]
    assert found[0]["Trích yếu"] == "'=HYPERLINK(1)"
    assert (found[0]["Ngày ban hành"], found[0]["Đơn vị lưu giữ"]) == ("06/05/2019", "xã Đồng Đăng")


def test_workbook_holds_the_same_as_text(officer: TestClient) -> None:
    sheet = load_workbook(io.BytesIO(take(officer, form="xlsx"))).get_sheet_by_index(0)
    [heading, *cells] = sheet.to_python()
    found = [dict(zip(heading, row, strict=True)) for row in cells]
    assert sorted(row["Chủ giấy tờ"] for row in found) == ["Nguyễn Văn 0", "Nguyễn Văn 1"]
    assert "=HYPERLINK(1)" in {row["Trích yếu"] for row in found}  # as text: a formula would show its value


def test_numbers_are_in_full_only_for_a_stated_purpose(officer: TestClient) -> None:
    assert b"001099012345" not in take(officer, form="csv")
    in_full = rows(take(officer, PURPOSE, form="csv"))
    assert {row["Số giấy tờ của chủ"] for row in in_full} == {"001099012345"}


def test_each_export_is_written_down_and_in_the_trail_of_each_paper_with_the_hash_of_the_file(
    api: Api, officer: TestClient
) -> None:
    content = take(officer, PURPOSE, form="csv")
    with api.services.database.read() as connection:
        texts = connection.scalars(select(audit.c.entry).where(audit.c.action == "export")).all()
        own = unit_in_force(connection, UNIT).id
        papers = set(connection.scalars(select(records.c.public_id).where(records.c.custodian_id == own)))
    entry, *of_papers = map(json.loads, texts)
    assert {each["subject"] for each in of_papers} == papers
    assert {each["version"] for each in of_papers} == {entry["version"]}
    assert (entry["detail"]["rows"], entry["detail"]["numbers"]) == (2, "in full")
    assert (entry["purpose"], entry["version"]) == ("Báo cáo", sha256(content).hexdigest())


@pytest.mark.parametrize("role", ["clerk", "manager", "admin", "auditor", "unit_admin"])
def test_only_officers_take_results_out(officer: TestClient, as_user: AsUser, role: Any) -> None:
    assert as_user(role).post(URL, json={"query": "nguyen"}).status_code == 403


def test_program_exports_only_what_it_may_read_too(
    officer: TestClient, as_program: Callable[..., TestClient]
) -> None:
    assert rows(take(as_program("export"), form="csv")) == []
    assert len(rows(take(as_program("export", "read"), form="csv"))) == 2


def test_more_than_the_limit_is_refused_and_not_cut_off(api: Api, officer: TestClient) -> None:
    few = api.services.settings.model_copy(update={"export_rows": 1})
    object.__setattr__(api.services, "settings", few)
    answer = officer.post(URL, json={"query": "nguyen"})
    assert (answer.status_code, answer.json()["reason"]) == (400, "export_too_large")


def test_empty_result_is_a_heading(officer: TestClient) -> None:
    assert take(officer, form="csv", query="không có ai").count(b"\r\n") == 1
