"""`khoso doctor` on one machine: each fault is made for real, named, and keeps no other check from being made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ingest.doctor.examination import OF_MACHINE, OF_SITE
from ingest.heartbeat import announced
from tests.journeys.doctoring import faults, findings, leave_out_slow_checks, leave_servers
from warehouse.database import Database

COMMAND = Path(sys.executable).with_name("khoso")
MODELS = Path("/usr/share/tesseract-ocr/5/tessdata")
ROOT = os.geteuid() == 0


def write(khoso: Any, *statements: str) -> None:
    """Make the tables say something else."""
    database = Database(khoso.settings.get("KHOSO_DATABASE_URL", f"sqlite:///{khoso.home}/khoso.db"))
    with database.write() as connection:
        for statement in statements:
            connection.execute(text(statement))
    database.close()


def run_by(khoso: Any, *command: object) -> "subprocess.CompletedProcess[str]":
    """What it says as a process of its own, started by another command."""
    return subprocess.run(
        [*map(str, command), COMMAND, "doctor", "--json"],
        env={**os.environ, **khoso.environment},
        capture_output=True,
        text=True,
        check=False,
    )


def hiding(folder: Path) -> tuple[str, ...]:
    """The command that lays an empty disk of 64 MB over a folder, for those alone whom it starts."""
    mount = f'mount -t tmpfs -o size=64m none "{folder}" && exec "$@"'
    return "unshare", "--mount", "sh", "-c", mount, "sh"


@pytest.fixture(autouse=True)
def _on_one_machine(khoso: Any) -> None:
    leave_servers(khoso)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out_slow_checks(monkeypatch)


def can_mount() -> bool:
    try_it = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    return ROOT and subprocess.run(try_it, capture_output=True, check=False).returncode == 0


mounts = pytest.mark.skipif(not can_mount(), reason="needs the right to mount")


def test_a_healthy_site_is_well_in_every_check(khoso: Any) -> None:
    told = findings(khoso)
    assert {each["verdict"] for each in told} == {"ok"}
    assert {each["check"] for each in told} == {*OF_MACHINE, *OF_SITE}


def test_each_finding_is_one_line_in_both_languages(khoso: Any) -> None:
    khoso.settings["KHOSO_STORE_URI"] = "s3://x"
    lines = khoso.run("doctor", code=2).splitlines()
    assert len(lines) == len(OF_MACHINE) + len(OF_SITE) + 2  # three folders are looked at
    (line,) = [line for line in lines if line.startswith("SAI / wrong")]
    assert "Không có thiết lập KHOSO_STORE_URI: có lẽ là KHOSO_STORE_URL" in line
    assert "There is no setting KHOSO_STORE_URI: KHOSO_STORE_URL may be meant" in line


@pytest.mark.usefixtures("quick")
def test_a_strange_setting_that_resembles_none_is_a_warning(khoso: Any) -> None:
    khoso.settings["KHOSO_WEATHER"] = "fine"
    assert faults(khoso) == [("settings", "warning", "setting_unknown")]


def test_every_wrong_value_is_told_and_the_machine_is_looked_at_all_the_same(khoso: Any) -> None:
    khoso.settings |= {"KHOSO_MAX_PAGES": "many", "KHOSO_UNIT_CAP": "0"}
    told = findings(khoso, code=2)
    assert [each["reason"] for each in told if each["verdict"] == "wrong"] == ["bad_setting"] * 2
    assert {each["check"] for each in told} == set(OF_MACHINE)


@pytest.mark.usefixtures("quick")
@pytest.mark.sqlite
def test_a_site_that_was_never_made_is_told_so_and_not_made(khoso: Any, tmp_path: Path) -> None:
    khoso.home = tmp_path / "none"
    wrong = [(name, "wrong", "not_initialised") for name in ("home", "database", "store")]
    assert faults(khoso, code=2) == wrong
    assert not khoso.home.exists()


@pytest.mark.usefixtures("quick")
def test_a_home_that_others_can_open_is_wrong(khoso: Any) -> None:
    khoso.home.chmod(0o755)
    assert faults(khoso, code=2) == [("home", "wrong", "home_open")]


@pytest.mark.usefixtures("quick")
def test_a_home_that_its_owner_cannot_write_is_wrong(khoso: Any) -> None:
    khoso.home.chmod(0o500)
    assert ("home", "wrong", "home_closed") in faults(khoso, code=6)


@pytest.mark.usefixtures("quick")
@pytest.mark.skipif(not ROOT, reason="needs root")
def test_a_home_of_another_user_is_wrong(khoso: Any) -> None:
    os.chown(khoso.home, 12345, -1)
    assert faults(khoso, code=6) == [("home", "wrong", "home_of_another")]


@mounts
def test_a_full_disk_is_wrong(khoso: Any) -> None:
    objects = khoso.home / "objects"
    done = run_by(khoso, *hiding(objects))
    assert done.returncode == 8, done.stderr
    assert '"disk_full"' in done.stdout
    assert f"{objects}: 0.1 GiB free" in done.stdout


@pytest.mark.usefixtures("quick")
def test_a_disk_without_room_for_the_largest_file_is_a_warning(khoso: Any) -> None:
    khoso.settings["KHOSO_MAX_FILE_BYTES"] = str(10**18)
    assert set(faults(khoso)) == {("disk", "warning", "disk_low")}


def test_missing_language_data_are_wrong(khoso: Any, tmp_path: Path) -> None:
    khoso.settings["TESSDATA_PREFIX"] = str(tmp_path)
    assert faults(khoso, code=9) == [
        ("tesseract", "wrong", "language_missing"),
        ("reader", "wrong", "reader_fails"),
    ]


def test_damaged_language_data_are_wrong(khoso: Any, tmp_path: Path) -> None:
    (tmp_path / "vie.traineddata").write_bytes((MODELS / "vie.traineddata").read_bytes()[:5000])
    khoso.settings["TESSDATA_PREFIX"] = str(tmp_path)
    assert faults(khoso, code=9) == [("reader", "wrong", "reader_fails")]


def test_missing_programs_are_wrong(khoso: Any, tmp_path: Path) -> None:
    khoso.settings["PATH"] = str(tmp_path)
    assert faults(khoso, code=9)[:2] == [
        ("tesseract", "wrong", "tool_missing"),
        ("poppler", "wrong", "tool_missing"),
    ]


@mounts
def test_missing_fonts_are_wrong(khoso: Any) -> None:
    done = run_by(khoso, *hiding(Path("/usr/share/fonts")))
    assert done.returncode == 9, done.stderr
    assert "fonts-liberation2" in done.stdout


def test_a_reader_that_gets_too_little_memory_is_wrong(khoso: Any) -> None:
    done = run_by(khoso, "prlimit", "--as=1000000000")  # as a service's own limit may be
    assert done.returncode == 9, done.stderr
    assert '"reader_fails"' in done.stdout


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("version", "reason"), [("0004", "needs_upgrade"), ("9999", "too_new")])
def test_tables_of_another_version_are_wrong(khoso: Any, version: str, reason: str) -> None:
    write(khoso, f"UPDATE alembic_version SET version_num = '{version}'")
    assert faults(khoso, code=2) == [("database", "wrong", reason)]


@pytest.mark.usefixtures("quick")
def test_a_site_that_was_moved_away_is_wrong(khoso: Any) -> None:
    write(khoso, "UPDATE site SET standing = 'moved', detail = 'another'")
    assert faults(khoso, code=4) == [("database", "wrong", "site_moved")]


@pytest.mark.usefixtures("quick")
@pytest.mark.sqlite
def test_a_damaged_database_is_wrong(khoso: Any) -> None:
    for name in ("khoso.db-wal", "khoso.db-shm"):
        (khoso.home / name).unlink(missing_ok=True)
    (khoso.home / "khoso.db").write_bytes(b"no database" * 1000)
    assert faults(khoso, code=10) == [("database", "wrong", "database_damaged")]


@pytest.mark.usefixtures("quick")
def test_a_missing_original_is_wrong(khoso: Any, scans: Path, draw: Any) -> None:
    draw(scans / "a.png", ["Số: 12/QĐ-UBND"])
    khoso.read(scans)
    shutil.rmtree(khoso.home / "objects" / "sha256")
    assert faults(khoso, code=10) == [("originals", "wrong", "object_missing")]


@pytest.mark.usefixtures("quick")
def test_work_that_gave_up_is_wrong(khoso: Any, scans: Path, draw: Any) -> None:
    draw(scans / "a.png", ["Số: 12/QĐ-UBND"])
    khoso.take_in(scans)
    write(khoso, "UPDATE jobs SET state = 'dead', reason = 'lease_lost', detail = '{\"count\": \"3\"}'")
    assert faults(khoso, code=5) == [("jobs", "wrong", "stuck")]


@pytest.mark.usefixtures("quick")
def test_work_that_nobody_does_is_a_warning_and_wrong_after_five_minutes(
    khoso: Any, scans: Path, draw: Any
) -> None:
    draw(scans / "a.png", ["Số: 12/QĐ-UBND"])
    khoso.take_in(scans)
    write(khoso, "UPDATE jobs SET queued_at = queued_at - 60")
    assert faults(khoso) == [("workers", "warning", "workers_missing")]
    write(khoso, "UPDATE jobs SET queued_at = queued_at - 300")
    assert faults(khoso, code=9) == [("workers", "wrong", "workers_missing")]
    database = Database(khoso.settings.get("KHOSO_DATABASE_URL", f"sqlite:///{khoso.home}/khoso.db"))
    with announced(database, "an importer", 30, role="import"):
        assert faults(khoso, code=9) == [("workers", "wrong", "workers_missing")]
    with announced(database, "a worker", 30):
        assert faults(khoso) == []
    database.close()


@pytest.mark.usefixtures("quick")
def test_an_index_that_is_behind_and_records_it_refused_are_warnings(
    khoso: Any, scans: Path, draw: Any
) -> None:
    draw(scans / "a.png", ["Số: 12/QĐ-UBND"])
    khoso.read(scans)
    write(khoso, "INSERT INTO outbox (record_id, revision, changed_at) VALUES (1, 1, '2026-01-01 00:00:00')")
    assert faults(khoso) == [("arrears", "warning", "index_behind")]
    write(khoso, "UPDATE outbox SET revision = 0")
    assert faults(khoso) == [("arrears", "warning", "index_refused")]
