"""Rows meet their files by name, by order, by the paper's number or by the entry of a register."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def named(scans: Path, draw: Any) -> Callable[..., Path]:
    """Papers under these names in the folder of scans."""

    def make(*names: str) -> Path:
        for name in names:
            (scans / name).parent.mkdir(exist_ok=True)
            draw(scans / name, [name])
        return scans

    return make


def holders(khoso: Any, account: Any) -> dict[str, str | None]:
    """The holder of the first record of each file."""
    return {
        item["path"]: (khoso.json("show", item["records"][0])["fields"].get("holder_name") or {}).get("value")
        for item in account["items"]
    }


def test_by_sequence_the_list_meets_files_in_counting_order(khoso, named, listed):
    folder = named("scan 10.png", "scan 2.png", "scan 1.png")
    rows = listed("họ tên,năm sinh", "Lê An,1990", "Lê Bảo,1991", "Lê Chi,1992")
    account = khoso.take_in(folder, "--manifest", rows, "--match", "sequence")
    assert holders(khoso, account) == {"scan 1.png": "Lê An", "scan 2.png": "Lê Bảo", "scan 10.png": "Lê Chi"}


def test_by_sequence_a_missing_scan_matches_nothing_and_says_both_counts(khoso, named, listed):
    rows = listed("họ tên,năm sinh", "Lê An,1990", "Lê Bảo,1991", "Lê Chi,1992")
    account = khoso.take_in(named("1.png", "2.png"), "--manifest", rows, "--match", "sequence", code=3)
    assert [(p["reason"], p["value"]) for p in account["manifest"]] == [("counts_differ", "3/2")]
    assert set(holders(khoso, account).values()) == {None}


def test_files_named_by_their_number_meet_a_list_without_file_names(khoso, named, listed):
    folder = named("12-2019-QD-UBND.png", "13_QĐ-UBND.png")
    rows = listed("số ký hiệu,họ tên", "13/2019/QĐ-UBND,Lê Bảo", "12/2019/QĐ-UBND,Lê An")
    account = khoso.take_in(folder, "--manifest", rows)
    assert holders(khoso, account) == {"12-2019-QD-UBND.png": "Lê An", "13_QĐ-UBND.png": "Lê Bảo"}


def test_cases_of_a_register_meet_their_entries(khoso, named, listed):
    folder = named("KS.2019.01.002.png", "KS.2019.01.012.png")
    rows = listed("loại sổ,năm sổ,quyển số,số đăng ký,họ tên",
                  "Sổ đăng ký khai sinh,2019,01,12,Lê An", "Sổ đăng ký khai sinh,2019,01,2,Lê Bảo")  # fmt: skip
    account = khoso.take_in(folder, "--manifest", rows, "--match", "entry")
    assert holders(khoso, account) == {"KS.2019.01.002.png": "Lê Bảo", "KS.2019.01.012.png": "Lê An"}


def test_a_list_that_leads_to_no_files_says_how_else_it_can(khoso, named, listed):
    account = khoso.take_in(named("a.png"), "--manifest", listed("họ tên,năm sinh", "Lê An,1990"), code=3)
    [problem] = account["manifest"]
    assert problem["reason"] == "no_file_column"
    assert "--match" in problem["message"]["vi"]


def test_one_paper_over_several_files_is_one_record_in_the_order_of_its_row(khoso, named, listed):
    rows = listed("tên tệp,họ tên", "2.png; 1.png,Lê An")
    account = khoso.take_in(named("1.png", "2.png"), "--manifest", rows)
    [first], [second] = (item["records"] for item in account["items"])
    assert first == second
    query = "SELECT items.path FROM parts JOIN items ON items.file_id = parts.file_id ORDER BY parts.ordinal"
    assert khoso.rows(query) == [("2.png",), ("1.png",)]


def test_dry_run_shows_what_would_meet_and_writes_nothing(khoso, named, listed):
    rows = listed("tên tệp,họ tên,hệ thống cũ,mã cũ", "a.png,Lê An,,", "mất.png,Lê Bảo,,",
                  ",Lê Chi,igate,77", "b.png; a.png,Lê Dũng,,")  # fmt: skip
    options = ("--manifest", rows, "--dry-run", "--sample", 0)
    account = khoso.take_in(named("a.png", "b.png"), *options, code=3)
    assert account["metadata_only"] == 1
    assert [(p["row"], p["reason"], p["warning"]) for p in account["manifest"]] == [
        (3, "no_such_file", False),
        (4, "metadata_only", True),
        (5, "repeated_file", False),
    ]
    assert khoso.rows("SELECT count(*) FROM batches") == [(0,)]


def test_a_units_own_column_names_are_kept_and_used(khoso, named, listed):
    rows = listed("tên tệp,Công dân", "a.png,Lê An")
    folder = named("a.png")
    unknown = khoso.take_in(folder, "--manifest", rows, "--dry-run", "--sample", 0)
    assert [p["reason"] for p in unknown["manifest"]] == ["unknown_column"]
    kept = khoso.json("manifest", "columns", "--unit", "06184", "--map", "CÔNG DÂN=holder_name")
    assert kept == {"unit": "06184", "columns": [{"header": "cong dan", "field": "holder_name"}]}
    assert holders(khoso, khoso.take_in(folder, "--manifest", rows)) == {"a.png": "Lê An"}
    assert khoso.json("manifest", "columns", "--unit", "05986")["columns"] == []
    forgotten = khoso.json("manifest", "columns", "--unit", "06184", "--forget", "Công dân")
    assert forgotten["columns"] == []


@pytest.mark.parametrize(
    ("option", "text", "said"),
    [("--map", "Công dân=nobody", "holder_name"), ("--map", "Công dân", "HEADER=FIELD"),
     ("--map", "=holder_name", "HEADER=FIELD"), ("--forget", "Công dân", "Công dân")],
)  # fmt: skip
def test_a_column_map_that_means_nothing_is_refused_with_what_is_possible(khoso, option, text, said):
    refused = khoso.outcome("manifest", "columns", "--unit", "06184", option, text)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert khoso.rows("SELECT count(*) FROM column_maps") == [(0,)]


def test_dry_run_shows_lost_zeros_as_proposals_and_only_accepted_ones_are_taken(khoso, named, listed):
    rows = listed("tên tệp,họ tên,số định danh", "a.png,Lê An,20093576089")
    folder = named("a.png")
    account = khoso.take_in(folder, "--manifest", rows, "--dry-run", "--sample", 0, code=3)
    [problem] = account["manifest"]
    assert (problem["row"], problem["reason"]) == (2, "leading_zero")
    assert problem["value"] == "20093576089 → 020093576089"
    khoso.outcome("import", folder, "--unit", "06184", "--manifest", rows, "--accept-proposals")
    taken = khoso.rows("SELECT value, origin FROM fields WHERE name = 'holder_id'")
    assert taken == [("020093576089", "manifest")]


def test_dry_run_shows_what_paths_do_not_say(khoso, named, listed):
    folder = named("2019/a.png", "b.png")
    account = khoso.take_in(folder, "--path-pattern", "{year}/{file}", "--dry-run")
    assert [(p["path"], p["reason"]) for p in account["manifest"]] == [("b.png", "path_not_matched")]


def test_template_is_written_through_the_command_line_and_a_wrong_type_is_told(khoso, tmp_path):
    out = tmp_path / "mẫu.xlsx"
    khoso.run("manifest", "template", "--type", "Giấy khai sinh", "--out", out)
    assert out.read_bytes().startswith(b"PK")
    assert khoso.outcome("manifest", "template", "--type", "?", "--out", out).returncode == 2
