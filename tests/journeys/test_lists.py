"""A unit's own list: which papers it makes of a file, and what it adds when it comes again."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def book(scans: Path, draw: Any) -> Path:
    """A file of five pages."""
    draw(scans / "sổ.pdf", *[[f"Trang {number}"] for number in range(1, 6)])
    return scans


def papers(khoso: Any, account: Any) -> list[tuple[int, int, str | None]]:
    """First and last page and holder of each record of the batch's first item."""
    shown = [khoso.json("show", record) for record in account["items"][0]["records"]]
    return [
        (one["parts"][0]["page_from"], one["parts"][0]["page_to"], one["fields"]["holder_name"]["value"])
        for one in shown
    ]


def test_pages_that_no_row_names_become_papers_too(khoso, book, listed):
    rows = listed("file,pages,holder_name", "sổ.pdf,2,Lê An", "sổ.pdf,4-5,Lê Bảo")
    account = khoso.take_in(book, "--manifest", rows)
    assert papers(khoso, account) == [(1, 1, None), (2, 2, "Lê An"), (3, 3, None), (4, 5, "Lê Bảo")]


def test_pages_beyond_the_file_are_reported_and_the_file_is_one_paper(khoso, book, listed):
    account = khoso.take_in(book, "--manifest", listed("file,pages,holder_name", "sổ.pdf,4-9,Lê An"), code=3)
    assert papers(khoso, account) == [(1, 5, "Lê An")]
    [problem] = account["manifest"]
    assert (problem["row"], problem["reason"], problem["value"]) == (2, "pages_beyond_file", "4-9/5")


def test_kind_and_place_in_the_archive_come_from_the_list(khoso, book, listed):
    rows = listed("tên tệp;loại số hóa;hộp;cặp", "sổ.pdf;thành phần;07;3")
    [item] = khoso.take_in(book, "--manifest", rows)["items"]
    assert khoso.json("show", *item["records"])["kind"] == "component"
    assert khoso.rows("SELECT box, folder FROM locations") == [("07", "3")]


def test_bad_value_is_reported_and_costs_neither_row_nor_file(khoso, book, listed):
    rows = listed("file,holder_name,issued_on", "sổ.pdf,Lê An,31/02/2020")
    account = khoso.take_in(book, "--manifest", rows, code=3)
    assert papers(khoso, account) == [(1, 5, "Lê An")]
    assert [problem["reason"] for problem in account["manifest"]] == ["bad_date"]


def test_row_without_a_file_is_an_error_and_a_file_without_a_row_only_a_warning(khoso, book, listed):
    missing = khoso.take_in(book, "--manifest", listed("file", "sổ.pdf", "mất.pdf"), code=3)
    assert [problem["reason"] for problem in missing["manifest"]] == ["no_such_file"]
    (book / "thêm.png").write_bytes((book / "sổ.pdf").read_bytes())
    extra = khoso.take_in(book, "--manifest", listed("file", "sổ.pdf"))
    assert [(problem["reason"], problem["warning"]) for problem in extra["manifest"]] == [("no_row", True)]


def test_list_that_divides_a_known_file_otherwise_changes_nothing_and_is_reported(khoso, book, listed):
    account = khoso.take_in(book, "--manifest", listed("file,holder_name", "sổ.pdf,Lê An"))
    divided = listed("file,pages,holder_name", "sổ.pdf,1-2,Lê Bảo", "sổ.pdf,3-5,Lê Chi")
    again = khoso.take_in(book, "--manifest", divided, code=3)
    assert [problem["reason"] for problem in again["manifest"]] == ["no_such_paper"] * 2
    assert papers(khoso, account) == [(1, 5, "Lê An")]


def test_row_for_a_whole_file_does_not_fall_on_the_first_of_its_papers(khoso, book, listed):
    rows = listed("file,pages,holder_name", "sổ.pdf,1-2,Lê Bảo", "sổ.pdf,3-5,Lê Chi")
    account = khoso.take_in(book, "--manifest", rows)
    again = khoso.take_in(book, "--manifest", listed("file,holder_name", "sổ.pdf,Lê An"), code=3)
    assert [problem["reason"] for problem in again["manifest"]] == ["no_such_paper"]
    assert papers(khoso, account) == [(1, 2, "Lê Bảo"), (3, 5, "Lê Chi")]


def test_same_list_again_changes_nothing(khoso, book, listed):
    rows = listed("file,pages,holder_name,holder_id", "sổ.pdf,2,Lê An,020093576089", "sổ.pdf,4-5,Lê Bảo,")
    khoso.take_in(book, "--manifest", rows)
    query = "SELECT id, revision FROM records"
    before = [khoso.rows(query), khoso.rows("SELECT * FROM fields"), khoso.rows("SELECT * FROM parties")]
    assert khoso.take_in(book, "--manifest", rows)["duplicate"] == 1
    assert [
        khoso.rows(query), khoso.rows("SELECT * FROM fields"), khoso.rows("SELECT * FROM parties")
    ] == before  # fmt: skip


def test_changed_identity_number_replaces_the_former_one(khoso, book, listed):
    header = "file,holder_name,holder_id"
    account = khoso.take_in(book, "--manifest", listed(header, "sổ.pdf,Lê An,020093576089"))
    khoso.take_in(book, "--manifest", listed(header, "sổ.pdf,Lê An,020193576083"))
    [record] = account["items"][0]["records"]
    [party] = khoso.json("show", record)["parties"]
    assert [one["value"] for one in party["ids"]] == ["020193576083"]
    assert khoso.found("Lê An", "--holder", "020193576083") == [record]
    assert khoso.found("Lê An", "--holder", "020093576089") == []


def test_list_that_lies_among_the_files_is_not_taken_for_one(khoso, book):
    (book / "danh mục.csv").write_text("file,holder_name\nsổ.pdf,Lê An", encoding="utf-8")
    assert khoso.take_in(book, "--manifest", book / "danh mục.csv")["files"] == 1


def test_import_that_was_stopped_does_not_report_its_list_twice(khoso, book, listed, monkeypatch):
    rows = listed("file,holder_name", "sổ.pdf,Lê An", "mất.pdf,Lê Bảo")
    with monkeypatch.context() as stopped:
        stopped.setattr("ingest.importing._take_in", lambda *_: None)
        assert khoso.take_in(book, "--manifest", rows, code=3)["waiting"] == 1
    again = khoso.take_in(book, "--manifest", rows, code=3)
    assert (again["batch"], again["stored"], len(again["manifest"])) == (1, 1, 1)


def test_import_with_only_bad_rows_that_was_stopped_does_not_report_them_twice(
    khoso, book, listed, monkeypatch
):
    rows = listed("file", "mất.pdf")
    with monkeypatch.context() as stopped:
        stopped.setattr("ingest.importing._take_in", lambda *_: None)
        khoso.take_in(book, "--manifest", rows, code=3)
    reasons = [problem["reason"] for problem in khoso.take_in(book, "--manifest", rows, code=3)["manifest"]]
    assert reasons == ["no_such_file", "no_row"]
