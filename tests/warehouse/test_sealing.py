"""Sealing: every committed entry gets one number and one hash, whoever seals, however often it is cut off."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest
from sqlalchemy import Delete, Row, event, select, update

from warehouse import leases
from warehouse.audit import write_entries, write_entry
from warehouse.chain import BEGINNING, Head
from warehouse.database import Database
from warehouse.errors import Damaged
from warehouse.rights import Actor
from warehouse.sealing import head_of, seal, seal_all, seal_in_turn, sealing, unsealed_age
from warehouse.tables import audit, audit_head

CLERK = Actor("user:lan", unit_id=7)


def write(database: Database, count: int) -> None:
    with database.write() as connection:
        write_entries(connection, CLERK, "view", [(f"A{number}", None) for number in range(count)])


def chained(database: Database) -> list[Row]:
    with database.read() as connection:
        return list(connection.execute(select(audit).where(audit.c.seq.is_not(None)).order_by(audit.c.seq)))


def check_chain(database: Database, count: int) -> None:
    """The chain as the documentation of warehouse.chain has it, followed by hand."""
    previous, rows = "0" * 64, chained(database)
    assert [row.seq for row in rows] == list(range(1, count + 1))
    for row in rows:
        digest = hashlib.sha256(row.entry.encode("utf-8")).hexdigest()
        assert row.hash == hashlib.sha256(f"{previous}\n{row.seq}\n{digest}".encode("ascii")).hexdigest()
        previous = row.hash
    with database.read() as connection:
        assert head_of(connection) == Head(count, previous)


def test_entries_are_chained_in_the_order_they_were_written(database: Database) -> None:
    write(database, 3)
    assert seal(database) == 3
    check_chain(database, 3)
    assert [row.subject for row in chained(database)] == ["A0", "A1", "A2"]


def test_the_chain_goes_on_from_batch_to_batch(database: Database) -> None:
    write(database, 7)
    while seal(database, most=3):
        pass
    write(database, 2)
    assert seal_all(database).seq == 9
    check_chain(database, 9)


def test_an_empty_log_has_the_chains_beginning_for_its_head(database: Database) -> None:
    assert seal(database) == 0
    with database.read() as connection:
        assert head_of(connection) == BEGINNING


def test_sealers_at_once_leave_nothing_out_and_seal_nothing_twice(database: Database) -> None:
    write(database, 200)

    def seal_small_batches(_: int) -> int:
        return sum(iter(lambda: seal(database, most=3), 0))

    with ThreadPoolExecutor(6) as threads:
        sealed = threads.map(seal_small_batches, range(4))
        written = [threads.submit(write, database, 5) for _ in range(20)]
        total = sum(sealed)
        assert not any(each.exception() for each in written)
    total += sum(iter(lambda: seal(database), 0))
    assert total == 300
    check_chain(database, 300)


@pytest.mark.postgresql  # SQLite has one writer at a time
def test_an_entry_committed_behind_a_later_one_is_sealed_behind_it(database: Database) -> None:
    with database.write() as slow:
        write_entry(slow, CLERK, "approve", "slow")
        write(database, 2)
        assert seal(database) == 2
    assert seal(database) == 1
    check_chain(database, 3)
    assert [row.subject for row in chained(database)] == ["A0", "A1", "slow"]


class Killed(BaseException):
    """The process ends here."""


def test_a_sealer_killed_in_a_batch_leaves_the_chain_as_it_was(database: Database) -> None:
    write(database, 5)
    seal(database, most=2)
    with dying_before(database, "UPDATE audit_head"), pytest.raises(Killed):
        seal(database, most=2)
    check_chain(database, 2)
    seal_all(database)
    check_chain(database, 5)


@contextmanager
def dying_before(database: Database, statement: str):
    def die(connection, cursor, text, *_) -> None:
        if text.startswith(statement):
            raise Killed

    event.listen(database.engine, "before_cursor_execute", die)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", die)


def test_one_process_seals_at_a_time_and_another_goes_on_when_its_lease_ran_out(database: Database) -> None:
    write(database, 1)
    leases.take(database, "sealer", "a", 0.2)
    assert seal_in_turn(database, "b") == 0
    sleep(0.3)
    assert seal_in_turn(database, "b") == 1


def test_while_the_block_runs_entries_are_sealed_within_a_second(database: Database) -> None:
    with sealing(database, "a"):
        write(database, 1)
        began = monotonic()
        while not chained(database):
            assert monotonic() - began < 1.5
            sleep(0.02)
        write(database, 1)
    check_chain(database, 2)
    assert leases.holder_of(database, "sealer") is None


def test_age_is_that_of_the_oldest_unsealed_entry(database: Database) -> None:
    write(database, 2)
    with database.write() as connection:
        long_ago = datetime.now(UTC) - timedelta(seconds=30)
        connection.execute(update(audit).where(audit.c.subject == "A0").values(at=long_ago))
    with database.read() as connection:
        assert 30 <= unsealed_age(connection) < 40
    seal(database)
    with database.read() as connection:
        assert unsealed_age(connection) == 0


@pytest.mark.parametrize("tampering", [audit_head.delete(), audit.delete().where(audit.c.seq == 2)])
def test_a_chain_that_does_not_end_where_its_head_says_is_not_gone_on_with(
    database: Database, tampering: Delete
) -> None:
    write(database, 2)
    seal(database)
    with database.write() as connection:
        connection.execute(tampering)
    write(database, 1)
    with pytest.raises(Damaged) as refused:
        seal(database)
    assert refused.value.reason == "audit_head_wrong"
