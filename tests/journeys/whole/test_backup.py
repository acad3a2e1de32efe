"""`khoso backup`, `backup verify` and `restore`: what a backup holds comes back whole, on any engines."""

import stat
import time
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Khoso
from tests.journeys.disks import small_disk
from tests.journeys.whole.sites import answers, contents, run_killed

BACKUP_PHASES = {
    "in the midst of the rows": ("warehouse.database:Database.copy_in", 9),
    "before the snapshot has its name": ("warehouse.snapshots:BackupFolder.keep", 1),
    "in the midst of the objects": ("warehouse.store_local:LocalStore.spool", 4),
    "before the manifest": ("warehouse.snapshots:BackupFolder.write_manifest", 1),
}
RESTORE_PHASES = {
    "in the midst of the objects": ("warehouse.store_local:LocalStore.spool", 4),
    "in the midst of the rows": ("warehouse.database:Database.copy_in", 9),
    "after the rows": ("warehouse.database:Database.settle_in", 1),
    "at the new index": ("search.embedded:EmbeddedIndex.rebuild", 1),
    "before the site is opened": ("warehouse.standing:end_filling", 1),
}


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    """Where backups are to lie."""
    return tmp_path / "backup"


@pytest.fixture
def kept(old: Khoso, dest: Path) -> dict[str, Any]:
    """A first backup."""
    return old.json("backup", dest)


def objects_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("objects/sha256/*/*/*"))


def check_restored(old_rows: dict[str, Any], seen: list[Any], new: Khoso) -> None:
    """All rows are those of the backup, but for the deed of restoring; people see the same."""
    after = contents(new)
    after["audit"] = [row for row in after["audit"] if '"action":"restore"' not in row]
    assert after == old_rows
    assert answers(new) == seen
    assert new.json("verify")["problems"] == []


def test_a_restored_site_is_the_same_to_the_last_row(old, new, dest):
    seen, rows = answers(old), contents(old)
    account = old.json("backup", dest)
    assert account["rows"] == sum(map(len, rows.values()))
    assert account["objects"] == account["copied"] == len(objects_of(old.home)) == len(objects_of(dest))
    assert old.json("backup", "verify", dest)["ok"]
    restored = new.json("restore", dest)
    assert restored["rows"] == account["rows"]
    check_restored(rows, seen, new)
    assert old.json("batch", "list") == new.json("batch", "list")


def test_a_backup_of_an_embedded_site_is_restored_on_servers_and_the_other_way_round(
    old, new, servers, dest, tmp_path
):
    seen, rows = answers(old), contents(old)
    old.run("backup", dest)
    servers.run("restore", dest)
    check_restored(rows, seen, servers)
    seen, rows = answers(servers), contents(servers)
    servers.run("backup", tmp_path / "second")
    assert servers.json("backup", "verify", tmp_path / "second")["ok"]
    new.run("restore", tmp_path / "second")
    after = contents(new)
    after["audit"] = [row for row in after["audit"] if row in rows["audit"]]  # without this restoring's own
    assert after == rows
    assert answers(new) == seen


def test_the_next_backup_copies_only_what_is_new(old, dest, kept, scans, draw):
    draw(scans / "next.png", ["Số: 1000/QĐ-UBND"])
    before = objects_of(dest)
    written = {path: path.stat().st_mtime_ns for path in before}
    assert old.json("backup", dest)["copied"] == 0
    old.read(scans)
    second = old.json("backup", dest)
    assert second["copied"] == len(objects_of(dest)) - len(before) > 0
    assert {path: path.stat().st_mtime_ns for path in before} == written
    assert old.json("backup", "verify", dest, "--snapshot", kept["snapshot"])["ok"]
    assert old.json("backup", "verify", dest)["snapshot"] == second["snapshot"]


def test_an_older_snapshot_is_restored_by_its_name(old, new, dest, kept, scans, draw):
    draw(scans / "next.png", ["Số: 1000/QĐ-UBND", "QUYẾT ĐỊNH"])
    old.read(scans)
    old.run("backup", dest)
    new.run("restore", dest, "--snapshot", kept["snapshot"])
    assert new.found("1000/QĐ-UBND") == []
    assert len(new.found("quyết định")) == 4


def test_only_the_owner_reads_a_backup(dest, kept):
    assert stat.S_IMODE(dest.stat().st_mode) == 0o700
    files = [path for path in dest.glob("snapshots/*") if path.is_file()]
    assert len(files) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_what_is_missing_or_damaged_in_a_backup_is_named(old, new, dest, kept):
    gone, changed, *_ = objects_of(dest)
    gone.unlink()
    changed.chmod(0o600)
    changed.write_bytes(b"x" * changed.stat().st_size)
    told = old.json("backup", "verify", dest, code=10)
    assert {problem["object"]: problem["reason"] for problem in told["problems"]} == {
        gone.name: "object_missing",
        changed.name: "object_changed",
    }
    restored = new.json("restore", dest, code=10)
    assert {problem["object"] for problem in restored["problems"]} == {gone.name, changed.name}
    verified = new.json("verify", code=10)["problems"]
    assert {problem["object"] for problem in verified} == {gone.name, changed.name}
    assert new.found("quyết định")


def test_a_backup_that_lost_an_object_gets_it_again(old, dest, kept):
    gone = objects_of(dest)[0]
    gone.unlink()
    assert old.json("backup", dest)["copied"] == 1
    assert old.json("backup", "verify", dest, "--snapshot", kept["snapshot"])["ok"]


def test_an_original_that_the_site_lost_is_named_and_the_rest_is_backed_up(old, dest):
    gone = objects_of(old.home)[0]
    gone.unlink()
    told = old.json("backup", dest, code=10)
    assert [problem["object"] for problem in told["problems"]] == [gone.name]
    assert told["copied"] == told["objects"] - 1


@pytest.mark.parametrize("what", ["changed", "gone"])
def test_a_damaged_snapshot_is_neither_verified_nor_restored(old, new, dest, kept, what):
    file = dest / "snapshots" / f"{kept['snapshot']}.db"
    if what == "gone":
        file.unlink()
    else:
        with file.open("r+b") as stream:
            stream.seek(-100, 2)
            stream.write(b"changed")
    for command in (("backup", "verify", dest), ("restore", dest)):
        done = new.outcome(*command)
        assert (done.returncode, "[snapshot_damaged]" in done.stderr) == (10, True), done.stderr
    assert not (new.home / "khoso.db").exists()


def test_reading_a_backup_changes_no_byte_of_it(old, new, dest, kept):
    before = {path: path.read_bytes() for path in dest.rglob("*") if path.is_file()}
    old.run("backup", "verify", dest)
    new.run("restore", dest)
    assert {path: path.read_bytes() for path in dest.rglob("*") if path.is_file()} == before


def test_a_site_with_something_in_it_is_not_restored_into(old, dest, kept):
    before = contents(old)
    assert "[target_not_empty]" in old.outcome("restore", dest).stderr
    assert contents(old) == before
    old.run("batch", "list")


def test_a_folder_of_something_else_is_no_place_for_a_backup(old, dest):
    dest.mkdir(mode=0o755)
    (dest / "letter.txt").write_text("dear", encoding="utf-8")
    assert "[not_a_backup]" in old.outcome("backup", dest).stderr
    assert stat.S_IMODE(dest.stat().st_mode) == 0o755
    assert [path.name for path in dest.iterdir()] == ["letter.txt"]
    assert "[no_snapshot]" in old.outcome("restore", dest).stderr


def test_two_backups_at_once_do_not_meet(old, dest, kept):
    from warehouse.snapshots import BackupFolder

    with BackupFolder(dest).held():
        assert old.outcome("backup", dest).returncode == 7
    old.run("backup", dest)


@pytest.mark.slow
@pytest.mark.parametrize("phase", BACKUP_PHASES)
def test_a_backup_that_was_killed_leaves_nothing_half_and_the_next_is_whole(old, new, dest, phase):
    run_killed(old, *BACKUP_PHASES[phase], "backup", dest)
    assert "[no_snapshot]" in old.outcome("backup", "verify", dest).stderr
    seen, rows = answers(old), contents(old)
    old.run("backup", dest)
    assert len(list((dest / "snapshots").iterdir())) == 2
    new.run("restore", dest)
    check_restored(rows, seen, new)


@pytest.mark.slow
@pytest.mark.parametrize("phase", RESTORE_PHASES)
def test_a_restore_that_was_killed_goes_on_to_the_same_site(old, new, dest, phase):
    seen, rows = answers(old), contents(old)
    old.run("backup", dest)
    run_killed(new, *RESTORE_PHASES[phase], "restore", dest)
    assert "[site_unfinished]" in new.outcome("batch", "list").stderr
    assert "[site_unfinished]" in new.outcome("init").stderr
    new.run("restore", dest)
    check_restored(rows, seen, new)


def test_half_a_restore_is_not_gone_on_with_from_another_backup(old, new, dest, kept):
    run_killed(new, "warehouse.database:Database.settle_in", 1, "restore", dest)
    old.run("backup", dest)
    done = new.outcome("restore", dest)
    assert (done.returncode, kept["snapshot"] in done.stderr) == (4, True), done.stderr
    new.run("restore", dest, "--snapshot", kept["snapshot"])


@pytest.mark.slow
def test_backups_made_while_papers_come_in_are_each_a_sound_site(old, tmp_path, dest, scans, draw):
    for number in range(40):
        draw(
            scans / f"{number:02}.pdf", [f"Số: {500 + number}/QĐ-UBND", "QUYẾT ĐỊNH"], [f"Trang hai {number}"]
        )
    with old.start("import", scans, "--unit", "22924", "--wait") as importer:
        snapshots = []
        while importer.poll() is None:
            snapshots.append(old.json("backup", dest)["snapshot"])
            time.sleep(0.5)
    assert importer.returncode == 0
    assert len(snapshots) > 2
    for place in (0, len(snapshots) // 2, len(snapshots) - 1):
        site = Khoso(tmp_path / f"restored{place}", {"KHOSO_LEASE_SECONDS": "2"})
        site.run("restore", dest, "--snapshot", snapshots[place])
        assert site.json("verify")["problems"] == []
        site.work()
        account = site.json("batch", "show", 3) if site.rows("SELECT id FROM batches WHERE id = 3") else None
        if account:
            assert account["files"] == account["stored"] + account["waiting"]
            again = site.take_in(scans, unit="22924")
            assert again["stored"] + again["duplicate"] == 40
        assert site.json("verify")["problems"] == []


def test_a_full_disk_stops_the_backup_with_a_sentence_and_the_same_command_goes_on(old, new, tmp_path):
    with small_disk(tmp_path / "disk", 1) as give_room:
        dest = tmp_path / "disk" / "backup"
        done = old.outcome("backup", dest)
        assert (done.returncode, "[store_full]" in done.stderr) == (8, True), done.stderr
        give_room()
        old.run("backup", dest)
        new.run("restore", dest)
        assert new.json("verify")["problems"] == []


def test_a_full_disk_stops_a_move_and_the_same_command_goes_on(old, tmp_path):
    with small_disk(tmp_path / "disk", 1) as give_room:
        new = Khoso(tmp_path / "disk" / "var")
        file = tmp_path / "to.env"
        file.write_text(f"KHOSO_HOME={new.home}\n", encoding="utf-8")
        done = old.outcome("move", "--to-settings", file)
        assert (done.returncode, "[store_full]" in done.stderr) == (8, True), done.stderr
        old.run("batch", "list")
        give_room()
        old.run("move", "--to-settings", file)
        assert new.json("verify")["problems"] == []
