"""Each engine dies in the midst of a bulk import and comes back: nothing lost, nothing twice, no hand needed."""

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.bell import Bell
from tests.journeys.faults.conftest import number_of
from tests.journeys.workers import all_done, wait_until

pytestmark = pytest.mark.slow

PAPERS, FEWER = 60, 48  # more than are received at once
AWAY_SECONDS = 3.0


def import_all(site: Any, folder: Path) -> Any:
    return site.start("import", folder, "--unit", "06184", "--wait", "--json")


def until(site: Any, query: str, least: int, importer: Any) -> None:
    """Until a count has come so far; the import must still be at work then."""
    while site.rows(query)[0][0] < least:
        assert importer.poll() is None, importer.communicate()
        time.sleep(0.05)
    assert importer.poll() is None


def check(site: Any, importer: Any, folder: Path, worker: Any) -> None:
    """The import ended well with an exact account, all is there once, and the same workers go on working."""
    out, err = importer.communicate(timeout=400)
    assert importer.returncode == 0, err
    account = json.loads(out)
    assert (account["files"], account["stored"], account["stuck"]) == (PAPERS, PAPERS, 0)
    all_done(site, PAPERS, 1)
    originals = {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert {sha256 for (sha256,) in site.rows("SELECT sha256 FROM files")} == originals
    for number in (0, PAPERS // 2, PAPERS - 1):
        assert len(site.found(number_of(number))) == 1
    assert worker.poll() is None


def check_at_work(site: Any, draw: Callable[..., Path], tmp_path: Path) -> None:
    """Nobody was restarted, and new work is done and found."""
    site.call("import", draw(tmp_path / "new.png", ["Số: 999/QĐ-UBND", "QUYẾT ĐỊNH"]), "--unit", "06184")
    wait_until(site, "SELECT count(*) FROM records WHERE work IN ('ready', 'needs_review')", [(PAPERS + 1,)])
    wait_until(site, "SELECT count(*) FROM outbox", [(0,)])
    assert len(site.found("999/QĐ-UBND")) == 1


def die_twice(
    name: str, engine: Callable[[str, str], None], site: Any, folder: Path, start_workers: Any
) -> tuple[Any, Any]:
    """The engine dies while papers come in, and again while they are read; importer and worker."""
    worker = start_workers()
    importer = import_all(site, folder)
    for query, least in (("SELECT count(*) FROM files", 1), ("SELECT count(*) FROM pages", PAPERS // 3)):
        until(site, query, least, importer)
        engine(name, "kill")
        time.sleep(AWAY_SECONDS)
        engine(name, "start")
    return importer, worker


@pytest.mark.parametrize("name", ["postgresql", "seaweedfs", "elasticsearch", "redis"])
def test_an_engine_that_dies_twice_during_an_import_costs_nothing(
    site, papers, draw, tmp_path, engine, start_workers, name
):
    folder = papers(PAPERS)
    importer, worker = die_twice(name, engine, site, folder, start_workers)
    check(site, importer, folder, worker)
    check_at_work(site, draw, tmp_path)


def test_rabbitmq_that_dies_with_messages_in_flight_costs_nothing(
    on_rabbitmq, papers, draw, tmp_path, engine, start_workers
):
    site, folder = on_rabbitmq, papers(PAPERS)
    worker = start_workers()
    importer = import_all(site, folder)
    until(site, "SELECT count(*) FROM pages", PAPERS // 3, importer)
    for _ in range(5):
        Bell(site.settings["KHOSO_QUEUE_URL"]).ring_for(3)
    engine("rabbitmq", "kill")
    engine("rabbitmq", "start")
    check(site, importer, folder, worker)
    check_at_work(site, draw, tmp_path)


@pytest.mark.parametrize("name", ["postgresql", "seaweedfs"])
def test_an_import_says_that_it_waits_and_after_a_while_ends_with_a_clear_error_and_goes_on_when_repeated(
    site, papers, engine, name
):
    folder = papers(FEWER)
    site.settings["KHOSO_PATIENCE_SECONDS"] = "4"
    importer = import_all(site, folder)
    until(site, "SELECT count(*) FROM items", 1, importer)  # soon all would lie in the store
    engine(name, "kill")
    _, err = importer.communicate(timeout=200)
    assert importer.returncode == 9, err
    *_, last = [line for line in err.splitlines() if "khoso: " in line]
    assert "tự làm tiếp" in err
    assert "going on by itself" in err
    assert last.endswith(("[database_away]", "[store_away]", "[workers_stopped]")), err
    engine(name, "start")
    account = site.take_in(folder, "--wait")
    assert account["batch"] == 1
    all_done(site, FEWER, 1)
