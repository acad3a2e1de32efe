"""The outbox and the rebuild against a real catalogue and a real index."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

import pytest
from sqlalchemy import select, update

from search.document import Document
from search.index import Index, open_index
from search.indexer import LEASE, drain
from search.rebuild import reindex
from tests.search.papers import add_paper, ask, public_ids, waiting
from warehouse import leases
from warehouse.database import Database
from warehouse.errors import Busy, Unavailable
from warehouse.registry import touch
from warehouse.tables import records


def test_a_registered_paper_is_found_by_all_that_is_known_of_it(database: Database, index: Index) -> None:
    known = {
        "doc_type": "Giấy khai sinh", "holder_name": "Nông Thị Lan", "holder_id": "020190001234",
        "reference_number": "12/2019", "issued_on": "2019-05-06", "dossier_code": "H37.20-230913-0001",
    }  # fmt: skip
    with database.write() as connection:
        add_paper(connection, "khai_sinh/0001.pdf", *known.items(), text="chữ của trang hai")
    assert drain(database, index, "me") == 1
    for words in [*known.values(), "0001", '"hộp 7"', "trang hai"]:
        if words != "2019-05-06":
            assert ask(index, words)["total"] == 1, words
    (hit,) = ask(index, "lan", holder="020190001234", unit="06184")["hits"]
    assert hit["record"] == public_ids(database)[0]
    assert {name: hit[name] for name in ("doc_type", "holder_name", "issued_on", "state")} == {
        "doc_type": "Giấy khai sinh", "holder_name": "Nông Thị Lan", "issued_on": "2019-05-06", "state": "registered",
    }  # fmt: skip


def test_a_page_that_is_not_the_papers_own_does_not_find_it(database: Database, index: Index) -> None:
    with database.write() as connection:
        add_paper(connection, "a.pdf", text="trang hai")
    drain(database, index, "me")
    assert ask(index, "giấy khác")["total"] == 0


def test_draining_empties_the_outbox_batch_after_batch(
    database: Database, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.indexer.BATCH", 2)
    with database.write() as connection:
        for number in range(5):
            add_paper(connection, f"{number}.pdf")
    assert drain(database, index, "me") == 5
    assert waiting(database) == 0
    assert sorted(index.revisions()) == sorted(public_ids(database))
    assert drain(database, index, "me") == 0


class Failing:
    """An index whose program dies just before or just after the commit."""

    def __init__(self, index: Index, *, after: bool) -> None:
        self._index, self._after = index, after

    def apply(self, deletes: Collection[str], documents: Iterable[Document]) -> dict[str, str]:
        if self._after:
            self._index.apply(deletes, documents)
        raise KeyboardInterrupt

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_before_or_after_the_commit_loses_nothing(
    database: Database, index: Index, after: bool
) -> None:
    with database.write() as connection:
        add_paper(connection, "a.pdf", ("subject", "khai sinh"))
    with pytest.raises(KeyboardInterrupt):
        drain(database, Failing(index, after=after), "me")
    assert waiting(database) == 1
    assert drain(database, index, "me") == 1
    assert ask(index, "khai sinh")["total"] == 1


class Interrupted:
    """An index in whose first commit something else happens, before or after its documents are in."""

    def __init__(self, index: Index, happening: Callable[[], None], *, before: bool) -> None:
        self._index, self._happening, self._before = index, happening, before

    def apply(self, deletes: Collection[str], documents: Iterable[Document]) -> dict[str, str]:
        happening, self._happening = self._happening, lambda: None
        if self._before:
            happening()
        refused = self._index.apply(deletes, documents)
        if not self._before:
            happening()
        return refused

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


def make_ready(database: Database) -> None:
    with database.write() as connection:
        connection.execute(update(records).values(work="ready"))
        touch(connection, list(connection.scalars(select(records.c.id))))


def test_a_change_during_the_commit_is_indexed_too(database: Database, index: Index) -> None:
    with database.write() as connection:
        add_paper(connection, "a.pdf")
    changing = Interrupted(index, lambda: make_ready(database), before=False)
    assert drain(database, changing, "me") == 2
    assert [hit["state"] for hit in ask(index)["hits"]] == ["ready"]


def test_an_old_revision_put_over_a_newer_one_after_the_lease_ran_out_is_indexed_again(
    database: Database, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_process_goes_first() -> None:
        make_ready(database)
        assert drain(database, index, "other") == 1

    monkeypatch.setattr("search.indexer.LEASE_SECONDS", -1)
    with database.write() as connection:
        add_paper(connection, "a.pdf")
    drain(database, Interrupted(index, other_process_goes_first, before=True), "me")
    assert [hit["state"] for hit in ask(index)["hits"]] == ["ready"]
    assert waiting(database) == 0


def test_a_paper_put_in_quarantine_leaves_the_index(database: Database, index: Index) -> None:
    with database.write() as connection:
        add_paper(connection, "a.pdf")
        secret = add_paper(connection, "b.pdf")
    drain(database, index, "me")
    with database.write() as connection:
        connection.execute(update(records).where(records.c.id == secret).values(work="quarantined"))
        touch(connection, {secret})
    assert drain(database, index, "me") == 1
    assert list(index.revisions()) == public_ids(database)[:1]
    reindex(database, index, "me", lambda _: None)
    assert list(index.revisions()) == public_ids(database)[:1]
    assert waiting(database) == 0


def test_while_another_process_indexes_draining_leaves_it_alone_and_rebuilding_is_refused(
    database: Database, index: Index
) -> None:
    with database.write() as connection:
        add_paper(connection, "a.pdf")
    with leases.held(database, LEASE, "other", 60):
        assert drain(database, index, "me") == 0
        with pytest.raises(Busy):
            reindex(database, index, "me", lambda _: None)
    assert drain(database, index, "me") == 1


class Choosy:
    """An index that takes all but what holds one word."""

    def __init__(self, index: Index, word: str) -> None:
        self._index, self._word = index, word

    def apply(self, deletes: Collection[str], documents: Iterable[Document]) -> dict[str, str]:
        return self._choose(documents, lambda good: self._index.apply(deletes, good))

    def rebuild(self, documents: Iterable[Document]) -> dict[str, str]:
        return self._choose(documents, self._index.rebuild)

    def _choose(
        self, documents: Iterable[Document], take: Callable[[list[Document]], object]
    ) -> dict[str, str]:
        known = list(documents)
        refused = {each.record: "indigestible" for each in known if self._word in each.text}
        take([each for each in known if each.record not in refused])
        return refused

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


@pytest.mark.parametrize("tell", ["drain", "reindex"])
def test_a_record_the_index_refuses_waits_with_its_reason_told_until_it_changes(
    database: Database, index: Index, caplog: pytest.LogCaptureFixture, tell: str
) -> None:
    with database.write() as connection:
        add_paper(connection, "a.pdf", text="giấy tốt")
        bad = add_paper(connection, "b.pdf", text="giấy hỏng")
    if tell == "drain":
        assert drain(database, Choosy(index, "hỏng"), "me") == 2
    else:
        assert reindex(database, Choosy(index, "hỏng"), "me", lambda _: None) == 2
    first, second = public_ids(database)
    assert list(index.revisions()) == [first]
    assert waiting(database) == 1
    assert f"{second} is not indexed: indigestible" in caplog.text
    assert drain(database, index, "me") == 0
    with database.write() as connection:
        touch(connection, {bad})
    assert drain(database, index, "me") == 1
    assert sorted(index.revisions()) == sorted([first, second])
    assert waiting(database) == 0


def test_what_came_while_the_engine_was_away_is_indexed_when_it_is_back(
    database: Database, elastic_url: str
) -> None:
    with database.write() as connection:
        add_paper(connection, "a.pdf", text="giấy khai sinh")
    away = open_index("http://127.0.0.1:1/khoso")
    with pytest.raises(Unavailable):
        drain(database, away, "me")
    with pytest.raises(Unavailable):
        reindex(database, away, "me", lambda _: None)
    assert waiting(database) == 1
    back = open_index(elastic_url)
    assert drain(database, back, "me") == 1
    assert ask(back, "khai sinh")["total"] == 1
    assert waiting(database) == 0
