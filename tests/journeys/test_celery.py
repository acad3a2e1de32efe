"""Celery's workers on a real broker: whatever is killed, lost or said twice, all is done once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from ingest.bell import Bell
from ingest.heartbeat import living_workers
from ingest.sweeper import sweep
from tests.engines import empty_queue
from tests.journeys.workers import all_done, kill_all_of, parent_of_tesseract
from warehouse.database import Database

BROKERS = {"redis": "KHOSO_TEST_REDIS_URL", "rabbitmq": "KHOSO_TEST_RABBITMQ_URL"}
SERVICES = Path(__file__).parents[2] / "deploy" / "services"
PAPERS, PAGES = 8, 2
LEASE = 3

pytestmark = pytest.mark.slow


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest) -> str:
    """The name of a broker whose queue is empty."""
    name = str(request.param)
    url = os.environ.get(BROKERS[name])
    if url is None:
        pytest.skip(f"needs {BROKERS[name]}")
    empty_queue(url)
    return name


@pytest.fixture
def site(khoso: Any, broker: str) -> Any:
    """A fresh site whose workers this broker calls."""
    khoso.settings["KHOSO_QUEUE_URL"] = os.environ[BROKERS[broker]]
    khoso.settings["KHOSO_LEASE_SECONDS"] = str(LEASE)
    return khoso


@pytest.fixture
def papers(scans: Path, draw: Callable[..., Path]) -> Path:
    """Papers of two pages."""
    for number in range(PAPERS):
        head = [f"Số: {300 + number}/QĐ-UBND", "QUYẾT ĐỊNH"]
        draw(scans / f"{number}.pdf", head, [f"Trang hai của giấy {number}"] * 12)
    return scans


def database_of(site: Any) -> Database:
    return Database(site.settings.get("KHOSO_DATABASE_URL", f"sqlite:///{site.home}/khoso.db"))


def test_workers_are_called_when_work_is_queued_and_do_it_all(site, papers, start_workers):
    start_workers()
    site.call("import", papers, "--unit", "06184")
    all_done(site, PAPERS, PAGES)


def test_work_that_was_queued_while_nobody_listened_is_found(site, papers, broker, start_workers):
    site.call("import", papers, "--unit", "06184")
    empty_queue(site.settings["KHOSO_QUEUE_URL"])
    start_workers()
    all_done(site, PAPERS, PAGES)


def test_a_killed_pool_process_in_mid_page_loses_nothing(site, papers, start_workers):
    worker = start_workers()
    site.call("import", papers, "--unit", "06184")
    parent_of_tesseract(worker).kill()
    all_done(site, PAPERS, PAGES)


def test_a_killed_worker_in_mid_page_loses_nothing_and_another_goes_on_after_its_lease(
    site, papers, start_workers
):
    worker = start_workers()
    site.call("import", papers, "--unit", "06184")
    parent_of_tesseract(worker)
    kill_all_of(worker)
    assert site.rows("SELECT count(*) FROM jobs WHERE state = 'running'") != [(0,)]
    start_workers()
    all_done(site, PAPERS, PAGES)


def test_a_broker_that_restarts_with_messages_in_flight_loses_nothing(site, papers, broker, start_workers):
    worker = start_workers()
    site.call("import", papers, "--unit", "06184")
    parent_of_tesseract(worker)
    for _ in range(5):
        Bell(site.settings["KHOSO_QUEUE_URL"]).ring_for(3)
    for act in ("stop", "start"):
        subprocess.run(["bash", SERVICES / f"{broker}.sh", act], check=True, stdout=subprocess.DEVNULL)
    all_done(site, PAPERS, PAGES)
    assert worker.poll() is None


def test_an_import_needs_no_broker(site, papers, start_workers):
    site.settings["KHOSO_QUEUE_URL"] = "amqp://127.0.0.1:1//"
    done = site.call("import", papers, "--unit", "06184")
    assert done.returncode == 0
    assert "could not be called" in done.stderr
    assert site.json("batch", "show", 1)["stored"] == PAPERS


def test_a_storm_of_rings_does_nothing_twice(site, papers, monkeypatch, start_workers):
    monkeypatch.setenv("KHOSO_QUEUE_URL", site.settings["KHOSO_QUEUE_URL"])
    site.call("import", papers, "--unit", "06184")
    Bell(site.settings["KHOSO_QUEUE_URL"]).ring_for(500)
    start_workers()
    all_done(site, PAPERS, PAGES)


def test_of_two_sweepers_one_calls(site, papers, monkeypatch):
    monkeypatch.setenv("KHOSO_QUEUE_URL", site.settings["KHOSO_QUEUE_URL"])
    site.call("import", papers, "--unit", "06184")
    empty_queue(site.settings["KHOSO_QUEUE_URL"])
    time.sleep(2.5)
    database, bell = database_of(site), Bell(site.settings["KHOSO_QUEUE_URL"])
    assert living_workers(database) == 0
    assert [sweep(database, bell, holder) for holder in ("a", "b", "a")] == [1, 0, 1]
    with Connection(site.settings["KHOSO_QUEUE_URL"]) as connection:
        assert connection.SimpleQueue("khoso").qsize() == 2
    database.close()


def test_celerys_own_command_starts_the_same_workers(site, papers):
    site.call("import", papers, "--unit", "06184")
    with subprocess.Popen(
        [Path(sys.executable).with_name("celery"), "-A", "ingest.tasks", "worker", "--concurrency", "1"],
        env={**os.environ, **site.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as worker:
        try:
            all_done(site, PAPERS, PAGES)
        finally:
            worker.send_signal(signal.SIGTERM)


def test_importing_the_tasks_reads_no_setting_and_opens_nothing(tmp_path):
    settings = {
        "KHOSO_HOME": str(tmp_path / "none"),
        "KHOSO_QUEUE_URL": "nonsense",
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-c", "import ingest.tasks"]
    subprocess.run(command, env=settings, cwd=Path(__file__).parents[2], check=True)
    assert not (tmp_path / "none").exists()
