"""The life of a job: fenced, finished, failed, buried, retried; and the filing that waits for it."""

from typing import Any

import pytest
from sqlalchemy import Row, select

from warehouse import jobs
from warehouse.database import Database
from warehouse.errors import Refused
from warehouse.jobs import MAX_FAILURES, Job, LostLease, NewJob
from warehouse.ledger import Ledger
from warehouse.tables import jobs as job_table

FILE = 1
OF_THE_FILE = select(job_table.c.file_id).where(job_table.c.file_id == FILE)


def queue(database: Database, *new: NewJob) -> list[int]:
    with database.write() as connection:
        return jobs.enqueue(connection, new)


def queue_file(database: Database, ranges: int) -> tuple[int, list[int]]:
    """A file's range jobs and the filing that waits for them."""
    (filing,) = queue(database, NewJob("file", "a", FILE, 1, remaining=ranges))
    return filing, queue(database, *[NewJob("read", "a", FILE, 0, filing_id=filing)] * ranges)


def claim(database: Database, lease: float = 60) -> Job:
    job = Ledger(database, "worker", lease, 1000).claim()
    assert job is not None
    return job


def fail(database: Database, job: Job) -> None:
    with database.write() as connection:
        jobs.fence(connection, job, 60)
        jobs.fail(connection, job, Refused("damaged"))


def finish(database: Database, job: Job) -> None:
    with database.write() as connection:
        jobs.finish(connection, [job])


def bury(database: Database, job_id: int) -> None:
    for _ in range(MAX_FAILURES):
        job = claim(database)
        assert job.id == job_id
        fail(database, job)


def retry(database: Database) -> int:
    with database.write() as connection:
        return jobs.retry_dead(connection, OF_THE_FILE)


def rows(database: Database) -> dict[int, Row[Any]]:
    with database.read() as connection:
        return {row.id: row for row in connection.execute(select(job_table))}


def is_fenced_off(database: Database, job: Job) -> bool:
    try:
        with database.write() as connection:
            jobs.fence(connection, job, 60)
    except LostLease:
        return True
    return False


def test_queueing_nothing_is_allowed(database: Database) -> None:
    assert queue(database) == []


def test_ids_come_back_in_the_order_of_the_jobs(database: Database) -> None:
    ids = queue(database, *[NewJob("read", f"u{rank % 3}", rank, rank) for rank in range(300)])
    assert [rows(database)[job_id].file_id for job_id in ids] == list(range(300))


def test_a_fence_renews_the_lease(database: Database) -> None:
    queue(database, NewJob("read", "a", FILE, 1))
    job = claim(database, lease=0.0)
    assert not is_fenced_off(database, job)
    assert Ledger(database, "other", 60, 1000).claim() is None


def test_a_finished_job_cannot_be_fenced(database: Database) -> None:
    queue(database, NewJob("read", "a", FILE, 1))
    job = claim(database)
    finish(database, job)
    assert is_fenced_off(database, job)


def test_a_finished_job_cannot_be_fenced_by_way_of_a_later_one(database: Database) -> None:
    queue(database, NewJob("read", "a", FILE, 1))
    zombie = claim(database)
    finish(database, zombie)
    queue(database, NewJob("read", "a", FILE, 1))
    assert claim(database).attempt == zombie.attempt
    assert is_fenced_off(database, zombie)


def test_a_job_that_another_worker_claimed_since_is_fenced_off(database: Database) -> None:
    queue(database, NewJob("read", "a", FILE, 1))
    zombie = claim(database, lease=-1)
    finish_of = claim(database)
    assert is_fenced_off(database, zombie)
    assert not is_fenced_off(database, finish_of)


def test_of_jobs_that_are_finished_together_all_must_be_ours(database: Database) -> None:
    queue(database, NewJob("read", "a", FILE, 1), NewJob("read", "a", FILE, 1))
    zombie = claim(database, lease=-1)
    taken_over, other = claim(database), claim(database)
    with pytest.raises(jobs.LostLease), database.write() as connection:
        jobs.finish(connection, [other, zombie])
    with database.write() as connection:
        jobs.finish(connection, [other, taken_over])
    assert Ledger(database, "w", 60, 1000).claim() is None


def test_a_job_given_back_is_fenced_off_until_claimed_again(database: Database) -> None:
    queue(database, NewJob("read", "a", FILE, 1))
    job = claim(database)
    with database.write() as connection:
        jobs.fence(connection, job, 60)
        jobs.give_back(connection, job)
    assert is_fenced_off(database, job)


def test_giving_back_counts_neither_as_failed_nor_as_lost(database: Database) -> None:
    (job_id,) = queue(database, NewJob("read", "a", FILE, 1))
    for _ in range(20):
        job = claim(database)
        with database.write() as connection:
            jobs.fence(connection, job, 60)
            jobs.give_back(connection, job)
    row = rows(database)[job_id]
    assert (row.state, row.failures, row.lost) == ("queued", 0, 0)


def test_a_failed_job_is_tried_again_and_dead_after_the_third_failure(database: Database) -> None:
    (job_id,) = queue(database, NewJob("read", "a", FILE, 1))
    states = []
    for _ in range(MAX_FAILURES):
        fail(database, claim(database))
        states.append(rows(database)[job_id].state)
    assert states == ["queued", "queued", "dead"]
    assert rows(database)[job_id].reason == "damaged"
    assert Ledger(database, "worker", 60, 1000).claim() is None


def test_filing_is_queued_when_its_last_range_ends_and_not_before(database: Database) -> None:
    filing, _ = queue_file(database, 3)
    for _ in range(3):
        assert rows(database)[filing].state == "blocked"
        finish(database, claim(database))
    assert rows(database)[filing].state == "queued"
    assert claim(database).id == filing


def test_burying_a_range_lets_the_filing_start(database: Database) -> None:
    filing, (job_id,) = queue_file(database, 1)
    bury(database, job_id)
    assert claim(database).id == filing


def test_retrying_a_dead_range_makes_a_waiting_filing_wait_again(database: Database) -> None:
    filing, (job_id,) = queue_file(database, 1)
    bury(database, job_id)
    assert retry(database) == 1
    assert rows(database)[filing].state == "blocked"
    finish(database, claim(database))
    assert claim(database).id == filing


def test_retrying_a_dead_range_after_its_filing_ran_files_once_more(database: Database) -> None:
    filing, (job_id,) = queue_file(database, 1)
    bury(database, job_id)
    finish(database, claim(database))
    assert filing not in rows(database)
    assert retry(database) == 1
    finish(database, claim(database))
    again = claim(database)
    assert (again.kind, again.file_id) == ("file", FILE)
    finish(database, again)
    assert rows(database) == {}


def test_retrying_a_dead_range_and_its_dead_filing_files_once_after_the_range(database: Database) -> None:
    filing, (job_id,) = queue_file(database, 1)
    bury(database, job_id)
    bury(database, filing)
    assert retry(database) == 2
    order = []
    while job := Ledger(database, "worker", 60, 1000).claim():
        order.append(job.id)
        finish(database, job)
    assert order == [job_id, filing]


def test_retrying_while_an_older_filing_runs_leaves_no_filing_waiting_for_ever(database: Database) -> None:
    _, read_ids = queue_file(database, 2)
    for job_id in read_ids:
        bury(database, job_id)
    running = claim(database)
    assert retry(database) == 2  # makes a second filing, for the first one is running
    fail(database, running)
    bury(database, read_ids[0])
    assert retry(database) == 1
    while job := Ledger(database, "worker", 60, 1000).claim():
        finish(database, job)
    assert rows(database) == {}


def test_retrying_touches_only_dead_jobs_of_the_asked_files(database: Database) -> None:
    (other,) = queue(database, NewJob("read", "a", FILE + 1, 0))
    bury(database, other)
    assert retry(database) == 0
    assert rows(database)[other].state == "dead"


def test_jobs_queued_in_a_transaction_that_fails_are_not_there(database: Database) -> None:
    def queue_and_fail() -> None:
        with database.write() as connection:
            jobs.enqueue(connection, [NewJob("read", "a", FILE, 1)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        queue_and_fail()
    assert rows(database) == {}
