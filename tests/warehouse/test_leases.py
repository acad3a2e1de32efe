"""Named leases: one holder at a time, and a dead one's runs out."""

import multiprocessing

import pytest

from warehouse import leases
from warehouse.database import Database


def test_one_holder_at_a_time(database: Database) -> None:
    assert leases.take(database, "indexer", "a", 60)
    assert not leases.take(database, "indexer", "b", 60)
    assert leases.holder_of(database, "indexer") == "a"


def test_leases_of_other_names_do_not_matter(database: Database) -> None:
    assert leases.take(database, "indexer", "a", 60)
    assert leases.take(database, "sweeper", "b", 60)


def test_the_holder_renews_its_own(database: Database) -> None:
    assert leases.take(database, "indexer", "a", 0.0)
    assert leases.take(database, "indexer", "a", 60)
    assert not leases.take(database, "indexer", "b", 60)


def test_a_lease_that_ran_out_is_anybodys(database: Database) -> None:
    assert leases.take(database, "indexer", "a", -1)
    assert leases.holder_of(database, "indexer") is None
    assert leases.take(database, "indexer", "b", 60)


def test_releasing_frees_it_at_once_but_never_another_holders(database: Database) -> None:
    leases.take(database, "indexer", "a", 60)
    leases.release(database, "indexer", "b")
    assert leases.holder_of(database, "indexer") == "a"
    leases.release(database, "indexer", "a")
    assert leases.take(database, "indexer", "b", 60)


def test_a_block_holds_the_lease_and_gives_it_back_even_when_it_fails(database: Database) -> None:
    def fail_while_holding() -> None:
        with (
            leases.held(database, "indexer", "a", 60) as got,
            leases.held(database, "indexer", "b", 60) as other,
        ):
            assert (got, other) == (True, False)
            assert leases.holder_of(database, "indexer") == "a"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_while_holding()
    assert leases.holder_of(database, "indexer") is None


def _take(url: str, holder: str) -> bool:
    return leases.take(Database(url), "indexer", holder, 60)


def test_of_processes_that_ask_at_once_one_gets_it(database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)
    with multiprocessing.get_context("fork").Pool(4) as pool:
        got = pool.starmap(_take, [(url, str(number)) for number in range(8)], chunksize=1)
    assert got.count(True) == 1
