"""The outbox and the rebuild against a real catalogue and a real index."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, update

from search.document import Document
from search.index import Answer, Index, open_index
from search.indexer import LEASE, drain
from search.query import Query, clauses_of
from search.rebuild import reindex
from tests.databases import Databases
from warehouse import leases, schema
from warehouse.codes.dates import today
from warehouse.database import Database
from warehouse.errors import Busy, Unavailable
from warehouse.records import FieldValue
from warehouse.registry import NewPart, NewRecord, register, touch
from warehouse.rights import Actor, Scope
from warehouse.tables import batches, files, items, objects, outbox, pages, records, units
from warehouse.units import load_units

CLERK = Actor("clerk")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def new_site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = databases.new(tmp_path_factory.mktemp("site"))
    opened = Database(url)
    schema.upgrade(opened)
    with opened.write() as connection:
        load_units(connection)
    opened.close()
    return url


@pytest.fixture
def database(databases: Databases, tmp_path: Path, new_site: str) -> Iterator[Database]:
    url = databases.copy(new_site, tmp_path)
    opened = Database(url)
    yield opened
    opened.close()
    databases.drop(url)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return open_index(f"tantivy:{tmp_path}/index")


def add_paper(connection: Connection, name: str, *values: tuple[str, str], text: str = "") -> int:
    """One file of one page, with its record; returns the record's row id."""

    def new(table: Any, **row: Any) -> int:
        return int(connection.execute(insert(table).returning(table.c.id), row).scalar_one())

    unit = connection.execute(select(units.c.id).where(units.c.code == "06184")).scalars().first()
    assert unit is not None
    batch = new(batches, unit_id=unit, source="/scans", manner="stock", created_at=NOW, created_by="clerk")
    connection.execute(insert(objects).values(sha256=f"{name:>064}", size=1, stored_at=NOW))
    file = new(files, unit_id=unit, sha256=f"{name:>064}", state="registered", received_at=NOW)
    item = new(items, batch_id=batch, path=name, source_path=name, outcome="stored", file_id=file)
    read = {"status": "ok", "width": 1, "height": 1, "path": "whole", "read_at": NOW}
    connection.execute(insert(pages).values(file_id=file, number=2, text=text, **read))
    connection.execute(insert(pages).values(file_id=file, number=3, text="trang của giấy khác", **read))
    listed = [FieldValue(field, value, "manifest") for field, value in values]
    location = {"box": "Hộp 7", "folder": "Cặp 9"}
    paper = NewRecord([NewPart(file, 1, 2)], item, batch, unit, "result", False, listed, location)
    return register(connection, CLERK, [paper])[0]


def ask(index: Index, text: str = "", **filters: Any) -> Answer:
    return index.search(Query(clauses_of(text), on=today(), **filters), Scope(everything=True))


def public_ids(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(select(records.c.public_id).order_by(records.c.id)))


def waiting(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(outbox)) or 0


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
