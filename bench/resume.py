"""Resuming: how long a killed worker's job lies until another worker has it.

Run: python -m bench.resume. Two workers, one paper: the worker that reads it is killed with all its
processes while the other is idle. Local workers, and Celery's where KHOSO_TEST_REDIS_URL and
KHOSO_TEST_RABBITMQ_URL name brokers; on PostgreSQL where KHOSO_TEST_POSTGRESQL_URL names a server.
A table on stdout, the same figures in bench/out/resume.json.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import ColumnElement, RowMapping, select

from bench.ledger import new_database
from ingest.services import make_site
from warehouse.database import Database
from warehouse.settings import load_settings
from warehouse.tables import jobs

LEASE = 10
ROUNDS = 3
PAGES = 10  # one job, long enough to be killed in its middle
UNIT = "06184"
PROGRAMS = Path(sys.executable).parent
LOCAL = ["khoso", "work", "--workers", "1"]
CELERY = ["celery", "-A", "ingest.tasks", "worker", "--concurrency", "1", "--hostname"]
QUEUES = {"celery on redis": "KHOSO_TEST_REDIS_URL", "celery on rabbitmq": "KHOSO_TEST_RABBITMQ_URL"}
OUT = Path(__file__).parent / "out" / "resume.json"


def main() -> None:
    """Measure each kind of worker and report."""
    figures = {"local workers": _measure("local:", [LOCAL, LOCAL])}
    for name, variable in QUEUES.items():
        if variable in os.environ:
            figures[name] = _measure(os.environ[variable], [[*CELERY, "a@%h"], [*CELERY, "b@%h"]])
        else:
            print(f"{name}: not run, {variable} is not set")
    _report(figures)


def _measure(queue: str, workers: list[list[str]]) -> list[float]:
    """Seconds of each round."""
    server = os.environ.get("KHOSO_TEST_POSTGRESQL_URL")
    seconds = []
    for _ in range(ROUNDS):
        with (
            tempfile.TemporaryDirectory() as folder,
            new_database(server) if server else nullcontext() as url,
        ):
            os.environ.update(
                KHOSO_HOME=f"{folder}/var", KHOSO_QUEUE_URL=queue, KHOSO_LEASE_SECONDS=str(LEASE)
            )
            os.environ["KHOSO_DATABASE_URL"] = url or f"sqlite:///{folder}/khoso.db"
            seconds.append(_resumed_after(Path(folder), workers))
    return seconds


def _resumed_after(folder: Path, workers: list[list[str]]) -> float:
    settings = load_settings()
    make_site(settings)
    scan = folder / "scan.pdf"
    _draw(scan)
    database = Database(settings.database_url)
    with _working(workers):
        subprocess.run([PROGRAMS / "khoso", "import", scan, "--unit", UNIT], check=True, capture_output=True)
        job = _wait_for(database, jobs.c.state == "running")
        time.sleep(1)
        os.killpg(os.getpgid(int(job["worker"].rpartition(":")[2])), signal.SIGKILL)
        killed = time.monotonic()
        _wait_for(database, (jobs.c.state == "running") & (jobs.c.attempt > job["attempt"]))
        took = time.monotonic() - killed
    database.close()
    return round(took, 1)


def _draw(path: Path) -> None:
    """Pages full of words."""
    font = ImageFont.truetype("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf", 30)
    page = Image.new("L", (1240, 1754), "white")
    ImageDraw.Draw(page).multiline_text((100, 100), "Giấy xác nhận của xã Đồng Đăng\n" * 40, "black", font)
    page.save(path, save_all=True, append_images=[page] * (PAGES - 1))


@contextmanager
def _working(workers: list[list[str]]) -> Iterator[None]:
    """All of them, each the leader of its own group of processes; killed in the end."""
    started = [
        subprocess.Popen(
            [PROGRAMS / program, *arguments],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for program, *arguments in workers
    ]
    try:
        yield
    finally:
        for worker in started:
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


def _wait_for(database: Database, state: ColumnElement[bool], seconds: float = 180) -> RowMapping:
    """The reading job, as soon as it is in this state."""
    query = select(jobs.c.attempt, jobs.c.worker).where(jobs.c.kind == "read", state)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with database.read() as connection:
            if found := connection.execute(query).mappings().one_or_none():
                return found
        time.sleep(0.05)
    raise TimeoutError(query)


def _report(figures: dict[str, list[float]]) -> None:
    print(f"{'seconds':20}{'longest':>10}{'wanted':>10}  each")
    for name, seconds in figures.items():
        print(f"{name:20}{max(seconds):>10}{f'≤ {LEASE + 5}':>10}  {seconds}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"lease": LEASE, **figures}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
