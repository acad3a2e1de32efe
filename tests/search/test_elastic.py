"""What only the index in Elasticsearch promises; the rest is in tests/contracts/test_index.py."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from search.document import Document
from search.elastic_schema import VERSION, mapping
from search.index import Index, open_index
from search.query import Query, clauses_of
from warehouse.errors import Unavailable, UsageError
from warehouse.rights import Scope
from warehouse.settings import Access

AWAY = "http://127.0.0.1:1/khoso"


def paper(record: str, text: str = "khai sinh", revision: int = 1) -> Document:
    return Document(record, revision, 1, "06184", "result", "ready", "released", text=text)


def found(index: Index, text: str = "") -> list[str]:
    answer = index.search(Query(clauses_of(text), on=date(2026, 1, 1)), Scope(everything=True))
    return [hit["record"] for hit in answer["hits"]]


@contextmanager
def engine(url: str) -> Iterator[tuple[Elasticsearch, str]]:
    """The engine itself, and the alias."""
    host, _, alias = url.rpartition("/")
    with Elasticsearch(host) as client:
        yield client, alias


def generations(url: str) -> list[str]:
    with engine(url) as (client, alias):
        return list(client.indices.get(index=f"{alias}-*"))


@pytest.mark.parametrize(
    "wrong",
    [
        "http://localhost:9200", "http://localhost:9200/a/b", "http:///khoso", "http://localhost:9200/Kho",
        "http://localhost:x/khoso", "http://elastic:secret@localhost:9200/khoso", "https://localhost/khoso?a=1",
    ],
)  # fmt: skip
def test_a_url_without_host_or_name_or_with_a_password_is_a_wrong_setting(wrong: str) -> None:
    with pytest.raises(UsageError) as error:
        open_index(wrong)
    assert error.value.detail["name"] == "KHOSO_INDEX_URL"
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("access", "name"),
    [
        (Access(ca_file=Path("/nowhere.pem")), "KHOSO_ELASTICSEARCH_CA_FILE"),
        (Access(api_key="a", user="b"), "KHOSO_ELASTICSEARCH_API_KEY"),
    ],
)
def test_a_way_in_that_cannot_be_is_a_wrong_setting(access: Access, name: str) -> None:
    with pytest.raises(UsageError) as error:
        open_index("https://localhost:9200/khoso", access)
    assert error.value.detail["name"] == name


def test_an_engine_that_is_away_is_said_to_be_away() -> None:
    index = open_index(AWAY)
    for attempt in (lambda: found(index), lambda: index.apply([], [paper("A")]), index.revisions):
        with pytest.raises(Unavailable) as error:
            attempt()
        assert error.value.reason == "index_away"


def test_another_program_follows_the_swap_of_a_rebuild_and_the_old_index_is_gone(elastic_url: str) -> None:
    writer, reader = open_index(elastic_url), open_index(elastic_url)
    writer.apply([], [paper("A")])
    assert found(reader) == ["A"]
    seen: list[str] = []

    def slowly() -> Iterator[Document]:
        yield paper("B")
        seen.extend(found(reader))

    writer.rebuild(slowly())
    assert seen == ["A"]
    assert found(reader) == ["B"]
    assert len(generations(elastic_url)) == 1


def test_what_a_broken_rebuild_left_is_removed_by_the_next_and_a_neighbours_index_is_not(
    elastic_url: str,
) -> None:
    index, neighbour = open_index(elastic_url), open_index(f"{elastic_url}-two")
    neighbour.apply([], [paper("N")])

    def broken() -> Iterator[Document]:
        yield paper("A")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        index.rebuild(broken())
    index.rebuild([paper("B")])
    assert len(generations(elastic_url)) == 2
    assert found(index) == ["B"]
    assert found(neighbour) == ["N"]


def test_an_index_of_another_version_asks_to_be_rebuilt_and_can_be(elastic_url: str) -> None:
    with engine(elastic_url) as (client, alias):
        older = {**mapping(alias), "_meta": {"khoso": {"alias": alias, "version": 0}}}
        client.indices.create(index=f"{alias}-first", mappings=older, aliases={alias: {}})
    with pytest.raises(UsageError) as error:
        found(open_index(elastic_url))
    assert error.value.reason == "index_outdated"
    index = open_index(elastic_url)
    index.rebuild([paper("A")])
    assert found(index) == ["A"]
    assert len(generations(elastic_url)) == 1


def test_an_index_of_another_program_is_neither_used_nor_removed(elastic_url: str) -> None:
    with engine(elastic_url) as (client, alias):
        client.indices.create(index=alias)
        for attempt in (lambda: found(open_index(elastic_url)), lambda: open_index(elastic_url).rebuild([])):
            with pytest.raises(UsageError) as error:
                attempt()
            assert error.value.detail["name"] == "KHOSO_INDEX_URL"
        assert client.indices.exists(index=alias)


def test_an_index_removed_behind_our_back_is_not_made_anew_in_silence(elastic_url: str) -> None:
    index = open_index(elastic_url)
    index.apply([], [paper("A")])
    with engine(elastic_url) as (client, _):
        client.indices.delete(index=generations(elastic_url))
    with pytest.raises(Unavailable):
        index.apply([], [paper("B")])
    assert generations(elastic_url) == []


def test_a_later_revision_stays_when_an_older_one_comes_after_it(elastic_url: str) -> None:
    index = open_index(elastic_url)
    index.apply([], [paper("A", "mới", revision=3)])
    assert index.apply([], [paper("A", "cũ", revision=2)]) == {}
    assert found(index, "mới") == ["A"]
    assert index.revisions() == {"A": 3}


def test_a_record_that_left_comes_back_however_often_it_was_removed(elastic_url: str) -> None:
    index = open_index(elastic_url)
    index.apply([], [paper("A", revision=1)])
    for _ in range(4):
        index.apply(["A"], [])
        assert found(index) == []
    index.apply([], [paper("A", revision=1)])
    assert index.revisions() == {"A": 1}


def without_room_for_days(alias: str) -> dict[str, Any]:
    """A mapping into which no date of issue fits."""
    ours = mapping(alias)
    return {**ours, "properties": {**ours["properties"], "issued_on": {"type": "byte"}}}


def test_a_document_that_the_engine_will_not_take_keeps_out_no_other_and_leaves_no_older_self(
    elastic_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.elastic_generations.mapping", without_room_for_days)
    bad = replace(paper("B", revision=2), issued_on="2019-03-04")
    index = open_index(elastic_url)
    index.apply([], [paper("B", "cũ")])
    refused = index.apply([], [paper("A"), bad, paper("C")])
    assert list(refused) == ["B"]
    assert "issued_on" in refused["B"]
    assert found(index) == ["A", "C"]
    assert list(index.rebuild([paper("A"), bad])) == ["B"]
    assert found(index) == ["A"]


def test_a_word_too_long_for_the_engine_is_found_whole(elastic_url: str) -> None:
    index = open_index(elastic_url)
    long = "dài" * 20_000
    index.apply([], [paper("A", f"khai {long} sinh"), paper("B", long[:-1])])
    assert found(index, long) == ["A"]
    assert found(index, f'"khai {long} sinh"') == ["A"]


def test_a_misspelling_finds_every_word_it_may_have_meant(elastic_url: str) -> None:
    index = open_index(elastic_url)
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 200)]
    index.apply([], [paper(f"R{place:03}", f"khai{letter}") for place, letter in enumerate(letters)])
    asked = Query(clauses_of("khaiz"), on=date(2026, 1, 1), limit=1000)
    assert index.search(asked, Scope(everything=True))["total"] == 200


def test_a_search_that_the_engine_will_not_do_is_an_error_and_not_an_empty_answer(elastic_url: str) -> None:
    index = open_index(elastic_url)
    index.apply([], [paper("A")])
    with pytest.raises(Unavailable) as error:
        index.search(Query(clauses_of("khai"), on=date(2026, 1, 1), limit=20_000), Scope(everything=True))
    assert "window" in str(error.value.detail["error"])


class Busy(BaseHTTPRequestHandler):
    """An engine that is too busy for each request's first try, then takes everything."""

    answers: list[int]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        mark = {"_meta": {"khoso": {"alias": "khoso", "version": VERSION}}}
        self._answer(200, {"khoso-first": {"mappings": mark}})

    def do_POST(self) -> None:
        self._answer(200, {})

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        status = self.answers.pop(0)
        result = {"_id": "A", "status": status, "error": {"type": "busy", "reason": "queue is full"}}
        self._answer(200, {"errors": status != 201, "items": [{"index": result}]})

    def _answer(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=9")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def busy_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr("search.elastic_writes.FIRST_PAUSE", 0.01)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/khoso"
    server.shutdown()
    server.server_close()


def test_what_a_busy_engine_turned_away_is_given_again(busy_engine: str) -> None:
    Busy.answers = [429, 503, 201]
    assert open_index(busy_engine).apply([], [paper("A")]) == {}
    assert Busy.answers == []


def test_an_engine_that_stays_busy_is_away_and_nothing_counts_as_refused(busy_engine: str) -> None:
    Busy.answers = [429] * 20
    with pytest.raises(Unavailable) as error:
        open_index(busy_engine).apply([], [paper("A")])
    assert error.value.reason == "index_away"
    assert len(Busy.answers) > 10, "it gives up after a bounded number of tries"
