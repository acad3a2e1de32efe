"""Bad input is stored or rejected with a reason and a sentence; the batch goes on and nothing is lost."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pikepdf
import psutil
import pytest
from PIL import Image

from tests.journeys.disks import small_disk

GOOD = ["GIẤY XÁC NHẬN", "Bà Lê Thị Đào"]
DENSE = [f"Dòng {number}: thửa đất số {number} tờ bản đồ {number} thôn Khuổi Lầm" for number in range(40)]
NO_SPACE_MB = 10


def pdf(path: Path, pages: int, **how: Any) -> Path:
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(path, **how)
    return path


def outcomes(account: Any) -> dict[str, tuple[str, str | None]]:
    """Each path's outcome and reason; every reason has its sentences."""
    for item in account["items"]:
        if item["reason"]:
            assert set(item["message"]) == {"vi", "en"}
    return {item["path"]: (item["outcome"], item["reason"]) for item in account["items"]}


def cut(path: Path, source: Path) -> None:
    """The first 60 percent of a file."""
    content = source.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])


def test_each_bad_file_is_rejected_with_its_reason_and_the_good_ones_are_stored(khoso, scans, draw, tmp_path):
    draw(scans / "tốt.png", GOOD)
    for suffix in ("pdf", "jpg", "tif", "png"):
        cut(scans / f"cụt.{suffix}", draw(tmp_path / f"whole.{suffix}", GOOD))
    (scans / "rỗng.pdf").write_bytes(b"")
    pdf(scans / "khóa.pdf", 1, encryption=pikepdf.Encryption(user="bí mật", owner="bí mật"))
    pdf(scans / "không trang.pdf", 0)
    (scans / "giả.pdf").write_bytes(b"GIF89a" + bytes(100))
    (scans / "chữ.jpg").write_text("chỉ là chữ", encoding="utf-8")
    (scans / "rác.tif").write_bytes(bytes(range(256)) * 40)
    shutil.copy(scans / "tốt.png", scans / "thật ra là png.pdf")
    account = khoso.take_in(scans, code=3)
    assert outcomes(account) == {
        "tốt.png": ("duplicate", None),
        "thật ra là png.pdf": ("stored", None),
        "cụt.pdf": ("rejected", "damaged"),
        "cụt.jpg": ("rejected", "damaged"),
        "cụt.tif": ("stored", None),  # its directory is whole, its picture is not
        "cụt.png": ("rejected", "damaged"),
        "rỗng.pdf": ("rejected", "empty"),
        "khóa.pdf": ("rejected", "encrypted"),
        "không trang.pdf": ("rejected", "no_pages"),
        "giả.pdf": ("rejected", "save_as_scan"),
        "chữ.jpg": ("rejected", "print_to_pdf"),
        "rác.tif": ("rejected", "unknown_type"),
    }
    khoso.work()
    [short] = [item["records"][0] for item in account["items"] if item["path"] == "cụt.tif"]
    [page] = khoso.json("show", short)["pages"]
    assert (page["status"], page["reason"], page["text"]) == ("failed", "page_unreadable", "")
    assert khoso.json("verify")["ok"]


def test_members_of_a_zip_that_would_leave_it_are_rejected_and_written_nowhere(khoso, draw, tmp_path):
    good = draw(tmp_path / "good.png", GOOD)
    link = zipfile.ZipInfo("liên kết.png")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "scans.zip", "w") as archive:
        archive.write(good, "hộp/a.png")
        for number, name in enumerate(
            ("../../evil.png", "/tmp/evil.png", "C:\\evil.png", "a/../../evil.png")
        ):
            archive.writestr(name, good.read_bytes() + bytes(number))
        archive.writestr(link, "/etc/passwd")
        archive.writestr("__MACOSX/._a.png", b"x")
    account = khoso.take_in(tmp_path / "scans.zip", code=3)
    assert outcomes(account) == {
        "hộp/a.png": ("stored", None),
        "../../evil.png": ("rejected", "unsafe_path"),
        "/tmp/evil.png": ("rejected", "unsafe_path"),
        "C:/evil.png": ("rejected", "unsafe_path"),
        "a/../../evil.png": ("rejected", "unsafe_path"),
        "liên kết.png": ("rejected", "not_a_file"),
    }
    assert not list(tmp_path.rglob("evil.png"))
    assert not Path("/tmp/evil.png").exists()


def test_damaged_member_of_a_zip_costs_no_other(khoso, draw, tmp_path):
    good = draw(tmp_path / "good.png", GOOD).read_bytes()
    with zipfile.ZipFile(tmp_path / "scans.zip", "w") as archive:
        archive.writestr("a.png", good)
        archive.writestr("b.png", good + b"spoilt")
    content = (tmp_path / "scans.zip").read_bytes()
    (tmp_path / "scans.zip").write_bytes(content.replace(b"spoilt", b"SPOILT"))
    account = khoso.take_in(tmp_path / "scans.zip", code=3)
    assert outcomes(account) == {"a.png": ("stored", None), "b.png": ("rejected", "unreadable_source")}


def test_encrypted_member_of_a_zip_is_rejected(khoso, draw, tmp_path):
    draw(tmp_path / "a.png", GOOD)
    with zipfile.ZipFile(tmp_path / "scans.zip", "w") as archive:
        archive.write(tmp_path / "a.png", "a.png")
    content = bytearray((tmp_path / "scans.zip").read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    (tmp_path / "scans.zip").write_bytes(content)
    account = khoso.take_in(tmp_path / "scans.zip", code=3)
    assert outcomes(account) == {"a.png": ("rejected", "encrypted_member")}


def test_zip_that_is_none_is_refused_in_one_line(khoso, tmp_path):
    (tmp_path / "scans.zip").write_bytes(b"PK\x03\x04 and no more")
    done = khoso.outcome("import", tmp_path / "scans.zip", "--unit", "06184")
    assert done.returncode == 3
    assert re.fullmatch(r"khoso: .*\[bad_zip\]\n", done.stderr), done.stderr
    assert khoso.json("batch", "list")["batches"] == []


def test_links_and_devices_in_a_folder_are_listed_and_not_followed(khoso, scans, draw, tmp_path):
    (tmp_path / "outside").mkdir()
    draw(tmp_path / "outside" / "secret.png", GOOD)
    (scans / "file.png").symlink_to(tmp_path / "outside" / "secret.png")
    (scans / "folder").symlink_to(tmp_path / "outside")
    (scans / "nowhere.png").symlink_to("gone")
    (scans / "round").symlink_to(scans)
    os.mkfifo(scans / "pipe.png")
    account = khoso.take_in(scans, code=3)
    expected = ("file.png", "folder", "nowhere.png", "pipe.png", "round")
    assert outcomes(account) == dict.fromkeys(expected, ("rejected", "not_a_file"))


def test_name_in_nfd_is_shown_in_nfc_and_matched_by_a_list_in_nfc(khoso, scans, draw, tmp_path):
    name = "giấy khai sinh Nguyễn Ửng.png"
    draw(scans / unicodedata.normalize("NFD", name), GOOD)
    (tmp_path / "list.csv").write_text(f"file,holder_name\n{name},Nguyễn Ửng\n", encoding="utf-8")
    account = khoso.take_in(scans, "--manifest", tmp_path / "list.csv")
    assert outcomes(account) == {name: ("stored", None)}
    assert khoso.found(unicodedata.normalize("NFD", "Nguyễn Ửng")) == account["items"][0]["records"]


def test_two_names_that_differ_only_in_their_normal_form_are_two_items(khoso, scans, draw):
    for form in ("NFC", "NFD"):
        draw(scans / unicodedata.normalize(form, "ửng.png"), [form])
    account = khoso.take_in(scans)
    assert [item["outcome"] for item in account["items"]] == ["stored", "stored"]


def test_name_with_bytes_that_are_no_letters_is_taken_and_found_again(khoso, tmp_path, draw):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/h\xf4p"))
    folder.mkdir()
    draw(tmp_path / "a.png", GOOD).rename(folder / os.fsdecode(b"gi\xe2y\xff.png"))
    account = khoso.take_in(folder)
    assert outcomes(account) == {"gi�y�.png": ("stored", None)}
    assert khoso.take_in(folder)["duplicate"] == 1
    khoso.run("show", *account["items"][0]["records"], "--original", tmp_path / "back.png")
    assert (tmp_path / "back.png").read_bytes() == next(folder.iterdir()).read_bytes()


def test_list_that_cannot_be_read_stops_the_import_before_anything_is_taken(khoso, scans, draw, tmp_path):
    draw(scans / "a.png", GOOD)
    (tmp_path / "list.csv").write_bytes("tên tệp,họ tên\na.png,Lê Đào\n".encode("cp1258", "replace"))
    khoso.run("import", scans, "--unit", "06184", "--manifest", tmp_path / "list.csv", code=2)
    assert khoso.json("batch", "list")["batches"] == []


@pytest.mark.sqlite  # the database lies on the same disk
def test_full_disk_stops_the_import_with_a_sentence_and_the_same_command_goes_on(khoso, scans, tmp_path):
    for number in range(24):
        noise = Image.frombytes("L", (700, 700), os.urandom(490_000))
        noise.save(scans / f"{number:02}.png")
    with small_disk(tmp_path / "disk", NO_SPACE_MB) as give_room:
        khoso.home = Path(shutil.copytree(khoso.home, tmp_path / "disk" / "var"))
        done = khoso.outcome("import", scans, "--unit", "06184", "--json")
        assert (done.returncode, done.stdout) == (8, "")
        assert re.fullmatch(r"khoso: .*\[store_full\]\n", done.stderr), done.stderr
        give_room()
        before = khoso.json("batch", "show", 1)
        assert before["files"] == 24
        assert before["stored"] + before["waiting"] == 24
        account = khoso.take_in(scans)
        assert (account["batch"], account["stored"]) == (1, 24)
        verified = khoso.json("verify")
        assert (verified["problems"], verified["checked"]["orphans"]) == ([], 0)
        assert not list((khoso.home / "objects" / "spool").iterdir())


@pytest.mark.sqlite
def test_full_disk_while_reading_gives_the_jobs_back(khoso, scans, draw, tmp_path):
    khoso.take_in(draw(scans / "a.png", GOOD))
    with small_disk(tmp_path / "disk", NO_SPACE_MB) as give_room:
        khoso.home = Path(shutil.copytree(khoso.home, tmp_path / "disk" / "var"))
        with (tmp_path / "disk" / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(bytes(4096))
        done = khoso.outcome("work", "--workers", 1, "--until-empty")
        assert done.returncode == 8, done.stderr
        give_room()
        khoso.work()
        assert khoso.json("batch", "show", 1)["reading"] == {
            "records": 1,
            "read": 1,
            "waiting": 0,
            "stuck": 0,
        }
        assert khoso.rows("SELECT count(*) FROM jobs") == [(0,)]


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program holds the database and does not let go."""
    hold = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE'); print(1); input()"
    command = [sys.executable, "-u", "-c", hold, database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        holder.stdout.readline()
        yield
        holder.communicate("\n")


@pytest.mark.sqlite
def test_database_that_another_program_holds_is_told_in_a_sentence(khoso, scans, draw, monkeypatch):
    draw(scans / "a.png", GOOD)
    monkeypatch.setattr("warehouse.database_sqlite.BUSY_SECONDS", 0.2)
    with locked(khoso.home / "khoso.db"):
        done = khoso.outcome("import", scans, "--unit", "06184")
    assert done.returncode == 7
    assert re.fullmatch(r"khoso: .*\[database_busy\]\n", done.stderr), done.stderr
    assert khoso.take_in(scans)["stored"] == 1


def child_that_reads(worker: psutil.Process) -> int | None:
    """The worker's reader child while Tesseract works for it: one that was killed left its Tesseract to others."""
    for child in worker.children():
        with suppress(psutil.NoSuchProcess):
            if any(process.name() == "tesseract" for process in child.children()):
                return int(child.pid)
    return None


def strike(worker: psutil.Process, blow: signal.Signals, times: int) -> None:
    """Gives each of the worker's next children a blow as soon as it reads."""
    struck: set[int] = set()
    deadline = time.monotonic() + 180
    while len(struck) < times:
        assert time.monotonic() < deadline
        child = child_that_reads(worker)
        if child and child not in struck:
            os.kill(child, blow)
            struck.add(child)
        time.sleep(0.01)


@pytest.mark.engineless
@pytest.mark.parametrize(
    # the limit of the clock holds for the good pages too, however much else the machine has to do
    ("blow", "reason", "limit"),
    [(signal.SIGKILL, "reader_died", 120), (signal.SIGSTOP, "reader_timeout", 20)],
)
def test_page_that_kills_or_hangs_the_reader_twice_is_failed_and_the_batch_goes_on(
    khoso, scans, draw, blow, reason, limit
):
    draw(scans / "1.pdf", DENSE, GOOD)
    draw(scans / "2.png", ["TRANG SAU"])
    account = khoso.take_in(scans)
    khoso.settings["KHOSO_PAGE_SECONDS"] = str(limit)
    with khoso.start("work", "--workers", 1, "--until-empty") as worker:
        strike(psutil.Process(worker.pid), blow, times=2)
        _, err = worker.communicate(timeout=300)
    assert worker.returncode == 0, err
    bad, good = (khoso.json("show", *item["records"]) for item in account["items"])
    assert [(page["status"], page["reason"]) for page in bad["pages"]] == [("failed", reason), ("ok", None)]
    assert (bad["state"], "page_failed:1" in bad["review"]) == ("needs_review", True)
    assert [page["status"] for page in good["pages"]] == ["ok"]
    assert khoso.found("TRANG SAU") == [good["record"]]
