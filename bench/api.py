"""The HTTP API while both cores read a bulk import: how long lists, searches and person searches take.

    KHOSO_TEST_POSTGRESQL_URL=… KHOSO_TEST_ELASTICSEARCH_URL=… \\
        .venv/bin/python -m bench.api [--records 20000] [--keep FOLDER]

Promised over 200,000 papers of 200 units, p95: a page of the list ≤ 150 ms, a search ≤ 200 ms, a search for a person
≤ 100 ms; for the staff of one commune ≤ 1.5 × the province's; ≥ 500 audit entries/s written and ≥ 50,000/s
verified; a web process < 200 MB. The embedded site, and beside it PostgreSQL with Elasticsearch where the variables
name them. `khoso serve` is asked as it is; its readers read sample scans all the while. With --keep the made sites
stay, and the next run with the same FOLDER and number only asks them again.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psutil
from sqlalchemy import create_engine, func, make_url, select, text

from api.auth import SESSION
from api.csrf import HEADER, csrf_token
from bench.api_questions import Question, questions
from bench.api_site import Made, site_of
from bench.audit import audit_rates
from bench.search import OUT, percentiles
from samples.commandline import KHOSO
from samples.make import make
from warehouse.accounts.rules import Rules
from warehouse.accounts.sessions import open_session
from warehouse.database import Database
from warehouse.settings import Settings, load_settings
from warehouse.tables import jobs, pages, users

READERS = 2
SCANS, COPIES = 20, 15  # sample scans, and how often each is imported
WANTED = {"list": 150, "search": 200, "person": 100}


def measure(settings: Settings, records: int, scans: Path) -> dict[str, Any]:
    """Make the site unless it is there; ask it while it reads."""
    began = time.monotonic()
    made = site_of(settings, records)
    figures: dict[str, Any] = {"making_s": round(time.monotonic() - began)}
    database = Database(settings.database_url)
    figures |= {f"audit_{name}_at_rest": rate for name, rate in audit_rates(database).items()}
    subprocess.run(
        [KHOSO, "import", scans, "--unit", made.unit],
        check=True,
        capture_output=True,
        env=_environment(settings),
    )
    with _served(settings) as (address, server):
        _wait_for_readers(database)
        before = _pages_read(database)
        psutil.cpu_percent()
        began = time.monotonic()
        figures["answers_ms"] = ask(address, _clients(database, made), questions(database, made))
        took = time.monotonic() - began
        figures["cpu_percent_meanwhile"] = psutil.cpu_percent()
        figures["pages_read_per_s_meanwhile"] = round((_pages_read(database) - before) / took, 2)
        figures["audit_written_per_s"] = audit_rates(database, verify=False)["written_per_s"]
        memory = [each.memory_info() for each in _web_processes(server)]
        figures["web_mb"] = [round((each.rss - each.shared) / 1e6) for each in memory]
        figures["web_mb_with_mapped_files"] = [round(each.rss / 1e6) for each in memory]
    database.close()
    return figures


def ask(
    address: str, clients: dict[str, dict[str, str]], asked: list[Question]
) -> dict[str, dict[str, float]]:
    """Milliseconds by kind and asker, one request after the other."""
    taken: dict[str, list[float]] = defaultdict(list)
    with httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client:
        for warming in (True, False):
            for question in asked[:12] if warming else asked:
                headers = clients[question.login]
                start = time.perf_counter()
                answer = client.request(
                    question.method,
                    question.path,
                    params=question.params,
                    json=question.body,
                    headers=headers,
                )
                if answer.status_code != 200:
                    raise SystemExit(f"{question}: {answer.status_code} {answer.text}")
                if not warming:
                    taken[f"{question.kind} {question.login}"].append((time.perf_counter() - start) * 1000)
    return {name: percentiles(each) for name, each in sorted(taken.items())}


def _clients(database: Database, made: Made) -> dict[str, dict[str, str]]:
    """Headers of somebody who is signed in, by login."""
    headers = {}
    with database.write() as connection:
        for login in made.users:
            user_id = connection.scalars(select(users.c.id).where(users.c.login == login)).one()
            token = open_session(connection, user_id, "full", Rules(), second_factor=True)
            headers[login] = {
                "Cookie": f"{SESSION}={token}", HEADER: csrf_token(token), "X-Purpose": quote("đo tốc độ")
            }  # fmt: skip
    return headers


def _pages_read(database: Database) -> int:
    with database.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(pages)) or 0)


def _wait_for_readers(database: Database) -> None:
    """Until both have a page behind them: what a reader loads first is loaded then."""
    reading = select(func.count()).where(jobs.c.kind == "read", jobs.c.state == "running")
    before = _pages_read(database)
    while True:
        with database.read() as connection:
            busy = connection.scalar(reading) or 0
        if busy >= READERS and _pages_read(database) >= before + READERS:
            return
        time.sleep(0.5)


@contextmanager
def _served(settings: Settings) -> Iterator[tuple[str, psutil.Process]]:
    """`khoso serve` on a free port: its address and process."""
    serving = subprocess.Popen(
        [KHOSO, "serve", "--port", "0", "--workers", "2", "--readers", str(READERS)],
        env=_environment(settings), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert serving.stdout is not None
    try:
        yield serving.stdout.readline().rpartition(" ")[2].strip(), psutil.Process(serving.pid)
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait()


def _web_processes(server: psutil.Process) -> list[psutil.Process]:
    return [each for each in server.children(recursive=True) if "api.web" in each.cmdline()]


def _environment(settings: Settings) -> dict[str, str]:
    chosen = {
        "KHOSO_HOME": str(settings.home),
        "KHOSO_DATABASE_URL": settings.database_url,
        "KHOSO_STORE_URL": settings.store_url,
        "KHOSO_INDEX_URL": settings.index_url,
    }
    return {**os.environ, **chosen}


def sites(kept: Path, records: int) -> Iterator[tuple[str, Settings]]:
    """The embedded site, and that on the servers which the environment names."""
    home = kept.absolute() / f"embedded-{records}"
    yield (
        "embedded",
        Settings(
            home=home,
            database_url=f"sqlite:///{home}/khoso.db",
            store_url=f"file:{home}/objects",
            index_url=f"tantivy:{home}/index",
        ),
    )
    server, elastic = (os.environ.get(f"KHOSO_TEST_{name}_URL") for name in ("POSTGRESQL", "ELASTICSEARCH"))
    if not (server and elastic):
        print("PostgreSQL and Elasticsearch: not run, their variables are not set")
        return
    name, home = f"khoso_bench_api_{records}", kept.absolute() / f"server-{records}"
    if not home.exists():
        _new_database(server, name)
    yield (
        "postgresql+elasticsearch",
        Settings(
            home=home,
            database_url=make_url(server).set(database=name).render_as_string(hide_password=False),
            store_url=f"file:{home}/objects",
            index_url=f"{elastic.rpartition('/')[0]}/bench-api-{records}",
        ),
    )


def _new_database(server: str, name: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()


def _scans(folder: Path) -> Path:
    """Sample scans that no site has seen: bytes behind a scan's end change nothing of what it shows."""
    make(folder / "made", SCANS)
    out, mark = folder / "scans", f"\n% {time.time()}".encode()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    for scan in sorted((folder / "made").glob("*/scans/*")):
        for copy in range(COPIES):
            (out / f"{copy}-{scan.name}").write_bytes(scan.read_bytes() + mark + str(copy).encode())
    return out


def main() -> None:
    """Print a table; write JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="leave the sites, or ask those left there"
    )
    options = parser.parse_args()
    for name in [
        name for name in os.environ if name.startswith("KHOSO_") and not name.startswith("KHOSO_TEST_")
    ]:
        del os.environ[name]
    load_settings()
    result: dict[str, Any] = {"records": options.records, "load": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as temporary:
        kept: Path = options.keep or Path(temporary)
        kept.mkdir(parents=True, exist_ok=True)
        for name, settings in sites(kept, options.records):
            result[name] = measure(settings, options.records, _scans(Path(temporary)))
    _print(result)
    OUT.mkdir(exist_ok=True)
    (OUT / "api.json").write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _print(result: dict[str, Any]) -> None:
    for name, figures in result.items():
        if not isinstance(figures, dict):
            print(f"{name:32}{figures:>12}")
            continue
        print(f"\n{name}")
        for what, figure in figures.items():
            if what != "answers_ms":
                print(f"  {what:30}{figure!s:>12}")
        for what, taken in figures["answers_ms"].items():
            wanted = WANTED[what.partition(" ")[0]]
            print(
                f"  {what:30}"
                + "".join(f"{each:>6}{ms:9.1f}" for each, ms in taken.items())
                + f"   ≤ {wanted}"
            )


if __name__ == "__main__":
    main()
