"""What only the index in a folder promises; the rest is in tests/contracts/test_index.py."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from search.document import Document
from search.index import Index, open_index
from search.query import Query, clauses_of
from warehouse.errors import Busy, Unavailable, UsageError
from warehouse.rights import Scope


def paper(record: str, text: str = "khai sinh") -> Document:
    return Document(record, 1, 1, "06184", "result", "ready", "released", text=text)


def found(index: Index, text: str = "") -> list[str]:
    answer = index.search(Query(clauses_of(text), on=date(2026, 1, 1)), Scope(everything=True))
    return [hit["record"] for hit in answer["hits"]]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"tantivy:{tmp_path / 'index'}"


@pytest.mark.parametrize("wrong", ["tantivy://host/index", "lucene:/index", "index"])
def test_a_url_that_names_no_folder_is_a_wrong_setting(wrong: str) -> None:
    with pytest.raises(UsageError) as error:
        open_index(wrong)
    assert error.value.detail["name"] == "KHOSO_INDEX_URL"


def test_another_program_sees_what_was_applied(url: str) -> None:
    writer, reader = open_index(url), open_index(url)
    assert found(reader) == []
    writer.apply([], [paper("A")])
    assert found(reader) == ["A"]


def test_another_program_follows_the_swap_of_a_rebuild(url: str, tmp_path: Path) -> None:
    writer, reader = open_index(url), open_index(url)
    writer.apply([], [paper("A")])
    assert found(reader) == ["A"]
    writer.rebuild([paper("B")])
    assert found(reader) == ["B"]
    assert len([each for each in (tmp_path / "index").iterdir() if each.is_dir()]) == 1


def test_a_search_during_a_rebuild_answers_from_the_index_in_use(url: str) -> None:
    index, reader = open_index(url), open_index(url)
    index.apply([], [paper("A")])
    seen = []

    def slowly() -> Iterator[Document]:
        yield paper("B")
        seen.extend(found(reader))

    index.rebuild(slowly())
    assert seen == ["A"]


def test_what_a_broken_rebuild_left_is_removed_by_the_next(url: str, tmp_path: Path) -> None:
    index = open_index(url)

    def broken() -> Iterator[Document]:
        yield paper("A")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        index.rebuild(broken())
    index.rebuild([paper("B")])
    assert len([each for each in (tmp_path / "index").iterdir() if each.is_dir()]) == 1
    assert found(index) == ["B"]


def test_a_second_writer_is_told_that_the_index_is_busy(url: str) -> None:
    index, other = open_index(url), open_index(url)

    def meanwhile() -> Iterator[Document]:
        with pytest.raises(Busy):
            other.apply([], [paper("B")])
        yield paper("A")

    index.apply([], meanwhile())
    other.apply([], [paper("B")])
    assert found(index) == ["A", "B"]


def test_an_index_of_another_version_asks_to_be_rebuilt_and_can_be(url: str, tmp_path: Path) -> None:
    import tantivy

    folder = tmp_path / "index" / "first"
    folder.mkdir(parents=True)
    tantivy.Index(tantivy.SchemaBuilder().add_text_field("other").build(), str(folder))
    index = open_index(url)
    with pytest.raises(UsageError) as error:
        found(index)
    assert error.value.reason == "index_outdated"
    index.rebuild([paper("A")])
    assert found(index) == ["A"]


def test_a_damaged_index_is_reported_and_can_be_rebuilt(url: str, tmp_path: Path) -> None:
    index = open_index(url)
    index.apply([], [paper("A")])
    (tmp_path / "index" / "first" / "meta.json").write_text("{")
    with pytest.raises(Unavailable):
        found(open_index(url))
    index.rebuild([paper("B")])
    assert found(open_index(url)) == ["B"]


def test_words_typed_without_marks_rank_first_where_they_stand_together(url: str) -> None:
    index = open_index(url)
    scattered = "giếng giếng đá đá khuối lâm lâm khuối đá giếng"
    index.apply([], [paper("A", scattered), paper("B", "bên giếng đá Khuổi Lầm" + " cạnh con đường" * 40)])
    assert found(index, "gieng da khuoi lam") == ["B", "A"]
