"""What a batch's items and its list tell of papers that whoever took them in may not, or no longer, read."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from ingest.account import batch_account
from tests.api.conftest import Api, AsUser
from tests.api.papers import a_paper, batch_of, settle
from tests.warehouse import desk
from warehouse.registry import NewPart, NewRecord, register
from warehouse.rights import USUAL_CLASSES
from warehouse.tables import items, manifest_problems, manifest_rows, parts, row_files
from warehouse.units import unit_in_force

OUT_OF_REACH = [{"sensitivity": "adoption"}, {"field_of_activity": "land"}, {"custodian": "22924"}]


def put_out_of_reach(api: Api, record: str, how: dict[str, str]) -> None:
    columns: dict[str, Any] = dict(how)
    if code := columns.pop("custodian", None):
        with api.services.database.read() as connection:
            columns["custodian_id"] = unit_in_force(connection, code).id
    settle(api, record, **columns)


def listed(api: Api, record: str) -> None:
    """Row 2 of its batch's list describes it; row 3 has no paper yet. A cell of each is wrong."""
    with api.services.database.write() as connection:
        paper = desk.row_of(connection, record)
        batch = {"batch_id": paper["batch_id"]}
        path = connection.scalar(select(items.c.path).where(items.c.batch_id == paper["batch_id"]))
        row = {**batch, "kind": "result", "values": {}, "location": {}}
        rows = [{**row, "row": 2, "record_id": paper["id"]}, {**row, "row": 3, "record_id": None}]
        connection.execute(insert(manifest_rows), rows)
        cell = {**batch, "column": "họ tên", "reason": "bad_date", "warning": False, "path": None}
        cells = [{**cell, "row": number, "value": "Nông Thị Lan"} for number in (2, 3)]
        no_row = {**cell, "row": None, "column": None, "value": None, "path": path, "reason": "no_row"}
        connection.execute(insert(manifest_problems), [*cells, no_row])


@pytest.mark.parametrize("how", OUT_OF_REACH)
def test_an_item_whose_papers_are_out_of_reach_is_counted_and_not_named(
    api: Api, as_user: AsUser, how: dict[str, str]
) -> None:
    record = a_paper(api)
    batch = batch_of(api, record)
    put_out_of_reach(api, record, how)
    clerk = as_user("clerk", fields=["justice"] if "field_of_activity" in how else None)
    [item] = clerk.get(f"/api/v1/batches/{batch}/items").json()["items"]
    assert item == {"path": None, "outcome": "stored", "records": [], "reason": None, "message": None}
    assert clerk.get(f"/api/v1/batches/{batch}").json()["stored"] == 1


def test_an_item_of_a_narrower_class_is_named_to_whoever_reads_that_class(api: Api, as_user: AsUser) -> None:
    record = a_paper(api)
    settle(api, record, sensitivity="adoption")
    clerk = as_user("clerk", classes=USUAL_CLASSES | {"adoption"})
    [item] = clerk.get(f"/api/v1/batches/{batch_of(api, record)}/items").json()["items"]
    assert (item["records"], bool(item["path"])) == ([record], True)


def test_of_a_file_with_several_papers_those_within_reach_are_named(api: Api, as_user: AsUser) -> None:
    record = a_paper(api)
    with api.services.database.write() as connection:
        first = desk.row_of(connection, record)
        file = connection.scalar(select(parts.c.file_id).where(parts.c.record_id == first["id"]))
        assert file is not None
        second = NewRecord([NewPart(file, 2, 2)], first["item_id"], first["batch_id"], first["custodian_id"],
                           "result", False)  # fmt: skip
        [other] = register(connection, desk.OPERATOR, [second])
        secret = desk.row_of(connection, other)["public_id"]
    settle(api, secret, sensitivity="adoption")
    [item] = as_user("clerk").get(f"/api/v1/batches/{batch_of(api, record)}/items").json()["items"]
    assert (item["records"], bool(item["path"])) == ([record], True)


def test_a_file_that_waits_for_a_paper_out_of_reach_is_not_named(api: Api, as_user: AsUser) -> None:
    record = a_paper(api)
    batch = batch_of(api, record)
    settle(api, record, sensitivity="adoption")
    listed(api, record)
    with api.services.database.write() as connection:
        item = desk.add(connection, items, batch_id=batch, path="b", source_path="b", outcome="waiting")
        row = connection.scalar(select(manifest_rows.c.id).where(manifest_rows.c.record_id.is_not(None)))
        connection.execute(insert(row_files).values(row_id=row, ordinal=1, item_id=item))
    told = as_user("clerk").get(f"/api/v1/batches/{batch}/items").json()["items"]
    assert [(one["path"], one["outcome"]) for one in told] == [(None, "stored"), (None, "waiting")]


@pytest.mark.parametrize("how", [*OUT_OF_REACH, {"work": "quarantined"}])
def test_cells_of_a_list_are_shown_with_their_papers(api: Api, as_user: AsUser, how: dict[str, str]) -> None:
    record = a_paper(api)
    listed(api, record)
    clerk = as_user("clerk", fields=["justice", "civil_status"])
    settle(api, record, field_of_activity="justice")
    url = f"/api/v1/batches/{batch_of(api, record)}/problems"
    assert [bool(one["value"] or one["path"]) for one in clerk.get(url).json()["items"]] == [True] * 3
    put_out_of_reach(api, record, how)
    cell, without_paper, no_row = clerk.get(url).json()["items"]
    assert (cell["row"], cell["column"], cell["value"], cell["reason"]) == (2, "họ tên", None, "bad_date")
    assert "Lan" not in cell["message"]["vi"]
    assert without_paper["value"] == "Nông Thị Lan"
    assert (no_row["path"], no_row["reason"]) == (None, "no_row")


def test_the_file_of_a_paper_in_quarantine_is_not_named(api: Api, as_user: AsUser) -> None:
    record = a_paper(api)
    settle(api, record, work="quarantined")
    [item] = as_user("clerk").get(f"/api/v1/batches/{batch_of(api, record)}/items").json()["items"]
    assert (item["path"], item["records"]) == (None, [record])


def test_the_local_operator_is_told_all(api: Api) -> None:
    record = a_paper(api)
    listed(api, record)
    settle(api, record, sensitivity="adoption", work="quarantined")
    with api.services.database.write() as connection:
        connection.execute(update(items).values(path="Nông Thị Lan.pdf"))
        account = batch_account(connection, desk.OPERATOR, batch_of(api, record))
    assert [(one["path"], one["records"]) for one in account["items"]] == [("Nông Thị Lan.pdf", [record])]
    assert [one["value"] for one in account["manifest"]] == ["Nông Thị Lan", "Nông Thị Lan", None]
