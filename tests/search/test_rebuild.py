"""The index built anew beside the one in use."""

import time
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import update

from search.document import Document
from search.index import Index, open_index
from search.indexer import LEASE, drain
from search.rebuild import reindex
from tests.search.papers import add_paper, ask, public_ids, waiting
from warehouse import leases
from warehouse.database import Database
from warehouse.registry import touch
from warehouse.tables import records


def test_a_rebuild_forgets_what_the_catalogue_does_not_know_and_tells_how_far_it_is(
    database: Database, index: Index
) -> None:
    index.apply([], [Document("STRANGE", 1, 1, "06184", "result", "ready", "released")])
    with database.write() as connection:
        for number in range(3):
            add_paper(connection, f"{number}.pdf", text=f"giấy số {number}")
    advanced: list[int] = []
    assert reindex(database, index, "me", advanced.append) == 3
    assert sum(advanced) == 3
    assert sorted(index.revisions()) == sorted(public_ids(database))
    assert ask(index, "giấy số")["total"] == 3


def test_a_change_during_a_rebuild_in_elasticsearch_is_found_after_it(
    database: Database, elastic_url: str
) -> None:
    index = open_index(elastic_url)
    with database.write() as connection:
        changed = add_paper(connection, "a.pdf", text="giấy")
    drain(database, index, "me")

    def meanwhile(_: int) -> None:
        with database.write() as connection:
            connection.execute(update(records).values(work="ready"))
            touch(connection, {changed})
        assert drain(database, index, "other") == 0

    reindex(database, index, "me", meanwhile)
    assert [hit["state"] for hit in ask(index)["hits"]] == ["ready"]
    assert waiting(database) == 0


def test_a_rebuild_keeps_its_lease_however_long_the_last_merge_takes(
    database: Database, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow:
        def rebuild(self, documents: Iterable[Document]) -> dict[str, str]:
            refused = index.rebuild(documents)
            time.sleep(1)
            assert not leases.take(database, LEASE, "other", 5)
            return refused

        def __getattr__(self, name: str) -> Any:
            return getattr(index, name)

    monkeypatch.setattr("search.rebuild.LEASE_SECONDS", 0.4)
    with database.write() as connection:
        add_paper(connection, "a.pdf")
    assert reindex(database, Slow(), "me", lambda _: None) == 1  # type: ignore[arg-type]


def test_a_paper_that_another_process_indexed_while_the_rebuild_had_lost_its_lease_is_found_after_it(
    database: Database, index: Index
) -> None:
    def meanwhile() -> Iterator[Document]:
        leases.release(database, LEASE, "me")
        with database.write() as connection:
            add_paper(connection, "later.pdf", text="giấy đến sau")
        assert drain(database, index, "other") == 1
        yield from ()

    class Overtaken:
        def rebuild(self, documents: Iterable[Document]) -> dict[str, str]:
            return index.rebuild(chain(documents, meanwhile()))

        def __getattr__(self, name: str) -> Any:
            return getattr(index, name)

    with database.write() as connection:
        add_paper(connection, "a.pdf")
    drain(database, index, "other")
    reindex(database, Overtaken(), "me", lambda _: None)  # type: ignore[arg-type]
    assert ask(index, "đến sau")["total"] == 1
