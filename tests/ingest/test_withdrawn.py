"""A paper that was taken in by mistake: it leaves search and counts, and its file may come in again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ingest.account import batch_account
from ingest.reader import Reader
from ingest.services import Services
from ingest.verify import verify_site
from ingest.worker import Worker
from search.query import Query, clauses_of
from tests.ingest.conftest import TakeIn
from warehouse.approval import approve
from warehouse.codes.dates import today
from warehouse.errors import Conflict
from warehouse.registry import NewPart, NewRecord, register
from warehouse.reports import progress
from warehouse.rights import Actor, scope_of
from warehouse.tables import files, migrated, parts, records
from warehouse.withdrawal import withdraw

CLERK = Actor("clerk")


@pytest.fixture
def read_in(services: Services, take_in: TakeIn) -> Callable[[Path], str]:
    """Takes a file in and does all its work; the record that came last."""

    def act(path: Path) -> str:
        take_in(services, path)
        with Reader(services.settings.limits) as reader:
            Worker(services, reader).run(until_empty=True)
        with services.database.read() as connection:
            return str(connection.scalar(select(records.c.public_id).order_by(records.c.id.desc())))

    return act


def withdrawn(services: Services, record: str) -> None:
    with services.database.write(durable=True) as connection:
        withdraw(connection, CLERK, record, "nộp nhầm")
    services.tell_index()


def found(services: Services) -> list[str]:
    hits = services.index.search(Query(clauses_of("Bình"), today()), scope_of(CLERK))["hits"]
    return [hit["record"] for hit in hits]


def counts(services: Services) -> dict[str, Any]:
    with services.database.write() as connection:
        return dict(progress(connection, CLERK)["total"])


def test_a_withdrawn_record_leaves_search_and_counts_even_if_it_was_approved(
    services: Services, read_in: Callable[[Path], str], paper: Path
) -> None:
    record = read_in(paper)
    with services.database.write() as connection:
        approve(connection, CLERK, [record])
    assert (found(services), counts(services)["approved"]) == ([record], 1)
    withdrawn(services, record)
    assert found(services) == []
    assert set(counts(services).values()) == {0}
    assert verify_site(services, CLERK)["problems"] == []


def test_its_file_comes_in_again_as_a_new_record_with_all_its_pages(
    services: Services, read_in: Callable[[Path], str], take_in: TakeIn, paper: Path
) -> None:
    first = read_in(paper)
    withdrawn(services, first)
    second = read_in(paper)
    assert second != first
    assert found(services) == [second]
    with services.database.write() as connection:
        rows = connection.execute(select(records.c.public_id, records.c.work)).all()
        account = batch_account(connection, CLERK, 2)
    assert dict(rows)[first] == "withdrawn"
    assert (account["stored"], account["duplicate"], account["reading"]["read"]) == (1, 0, 1)
    assert verify_site(services, CLERK)["problems"] == []
    again = take_in(services, paper)
    with services.database.write() as connection:
        assert batch_account(connection, CLERK, again)["duplicate"] == 1


def test_a_file_that_another_record_lives_of_stays_held(
    services: Services, read_in: Callable[[Path], str], paper: Path
) -> None:
    first = read_in(paper)
    with services.database.write() as connection:
        part = connection.execute(select(parts)).mappings().one()
        shared = NewRecord(
            [NewPart(part["file_id"], 1, 1)],
            None,
            1,
            connection.scalar(select(records.c.custodian_id)) or 0,
            "result",
            False,
        )
        register(connection, CLERK, [shared])
    withdrawn(services, first)
    with services.database.read() as connection:
        assert connection.scalar(select(files.c.state)) == "registered"


def test_a_record_is_withdrawn_once_and_its_old_id_is_free(
    services: Services, read_in: Callable[[Path], str], paper: Path
) -> None:
    record = read_in(paper)
    with services.database.write() as connection:
        row_id = connection.scalar(select(records.c.id))
        connection.execute(
            migrated.insert(), {"record_id": row_id, "source_system": "old", "source_id": "17"}
        )
    withdrawn(services, record)
    with services.database.write() as connection:
        assert connection.scalar(select(migrated.c.source_id)) is None
        with pytest.raises(Conflict, match="withdrawn"):
            withdraw(connection, CLERK, record, "lần nữa")
