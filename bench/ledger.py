"""The ledger under load: 4 worker processes, one database, one huge lane and 199 small ones.

Run: python -m bench.ledger. A table on stdout, the same figures in bench/out/ledger.json. SQLite, and
beside it PostgreSQL where KHOSO_TEST_POSTGRESQL_URL names a server.
"""

import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import create_engine, make_url, text

from warehouse import jobs, schema
from warehouse.database import Database
from warehouse.jobs import NewJob
from warehouse.ledger import Ledger

WORKERS = 4
HUGE, SMALL_LANES, SMALL = 100_000, 199, 20
ROUNDS = 2_500  # claims a worker makes
OUT = Path(__file__).parent / "out" / "ledger.json"


class Claim(NamedTuple):
    """One claim: when it began and was answered (machine-wide clock, seconds), and for which unit."""

    began: float
    answered: float
    unit: str


def main() -> None:
    """Measure each database and report."""
    with tempfile.TemporaryDirectory() as folder:
        figures = {"sqlite": _measure(f"sqlite:///{folder}/ledger.db")}
    if server := os.environ.get("KHOSO_TEST_POSTGRESQL_URL"):
        with new_database(server) as url:
            figures["postgresql"] = _measure(url)
    else:
        print("PostgreSQL: not run, KHOSO_TEST_POSTGRESQL_URL is not set")
    _report(figures)


@contextmanager
def new_database(server: str) -> Iterator[str]:
    """A database of our own on a PostgreSQL server."""
    name = f"khoso_bench_{os.getpid()}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def _measure(url: str) -> dict[str, float]:
    _fill(url)
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(WORKERS)
    with context.Pool(WORKERS, _join, (ready,)) as pool:
        busy_before = os.getloadavg()[0]
        per_worker = pool.map(_work, [url] * WORKERS, chunksize=1)
    claims = [claim for done, _ in per_worker for claim in done]
    cpu = sum(seconds for _, seconds in per_worker)
    return {**_figures(claims), "cpu_ms_a_pair": round(cpu / len(claims) * 1000, 2), "load": busy_before}


def _fill(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    with database.write() as connection:
        jobs.enqueue(connection, [NewJob("read", "huge", 1, 1) for _ in range(HUGE)])
        for lane in range(SMALL_LANES):
            jobs.enqueue(connection, [NewJob("read", f"small {lane}", 1, 1) for _ in range(SMALL)])
    database.close()


_start: Callable[[], object]


def _join(ready: "multiprocessing.synchronize.Barrier") -> None:
    global _start  # noqa: PLW0603  (the one thing a pool hands its processes at birth)
    _start = ready.wait


def _work(url: str) -> tuple[list[Claim], float]:
    """Claims and finishes one job after another; what it did, and the CPU seconds it took."""
    database = Database(url)
    ledger = Ledger(database, multiprocessing.current_process().name, lease_seconds=60, unit_cap=WORKERS)
    claims = []
    _start()
    cpu = time.process_time()
    for _ in range(ROUNDS):
        began = time.monotonic()
        job = ledger.claim()
        answered = time.monotonic()
        assert job is not None
        claims.append(Claim(began, answered, job.unit))
        with database.write() as connection:
            jobs.finish(connection, [job])
    database.close()
    return claims, time.process_time() - cpu


def _figures(claims: list[Claim]) -> dict[str, float]:
    claims.sort(key=lambda claim: claim.answered)
    waits = sorted(claim.answered - claim.began for claim in claims)
    last_small = max(n for n, claim in enumerate(claims, 1) if claim.unit != "huge")
    small = SMALL_LANES * SMALL
    return {
        "claims_and_finishes_per_s": round(len(claims) / (claims[-1].answered - claims[0].began)),
        "claim_p50_ms": round(waits[len(waits) // 2] * 1000, 2),
        "claim_p99_ms": round(waits[len(waits) * 99 // 100] * 1000, 2),
        "claim_max_ms": round(waits[-1] * 1000, 2),
        "small_jobs": small,
        "last_small_job_at_claim": last_small,
        "times_small_jobs": round(last_small / small, 3),
    }


def _report(figures: dict[str, dict[str, float]]) -> None:
    limits = {"claims_and_finishes_per_s": "≥ 500", "claim_p99_ms": "≤ 50", "times_small_jobs": "≤ 1.1"}
    print(f"{'':28}" + "".join(f"{database:>12}" for database in figures))
    for name in figures["sqlite"]:
        columns = "".join(f"{of_database[name]:>12}" for of_database in figures.values())
        print(f"{name:28}{columns}  {limits.get(name, '')}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
