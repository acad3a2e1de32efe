"""Claims: fair between units, never twice, never lost."""

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from sqlalchemy import select

from warehouse import jobs
from warehouse.database import Database
from warehouse.jobs import Job, NewJob
from warehouse.ledger import MAX_LOST, Ledger
from warehouse.tables import jobs as job_table
from warehouse.tables import lanes

EXPIRED = -1.0  # lease seconds of a worker that is dead at once
PROCESSES = 4


def queue(database: Database, *new: NewJob) -> list[int]:
    with database.write() as connection:
        return jobs.enqueue(connection, new)


def ledger(database: Database, *, lease: float = 60, cap: int = 1000) -> Ledger:
    return Ledger(database, "worker", lease, cap)


def finish(database: Database, job: Job) -> None:
    with database.write() as connection:
        jobs.finish(connection, [job])


def claimed(ledger: Ledger) -> Job:
    job = ledger.claim()
    assert job is not None
    return job


def row_of(database: Database, job_id: int) -> dict[str, object]:
    with database.read() as connection:
        found = connection.execute(select(job_table).where(job_table.c.id == job_id)).mappings().one()
        return dict(found)


def test_nothing_queued_is_nothing_claimed(database: Database) -> None:
    assert ledger(database).claim() is None


def test_a_commune_with_thousands_of_jobs_does_not_delay_the_others(database: Database) -> None:
    queue(database, *[NewJob("read", "huge", 1, 1)] * 2000)
    queue(database, *[NewJob("read", f"small {n}", 1, 1) for n in range(39) for _ in range(10)])
    worker, left = ledger(database), 39 * 10
    claims = 0
    while left:
        job = claimed(worker)
        finish(database, job)
        claims += 1
        left -= job.unit != "huge"
    assert claims <= 1.1 * 39 * 10


def test_a_unit_that_comes_late_gets_its_turns_but_no_arrears(database: Database) -> None:
    queue(database, *[NewJob("read", "early", 1, 1)] * 60)
    worker = ledger(database)
    for _ in range(30):
        finish(database, claimed(worker))
    queue(database, *[NewJob("read", "late", 1, 1)] * 30)
    units = Counter(claimed(worker).unit for _ in range(20))
    assert abs(units["early"] - units["late"]) <= 1


def test_a_lane_pays_by_the_page(database: Database) -> None:
    queue(database, *[NewJob("read", "long", 1, 1, pages=10)] * 40)
    queue(database, *[NewJob("read", "short", 1, 1, pages=1)] * 40)
    worker = ledger(database)
    units = Counter(claimed(worker).unit for _ in range(33))
    assert units == {"long": 3, "short": 30}


def test_a_lane_with_more_weight_gets_more(database: Database) -> None:
    queue(database, *[NewJob("read", unit, 1, 1) for unit in ("heavy", "light") for _ in range(40)])
    with database.write() as connection:
        connection.execute(lanes.update().where(lanes.c.unit == "heavy").values(weight=3.0))
    worker = ledger(database)
    units = Counter(claimed(worker).unit for _ in range(40))
    assert units["heavy"] == 30


def test_interactive_goes_first_but_every_fifth_claim_looks_at_bulk_first(database: Database) -> None:
    queue(database, *[NewJob("read", "a", 1, 1, "bulk")] * 10)
    desk = set(queue(database, *[NewJob("read", "b", 1, 1, "interactive")] * 10))
    worker = ledger(database)
    order = ["i" if claimed(worker).id in desk else "b" for _ in range(10)]
    assert "".join(order) == "iiiibiiiib"


def test_inside_a_lane_rank_goes_before_age(database: Database) -> None:
    ids = queue(database, *[NewJob("read", "a", 1, rank) for rank in (2, 1, 0, 1)])
    worker = ledger(database)
    assert [claimed(worker).id for _ in ids] == [ids[2], ids[1], ids[3], ids[0]]


def test_a_cap_holds_a_lane_back_only_while_another_has_work(database: Database) -> None:
    queue(database, *[NewJob("read", "a", 1, 1)] * 6)
    queue(database, *[NewJob("read", "b", 1, 1, pages=100)] * 3)
    worker = ledger(database, cap=2)
    assert "".join(claimed(worker).unit for _ in range(4)) == "abab"  # without a cap: abaa
    assert "".join(claimed(worker).unit for _ in range(5)) == "aaaab"  # both at their cap: by vtime again


def test_an_expired_lease_is_taken_back_and_counted_as_lost(database: Database) -> None:
    (job_id,) = queue(database, NewJob("read", "a", 1, 1))
    first = claimed(ledger(database, lease=EXPIRED))
    second = claimed(ledger(database))
    assert (first.id, first.attempt) == (job_id, 1)
    assert (second.id, second.attempt) == (job_id, 2)
    row = row_of(database, job_id)
    assert (row["lost"], row["failures"], row["state"]) == (1, 0, "running")


def test_a_lease_that_runs_is_not_taken_back(database: Database) -> None:
    queue(database, NewJob("read", "a", 1, 1))
    claimed(ledger(database))
    assert ledger(database).claim() is None


def test_a_job_lost_ten_times_is_dead_and_its_filing_starts(database: Database) -> None:
    (filing,) = queue(database, NewJob("file", "a", 1, 1, remaining=1))
    (job_id,) = queue(database, NewJob("read", "a", 1, 0, filing_id=filing))
    dying = ledger(database, lease=EXPIRED)
    for _ in range(MAX_LOST):
        assert claimed(dying).id == job_id
    assert claimed(ledger(database)).id == filing
    row = row_of(database, job_id)
    assert (row["state"], row["lost"], row["reason"]) == ("dead", MAX_LOST, "lease_lost")


def test_an_importer_leases_jobs_of_its_own_batch_only_and_moves_no_lane(database: Database) -> None:
    own = queue(database, *[NewJob("triage", "a", 1, 1, batch_id=7)] * 3)
    queue(database, NewJob("triage", "a", 1, 1, batch_id=8), NewJob("read", "a", 1, 1, batch_id=7))
    assert [job.id for job in ledger(database).claim_own(7, "triage", 2)] == own[:2]
    assert [job.id for job in ledger(database).claim_own(7, "triage", 5)] == own[2:]
    with database.read() as connection:
        assert connection.scalars(select(lanes.c.vtime)).all() == [0.0]


def _work_until_empty(url: str) -> list[tuple[str, int, int]]:
    database = Database(url)
    worker = ledger(database)
    done: list[tuple[str, int, int]] = []
    while job := worker.claim():
        finish(database, job)
        done.append((job.kind, job.file_id, job.id))
    return done


def test_processes_at_once_claim_each_job_once_and_file_each_file_once(database: Database) -> None:
    files, ranges = 25, 8
    for file_id in range(files):
        (filing,) = queue(database, NewJob("file", f"u{file_id % 3}", file_id, 0, remaining=ranges))
        queue(database, *[NewJob("read", f"u{file_id % 3}", file_id, 1, filing_id=filing)] * ranges)
    with ProcessPoolExecutor(PROCESSES, get_context("fork")) as pool:
        url = database.url.render_as_string(hide_password=False)
        done = [entry for part in pool.map(_work_until_empty, [url] * PROCESSES) for entry in part]
    assert len({job_id for _, _, job_id in done}) == len(done) == files * (ranges + 1)
    assert Counter(file_id for kind, file_id, _ in done if kind == "file") == dict.fromkeys(range(files), 1)


def _finish_as_zombie(url: str, job: Job) -> bool:
    try:
        finish(Database(url), job)
    except jobs.LostLease:
        return False
    return True


@pytest.mark.parametrize("others", [1, 2])
def test_of_zombies_finishing_the_same_job_one_counts(database: Database, others: int) -> None:
    (filing,) = queue(database, NewJob("file", "a", 1, 1, remaining=1 + others))
    queue(database, *[NewJob("read", "a", 1, 0, filing_id=filing)] * (1 + others))
    job = claimed(ledger(database))
    with ProcessPoolExecutor(PROCESSES, get_context("fork")) as pool:
        url = database.url.render_as_string(hide_password=False)
        outcomes = list(pool.map(_finish_as_zombie, [url] * PROCESSES, [job] * PROCESSES))
    assert sorted(outcomes) == [False] * (PROCESSES - 1) + [True]
    assert row_of(database, filing)["remaining"] == others


@pytest.mark.sqlite
def test_the_cost_of_a_claim_does_not_grow_with_queued_jobs(database: Database) -> None:
    queue(database, NewJob("read", "a", 1, 1))
    with database.write() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        statements: list[str] = []
        driver.set_trace_callback(statements.append)
    claimed(ledger(database))
    driver.set_trace_callback(None)
    queries = [text for text in statements if text.split()[0] in ("SELECT", "UPDATE", "DELETE")]
    assert len(queries) >= 3
    for text in queries:
        plan = " / ".join(step[3] for step in driver.execute("EXPLAIN QUERY PLAN " + text))
        assert "SCAN jobs" not in plan
        assert "TEMP B-TREE FOR ORDER" not in plan
