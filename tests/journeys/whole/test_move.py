"""`khoso move`: the new site is the old one to the last row, and the old one takes nothing more."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.services import open_services
from tests.journeys.conftest import Khoso
from tests.journeys.whole.sites import answers, contents, run_killed
from warehouse import standing
from warehouse.database import Database
from warehouse.errors import Conflict
from warehouse.settings import load_settings

PHASES = {
    "before anything is there": ("warehouse.schema:upgrade", 1),
    "in the midst of the objects": ("warehouse.store_local:LocalStore.spool", 4),
    "at closing": ("warehouse.standing:close", 1),
    "in the midst of the first table": ("warehouse.database:Database.copy_in", 2),
    "in the midst of the tables": ("warehouse.database:Database.copy_in", 9),
    "after the rows": ("warehouse.database:Database.settle_in", 1),
    "at the new index": ("search.embedded:EmbeddedIndex.rebuild", 1),
    "when the index is told": ("search.rebuild:settle", 1),
    "before the old site is closed for good": ("warehouse.standing:set_moved", 1),
    "before the new site is opened": ("warehouse.standing:end_filling", 1),
}


def check_the_same(old: Khoso, new: Khoso, seen: list[object]) -> None:
    """Every row of the old site is in the new one, and people see the same; the old one answers nobody."""
    before, after = contents(old), contents(new)
    assert after == before
    assert before["records"]
    assert answers(new) == seen
    assert new.json("verify")["problems"] == []
    assert "[site_moved]" in old.outcome("search", "quyết định").stderr


def test_a_moved_site_is_the_same_to_the_last_row(old, new, to):
    seen = answers(old)
    moved = old.json("move", "--to-settings", to(new))
    assert moved["moved_to"] == f"sqlite:///{new.home}/khoso.db"
    assert moved["objects"] == len(list((old.home / "objects").glob("sha256/*/*/*")))
    check_the_same(old, new, seen)


def test_a_site_goes_to_the_servers_and_comes_back_the_same(old, new, servers, to):
    seen = answers(old)
    old.run("move", "--to-settings", to(servers))
    check_the_same(old, servers, seen)
    seen = answers(servers)
    servers.run("move", "--to-settings", to(new))
    check_the_same(servers, new, seen)


def test_the_new_site_goes_on_where_the_old_one_stopped(old, new, to, scans, draw):
    old.run("move", "--to-settings", to(new))
    new.work()
    assert new.found("999/QĐ-UBND")
    draw(scans / "next.png", ["Số: 1000/QĐ-UBND", "QUYẾT ĐỊNH"])
    assert new.read(scans)["stored"] == 1
    assert new.json("verify")["problems"] == []


def test_what_works_on_the_servers_goes_on_with_ids_of_its_own(old, servers, to, scans, draw):
    old.run("move", "--to-settings", to(servers))
    draw(scans / "next.png", ["Số: 1000/QĐ-UBND", "QUYẾT ĐỊNH"])
    servers.read(scans)
    assert servers.found("999/QĐ-UBND")
    assert servers.found("1000/QĐ-UBND")
    assert servers.json("verify")["problems"] == []


def test_moving_again_changes_nothing(old, new, to):
    old.run("move", "--to-settings", to(new))
    answers(new)
    before = contents(new)
    again = old.json("move", "--to-settings", to(new))
    assert (again["objects"], again["rows"]) == (0, 0)
    assert contents(new) == before


def test_an_old_site_takes_nothing_in_and_says_where_it_went(old, new, to, scans, draw):
    draw(scans / "late.png", ["Số: 1000/QĐ-UBND"])
    old.run("move", "--to-settings", to(new))
    for command in (
        ("import", scans, "--unit", "06184"),
        ("batch", "list"),
        ("init",),
        ("work", "--until-empty"),
    ):
        done = old.outcome(*command)
        assert (done.returncode, str(new.home) in done.stderr) == (4, True), (command, done.stderr)
    elsewhere = Khoso(new.home.with_name("elsewhere"))
    assert old.outcome("move", "--to-settings", to(elsewhere)).returncode == 4
    assert not (elsewhere.home / "khoso.db").exists()


@pytest.mark.slow
@pytest.mark.parametrize("phase", PHASES)
def test_a_move_that_was_killed_goes_on_to_the_same_site(old, new, to, phase):
    seen = answers(old)
    run_killed(old, *PHASES[phase], "move", "--to-settings", to(new))
    if new.home.joinpath("khoso.db").exists():
        assert new.outcome("batch", "list").returncode in (2, 4)
    old.run("move", "--to-settings", to(new))
    check_the_same(old, new, seen)


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["in the midst of the objects", "in the midst of the tables"])
def test_a_move_to_the_servers_that_was_killed_goes_on_to_the_same_site(old, servers, to, phase):
    seen = answers(old)
    place, call = PHASES[phase]
    place = place.replace("store_local:LocalStore", "store_s3:S3Store")
    run_killed(
        old,
        place.replace("store_local:LocalStore", "store_s3:S3Store"),
        call,
        "move",
        "--to-settings",
        to(servers),
    )
    old.run("move", "--to-settings", to(servers))
    check_the_same(old, servers, seen)


@pytest.mark.slow
def test_a_site_whose_move_was_killed_opens_by_itself_and_what_came_then_is_moved_too(
    old, new, to, scans, draw
):
    run_killed(old, "warehouse.database:Database.copy_in", 12, "move", "--to-settings", to(new))
    time.sleep(1.5)
    draw(scans / "between.png", ["Số: 1001/QĐ-UBND", "QUYẾT ĐỊNH"])
    old.read(scans)
    old.run("approve", old.found("301/QĐ-UBND")[0])
    seen = answers(old)
    old.run("move", "--to-settings", to(new))
    check_the_same(old, new, seen)
    assert new.found("1001/QĐ-UBND")


@pytest.fixture
def worker(old: Khoso) -> Iterator["subprocess.Popen[str]"]:
    """Somebody at work on the old site."""
    with old.start("work", "--workers", 1) as process:
        while old.rows("SELECT count(*) FROM workers") == [(0,)]:
            time.sleep(0.1)
        yield process
        process.kill()


def test_while_a_worker_lives_nothing_is_closed(old, new, to, worker, scans, draw):
    done = old.outcome("move", "--to-settings", to(new))
    assert (done.returncode, "[site_at_work]" in done.stderr) == (7, True), done.stderr
    draw(scans / "next.png", ["Số: 1000/QĐ-UBND"])
    assert old.take_in(scans)["stored"] == 1
    worker.terminate()
    worker.wait()
    old.run("move", "--to-settings", to(new))
    assert new.json("batch", "list")["batches"][0]["stored"] == 1


def test_what_came_in_while_the_objects_were_copied_is_moved_too(old, new, to, scans, draw, monkeypatch):
    """Between the first look at the objects and the closing."""
    draw(scans / "between.png", ["Số: 1001/QĐ-UBND", "QUYẾT ĐỊNH"])
    close = standing.close

    def close_late(database: Database, holder: str) -> bool:
        assert old.call("import", scans, "--unit", "06184").returncode == 0
        return close(database, holder)

    monkeypatch.setattr(standing, "close", close_late)
    old.run("move", "--to-settings", to(new))
    new.work()
    assert new.found("1001/QĐ-UBND")
    assert new.json("verify")["problems"] == []


def test_a_program_that_opened_the_old_site_before_books_nothing_after(old, new, to, monkeypatch):
    monkeypatch.setenv("KHOSO_HOME", str(old.home))
    opened = open_services(load_settings())
    old.run("move", "--to-settings", to(new))
    with pytest.raises(Conflict, match="moved to"), opened.database.write(durable=True):
        pytest.fail("it may not begin")


def test_a_site_with_something_in_it_is_no_target(old, new_embedded, made, to, tmp_path):
    before = contents(made)
    done = old.outcome("move", "--to-settings", to(made))
    assert (done.returncode, "[target_not_empty]" in done.stderr) == (4, True), done.stderr
    assert contents(made) == before
    only_made = Khoso(Path(shutil.copytree(new_embedded.home, tmp_path / "only_made")))
    old.run("move", "--to-settings", to(only_made))


WRONG = {
    "no settings": "# nothing",
    "a misspelt name": "KHOSO_DATABSE_URL=sqlite:////tmp/x.db",
    "a wrong value": "KHOSO_UNIT_CAP=many",
    "an unknown database": "KHOSO_DATABASE_URL=oracle://x",
    "an unknown store": "KHOSO_STORE_URL=ftp://x",
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_settings_are_named_and_nothing_happens(old, new, tmp_path, what):
    file = tmp_path / "to.env"
    file.write_text(f"KHOSO_HOME={new.home}\n{WRONG[what]}\n" if "KHOSO" in WRONG[what] else WRONG[what])
    done = old.outcome("move", "--to-settings", file)
    assert done.returncode == 2
    assert (
        WRONG[what].partition("=")[0] in done.stderr if "KHOSO" in WRONG[what] else str(file) in done.stderr
    )
    old.run("batch", "list")


def test_the_own_environment_is_not_the_new_sites(old, new, to):
    old.settings["KHOSO_STORE_URL"] = f"file:{old.home}/objects"
    old.run("move", "--to-settings", to(new))
    assert new.json("verify")["checked"]["objects"] == len(list((new.home / "objects").glob("sha256/*/*/*")))


def test_a_site_cannot_move_onto_itself(old, to):
    assert "[move_onto_itself]" in old.outcome("move", "--to-settings", to(old)).stderr
    old.run("batch", "list")


def test_a_lost_original_stops_the_move_and_the_old_site_goes_on(old, new, to):
    gone = sorted((old.home / "objects").glob("sha256/*/*/*"))[0]
    aside = shutil.move(gone, old.home / "aside")
    done = old.outcome("move", "--to-settings", to(new))
    assert (done.returncode, gone.name in done.stderr) == (10, True), done.stderr
    seen = answers(old)
    shutil.move(aside, gone)
    old.run("move", "--to-settings", to(new))
    check_the_same(old, new, seen)


def test_an_engine_that_is_away_is_told_before_anything_is_copied(old, new, to):
    new.settings["KHOSO_INDEX_URL"] = "http://127.0.0.1:1/khoso"
    assert old.outcome("move", "--to-settings", to(new)).returncode == 9
    assert not (new.home / "objects").joinpath("sha256").exists()
    old.run("batch", "list")
