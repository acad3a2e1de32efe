"""Journeys: what a commune does with its papers from the scan to the report, by commands alone."""

import hashlib
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from warehouse.database import Database
from warehouse.tables import units

SAMPLES = Path(__file__).parents[2] / "samples" / "few" / "06184"
TWO_PAGES = "07-giay-chung-nhan-an-toan-thuc-pham.pdf"
ON_PAGE_TWO = "biên bản thẩm định"
OTHER_UNIT = "24373"

PAPER = (
    "ỦY BAN NHÂN DÂN XÃ ĐỒNG ĐĂNG",
    "Số: 12/QĐ-UBND",
    "Đồng Đăng, ngày 06 tháng 01 năm 2025",
    "QUYẾT ĐỊNH",
    "Ông Nguyễn Văn Bình, thôn Nà Lùng",
)

Draw = Callable[..., Path]


def manifest_of(path: Path, *rows: str, columns: str = "file,holder_name,reference_number") -> Path:
    path.write_text("\n".join([columns, *rows]), encoding="utf-8")
    return path


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def text_of(pdf: Path) -> str:
    command = ["pdftotext", pdf, "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def all_records(khoso: Any) -> list[str]:
    return [row[0] for row in khoso.rows("SELECT public_id FROM records ORDER BY id")]


@pytest.fixture(scope="module")
def read(shared, draw, tmp_path_factory):
    """A site with three papers that have been read, and their folder."""
    folder = tmp_path_factory.mktemp("read")
    draw(folder / "mot.pdf", PAPER, ["Trang hai: thửa đất số 7 ở Khuổi Lầm"])
    draw(folder / "hai.png", ["GIẤY XÁC NHẬN", "Bà Lê Thị Đào"])
    draw(folder / "ba.tif", ["THÔNG BÁO", "họp ở nhà văn hóa"])
    shared.take_in(folder, "--wait")
    return shared, folder


def test_samples_are_found_before_they_are_read_then_read_approved_and_counted(khoso, tmp_path):
    taken = khoso.take_in(SAMPLES / "scans", "--manifest", SAMPLES / "manifest.csv")
    assert (taken["stored"], taken["reading"]) == (
        4,
        {"records": 5, "read": 0, "waiting": 5, "stuck": 0},
    )
    [paper] = next(item["records"] for item in taken["items"] if item["path"] == TWO_PAGES)
    assert khoso.found("Nước mắm Cá Cơm Than") == [paper]
    assert khoso.found(ON_PAGE_TWO) == []

    assert khoso.call("work", "--until-empty").returncode == 0
    assert khoso.json("batch", "show", taken["batch"])["reading"]["read"] == 5
    assert khoso.found(f'"{ON_PAGE_TWO}"') == [paper] == khoso.found("bien ban tham dinh")[:1]

    khoso.run("show", paper, "--original", tmp_path / "original.pdf")
    assert sha256_of(tmp_path / "original.pdf") == sha256_of(SAMPLES / "scans" / TWO_PAGES)
    khoso.run("show", paper, "--pdf", tmp_path / "searchable.pdf")
    assert "Nguồn nước" in text_of(tmp_path / "searchable.pdf")

    in_bulk = khoso.json("approve", "--batch", taken["batch"])["approved"]
    assert khoso.json("approve", *all_records(khoso))["approved"] == 5 - in_bulk
    [row] = khoso.json("report", "progress")["rows"]
    assert (row["unit"], row["files"], row["registered"], row["read"], row["approved"]) == (
        "06184",
        4,
        5,
        5,
        5,
    )
    assert 1 <= row["digitised"] <= 5
    assert khoso.json("verify")["problems"] == []


def test_same_folder_again_is_all_duplicates_and_changes_nothing(read):
    khoso, folder = read
    kept = "SELECT public_id, revision, work, read_at FROM records ORDER BY id"
    tables = (kept, "SELECT * FROM outbox", "SELECT * FROM fields")

    def state() -> list[Any]:
        acts = [khoso.deeds(action) for action in ("register", "file", "approve")]
        return [acts, *(khoso.rows(query) for query in tables)]

    before = state()
    again = khoso.take_in(folder, "--wait")
    assert (again["files"], again["duplicate"]) == (3, 3)
    assert sorted(record for item in again["items"] for record in item["records"]) == sorted(
        all_records(khoso)
    )
    assert state() == before
    assert khoso.rows("SELECT count(*) FROM jobs") == [(0,)]


def test_changed_list_adds_values_to_a_record_that_is_not_approved(khoso, scans, draw, tmp_path):
    draw(scans / "a.png", PAPER)
    khoso.read(scans, "--manifest", manifest_of(tmp_path / "one.csv", "a.png,Nguyễn Văn Bình,12/QĐ-UBND"))
    [record] = all_records(khoso)
    before = khoso.json("show", record)
    changed = manifest_of(tmp_path / "two.csv", "a.png,Nguyễn Văn Bính,12/QĐ-UBND")
    assert khoso.read(scans, "--manifest", changed)["duplicate"] == 1
    after = khoso.json("show", record)
    assert after["fields"]["holder_name"]["value"] == "Nguyễn Văn Bính"
    assert [party["name"] for party in after["parties"]] == ["Nguyễn Văn Bính"]
    assert after["revision"] > before["revision"]
    assert khoso.found("Bính") == [record]
    kept = khoso.rows(
        "SELECT value FROM fields WHERE name='holder_name' AND origin='manifest' ORDER BY version"
    )
    assert kept == [("Nguyễn Văn Bình",), ("Nguyễn Văn Bính",)]
    assert khoso.rows("SELECT * FROM proposals") == []


def test_changed_list_becomes_a_proposal_for_an_approved_record(khoso, scans, draw, tmp_path):
    draw(scans / "a.png", PAPER)
    khoso.read(scans, "--manifest", manifest_of(tmp_path / "one.csv", "a.png,Nguyễn Văn Bình,12/QĐ-UBND"))
    [record] = all_records(khoso)
    khoso.run("approve", record)
    before = khoso.json("show", record)
    assert before.pop("proposals") == []
    changed = manifest_of(tmp_path / "two.csv", "a.png,Nguyễn Văn Bính,12/QĐ-UBND")
    for _ in range(2):
        assert khoso.read(scans, "--manifest", changed)["duplicate"] == 1
    after = khoso.json("show", record)
    [proposal] = after.pop("proposals")
    said = {"name": "holder_name", "value": "Nguyễn Văn Bính", "reason": "later_list"}
    assert proposal == {"id": proposal["id"], **said}
    assert after == before


def test_list_that_contradicts_the_paper_sends_the_record_to_review(khoso, scans, draw, tmp_path):
    draw(scans / "a.png", PAPER)
    listed = manifest_of(tmp_path / "list.csv", "a.png,Nguyễn Văn Bình,21/QĐ-UBND")
    khoso.read(scans, "--manifest", listed)
    [record] = all_records(khoso)
    shown = khoso.json("show", record)
    [conflict] = shown["conflicts"]
    assert (conflict["name"], conflict["shown"], conflict["other"], conflict["origin"], conflict["page"]) == (
        "reference_number", "21/QĐ-UBND", "12/QĐ-UBND", "ocr", 1,
    )  # fmt: skip
    assert conflict["box"]
    assert shown["state"] == "needs_review"
    assert khoso.json("approve", "--batch", 1)["approved"] == 0


def test_pages_of_one_file_that_the_list_names_apart_become_two_records(khoso, scans, draw, tmp_path):
    draw(
        scans / "so.pdf",
        ["GIẤY KHAI SINH", "Trang đầu của tệp này"],
        ["GIẤY KẾT HÔN", "Trang giữa của tệp này"],
        ["Trang cuối có chữ ký của ông Lê Bảo"],
    )
    listed = manifest_of(
        tmp_path / "list.csv", "so.pdf,1,Lê An", "so.pdf,2-3,Lê Bảo", columns="file,pages,holder_name"
    )
    [item] = khoso.read(scans, "--manifest", listed)["items"]
    first, second = (khoso.json("show", record) for record in item["records"])
    assert [len(record["pages"]) for record in (first, second)] == [1, 2]
    assert [page["number"] for page in second["pages"]] == [1, 2]
    assert khoso.found("trang cuối")[0] == khoso.found("Lê Bảo")[0] == second["record"]
    assert khoso.found("trang đầu")[0] == khoso.found("Lê An")[0] == first["record"]
    khoso.run("show", second["record"], "--pdf", tmp_path / "second.pdf")
    text = text_of(tmp_path / "second.pdf")
    assert "cuối" in text
    assert "KHAI" not in text


def test_two_units_with_the_same_bytes_have_two_files_over_one_object(khoso, draw, tmp_path):
    for name in ("ours", "theirs"):
        (tmp_path / name).mkdir()
    draw(tmp_path / "ours" / "cua-ta.png", PAPER)
    shutil.copy(tmp_path / "ours" / "cua-ta.png", tmp_path / "theirs" / "cua-ho.png")
    ours = khoso.take_in(tmp_path / "ours")
    theirs = khoso.take_in(tmp_path / "theirs", unit=OTHER_UNIT)
    assert (ours["stored"], theirs["stored"], theirs["duplicate"]) == (1, 1, 0)
    assert ours["items"][0]["records"] != theirs["items"][0]["records"]
    shown = khoso.run("show", *theirs["items"][0]["records"], "--json")
    assert "cua-ta" not in shown
    assert ours["items"][0]["records"][0] not in shown
    assert khoso.rows("SELECT count(*), count(DISTINCT sha256) FROM files") == [(2, 1)]
    assert khoso.json("verify")["checked"]["objects"] == 1


def test_zip_is_taken_in_as_its_folder_would_be(khoso, scans, draw, tmp_path):
    (scans / "hộp 1").mkdir()
    draw(scans / "hộp 1" / "một.png", PAPER)
    draw(scans / "hai.pdf", ["THÔNG BÁO"])
    with zipfile.ZipFile(tmp_path / "scans.zip", "w") as archive:
        for path in scans.rglob("*.p*"):
            archive.write(path, path.relative_to(scans))
    zipped = khoso.take_in(tmp_path / "scans.zip")
    assert zipped["stored"] == 2
    of_zip = {(item["path"], *item["records"]) for item in zipped["items"]}
    of_folder = {(item["path"], *item["records"]) for item in khoso.take_in(scans)["items"]}
    assert of_folder == of_zip
    assert {path for path, _ in of_zip} == {"hộp 1/một.png", "hai.pdf"}


def test_single_file_is_a_batch_of_one(khoso, scans, draw):
    account = khoso.take_in(draw(scans / "a.png", PAPER))
    assert [(item["path"], item["outcome"]) for item in account["items"]] == [("a.png", "stored")]


def test_flow_is_hidden_until_it_is_handed_over_and_stock_is_not(khoso, scans, draw):
    flow = khoso.take_in(draw(scans / "flow.png", ["MỚI"]), "--flow")
    stock = khoso.take_in(draw(scans / "stock.png", ["CŨ"]), "--stock")
    states = [khoso.json("show", *batch["items"][0]["records"])["availability"] for batch in (flow, stock)]
    assert states == ["hidden", "released"]


def test_rejected_file_does_not_block_a_new_try(khoso, scans, draw, monkeypatch):
    draw(scans / "a.pdf", ["một"], ["hai"])
    khoso.settings["KHOSO_MAX_PAGES"] = "1"
    [item] = khoso.take_in(scans, code=3)["items"]
    assert (item["outcome"], item["reason"], item["records"]) == ("rejected", "too_many_pages", [])
    del khoso.settings["KHOSO_MAX_PAGES"]
    again = khoso.take_in(scans)
    assert (again["stored"], again["batch"]) == (1, 2)
    assert khoso.take_in(scans)["duplicate"] == 1


def test_copies_in_one_folder_are_one_file_and_one_record(khoso, scans, draw):
    draw(scans / "a.png", PAPER)
    shutil.copy(scans / "a.png", scans / "b.png")
    account = khoso.take_in(scans)
    assert (account["stored"], account["duplicate"]) == (1, 1)
    assert account["items"][0]["records"] == account["items"][1]["records"]


def has_opened_the_database(pid: int) -> bool:
    process = psutil.Process(pid)
    return any("khoso.db" in file.path for file in process.open_files()) or bool(process.net_connections())


def test_same_import_in_two_windows_at_once_is_one_batch(khoso, scans, draw):
    for number in range(12):
        draw(scans / f"{number}.png", [f"Giấy số {number}"])
    database = Database(khoso.settings.get("KHOSO_DATABASE_URL", f"sqlite:///{khoso.home}/khoso.db"))
    with (
        database.write() as connection
    ):  # till both are there: a quick one would be done before the other begins
        connection.execute(select(units.c.id).with_for_update())
        windows = [khoso.start("import", scans, "--unit", "06184") for _ in range(2)]
        while not all(has_opened_the_database(window.pid) for window in windows):
            time.sleep(0.1)
        time.sleep(1)
    database.close()
    assert [window.wait(timeout=120) for window in windows] == [0, 0]
    assert khoso.rows("SELECT count(*) FROM batches") == [(1,)]
    account = khoso.json("batch", "show", 1)
    assert (account["files"], account["stored"]) == (12, 12)
    assert khoso.rows("SELECT count(*) FROM records") == [(12,)]


def test_dry_run_tells_the_account_and_writes_nothing(khoso, scans, draw):
    draw(scans / "a.png", PAPER)
    shutil.copy(scans / "a.png", scans / "b.png")
    (scans / "c.pdf").write_bytes(b"")
    before = khoso.rows("SELECT count(*) FROM audit")
    tried = khoso.take_in(scans, "--dry-run", code=3)
    assert [tried[name] for name in ("batch", "stored", "duplicate", "rejected")] == [None, 1, 1, 1]
    assert khoso.rows("SELECT (SELECT count(*) FROM batches), (SELECT count(*) FROM audit)") == [
        (0, *before[0])
    ]
    done = khoso.take_in(scans, code=3)
    assert [done[name] for name in ("stored", "duplicate", "rejected")] == [1, 1, 1]
