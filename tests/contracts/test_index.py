"""What every index promises, held against each backend and against the plain one in memory."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.document import Document
from search.index import Answer, Index
from search.query import Query, clauses_of
from warehouse.rights import Reach, Scope
from warehouse.validity import Validity

ALL = Scope(everything=True)
TODAY = date(2026, 11, 22)


def paper(record: str, **known: Any) -> Document:
    plain = Document(
        record, 1, unit_id=1, unit="06184", kind="result", state="ready", availability="released"
    )
    return replace(plain, **known)


def ask(index: Index, text: str = "", scope: Scope = ALL, **filters: Any) -> Answer:
    return index.search(Query(clauses_of(text), on=filters.pop("on", TODAY), **filters), scope)


def found(answer: Answer) -> dict[str, str]:
    return {hit["record"]: hit["tier"] for hit in answer["hits"]}


NOTHING = {"total": 0, "hits": [], "facets": {"unit": {}, "doc_type": {}, "year": {}, "validity": {}}}


def test_an_index_never_written_to_answers_with_nothing(index: Index) -> None:
    assert ask(index) == ask(index, "khai sinh") == NOTHING
    assert index.revisions() == {}


def test_a_check_says_which_engine_answers_before_and_after_anything_was_written(index: Index) -> None:
    assert index.check().engine
    assert index.revisions() == {}
    assert index.check().engine


def test_a_word_without_marks_finds_every_marking_and_its_own_first(index: Index) -> None:
    index.apply([], [paper("A", text="bán nhà"), paper("B", text="bàn giao"), paper("C", text="ban hành")])
    assert found(ask(index, "ban")) == {"C": "exact", "A": "folded", "B": "folded"}
    assert ask(index, "ban")["hits"][0]["record"] == "C"


def test_a_word_with_marks_ranks_the_same_word_first(index: Index) -> None:
    index.apply([], [paper("A", text="ban hành"), paper("B", text="bán"), paper("C", text="bàn giao")])
    assert next(iter(found(ask(index, "bàn")).items())) == ("C", "exact")
    assert ask(index, "bàn")["total"] == 3


def test_words_together_come_before_words_apart_and_both_before_other_marks(index: Index) -> None:
    index.apply([], [
        paper("A", text="giay khai sinh"),
        paper("B", text="khai báo sinh sống bằng giấy"),
        paper("C", text="trích lục giấy khai sinh"),
    ])  # fmt: skip
    assert list(found(ask(index, "giấy khai sinh")).items()) == [
        ("C", "phrase"),
        ("B", "exact"),
        ("A", "folded"),
    ]


def test_scores_fall_from_tier_to_tier(index: Index) -> None:
    index.apply(
        [], [paper("A", text="bàn " * 50), paper("B", text="ban " * 50), paper("C", text="bán " + "x " * 500)]
    )
    scores = [hit["score"] for hit in ask(index, "bán")["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert ask(index, "bán")["hits"][0]["record"] == "C"


def test_quotes_ask_for_words_together_marks_or_not(index: Index) -> None:
    index.apply(
        [], [paper("A", text="Hòa Bình"), paper("B", text="bình ổn, hòa giải"), paper("C", text="hoa binh")]
    )
    assert found(ask(index, '"hoà bình"')) == {"A": "phrase", "C": "folded"}
    assert found(ask(index, "“hòa bình”")) == {"A": "phrase", "C": "folded"}


def test_a_phrase_of_words_that_every_paper_has_is_found_only_where_they_stand_together(index: Index) -> None:
    index.apply([], [
        paper("A", text="quyền của các ông bà theo luật"),
        paper("B", text="Của Các, theo"),
        paper("C", text="theo của các"),
    ])  # fmt: skip
    assert found(ask(index, '"của các theo"')) == {"B": "phrase"}
    assert found(ask(index, "cua cac theo")) == {"A": "folded", "B": "folded", "C": "folded"}
    assert found(ask(index, '"cua cac"')) == {"A": "folded", "B": "folded", "C": "folded"}


def test_a_value_without_any_word_does_no_harm(index: Index) -> None:
    index.apply([], [paper("A", subject="---", text=" . ")])
    assert set(found(ask(index))) == {"A"}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_how_letters_are_composed_and_where_the_tone_stands_makes_no_difference(
    index: Index, form: Literal["NFC", "NFD"]
) -> None:
    index.apply(
        [], [paper("A", text=unicodedata.normalize("NFD", "Thủy, Hoà")), paper("B", text="Thuỷ, Hòa")]
    )
    answer = ask(index, unicodedata.normalize(form, "hòa thuỷ"))
    assert found(answer) == {"A": "exact", "B": "exact"}


def test_a_phrase_never_runs_from_one_value_into_the_next(index: Index) -> None:
    index.apply([], [paper("A", subject="giấy khai", holder_name="sinh viên", text="khác")])
    assert found(ask(index, "khai sinh")) == {"A": "exact"}
    assert ask(index, '"khai sinh"')["total"] == 0


PLACE = {"box": "Hộp 7", "folder": "Cặp"}


def test_all_that_is_known_of_a_paper_is_found_by_its_words(index: Index) -> None:
    known = {
        "reference_number": "12/QĐ-UBND", "doc_type": "Quyết định", "issuing_agency": "UBND xã Đồng Đăng",
        "subject": "trợ cấp", "signer": "Hoàng Văn Thụ", "holder_name": "Nông Thị Lan", "text": "văn bản",
        "result_type": "KQ.G15.000031", "dossier_code": "H37.20-230913-0001", "register": "KS 2019",
        "source_id": "KQ-17",
        "path": "khai_sinh/scan_004.pdf",
    }  # fmt: skip
    index.apply([], [paper("AB2C", holder_ids=("020190001234",), location=PLACE, **known), paper("B")])
    for value in [*known.values(), *PLACE.values(), "020190001234", "ab2c", "scan_004"]:
        assert set(found(ask(index, value))) == {"AB2C"}, value


def test_a_place_in_the_archive_is_a_filter(index: Index) -> None:
    index.apply([], [paper("A", location=PLACE), paper("B", location={"box": "Hộp 71"}), paper("C")])
    assert set(found(ask(index, "", places=(("box", "hop 7"),)))) == {"A"}
    assert set(found(ask(index, "", places=(("box", "Hộp 7"), ("folder", "Tờ"))))) == set()


def test_every_word_must_be_there_in_whichever_value(index: Index) -> None:
    index.apply([], [paper("A", subject="trợ cấp", text="Lan"), paper("B", subject="trợ cấp")])
    assert set(found(ask(index, "trợ cấp lan"))) == {"A"}


@pytest.mark.parametrize("written", ["12/QĐ-UBND", "12 / QĐ-UBND", "12/qd-ubnd"])
def test_a_number_of_a_document_is_found_whole(index: Index, written: str) -> None:
    index.apply([], [
        paper("A", reference_number="12/QĐ-UBND"),
        paper("B", reference_number="112/QĐ-UBND"),
        paper("C", reference_number="12/QĐ-UBND-NC"),
        paper("D", text="Căn cứ Quyết định số 12/QĐ-UBND."),
    ])  # fmt: skip
    assert set(found(ask(index, written))) == {"A", "D"}


def test_one_wrong_letter_is_forgiven_only_if_nothing_else_matched(index: Index) -> None:
    index.apply([], [paper("A", text="khai sinh"), paper("B", text="kết hôn")])
    assert found(ask(index, "kahi sinhh")) == {"A": "one_edit"}
    index.apply([], [paper("C", text="kahi sinhh")])
    assert found(ask(index, "kahi sinhh")) == {"C": "phrase"}


def test_a_wrong_digit_a_short_word_and_a_phrase_are_not_forgiven(index: Index) -> None:
    index.apply([], [paper("A", holder_ids=("020190001234",), text="xã Ea Tu giấy khai sinh")])
    for text in ("020190001235", "et", '"giấy khia sinh"'):
        assert ask(index, text)["total"] == 0, text


def test_nothing_outside_the_scope_is_hinted_at(index: Index) -> None:
    other = {"unit_id": 2, "unit": "06187", "doc_type": "Quyết định", "issued_on": "2001"}
    index.apply(
        [], [paper("A", text="khai sinh", doc_type="Giấy khai sinh"), paper("B", text="khai tử", **other)]
    )
    mine = Scope(reaches=(Reach(frozenset({1})),))
    assert ask(index, "khai", mine)["total"] == 1
    assert ask(index, "khai", mine)["facets"] == {
        "unit": {"06184": 1}, "doc_type": {"Giấy khai sinh": 1}, "year": {}, "validity": {"unknown": 1},
    }  # fmt: skip
    assert ask(index, "tử", mine) == NOTHING
    assert ask(index, "khaii tử", mine) == NOTHING
    assert ask(index, "khai", Scope()) == NOTHING


def test_what_lies_outside_the_scope_does_not_keep_a_misspelling_from_being_forgiven(index: Index) -> None:
    index.apply([], [paper("A", text="khai sinh"), paper("B", unit_id=2, text="khaii")])
    assert found(ask(index, "khaii", Scope(reaches=(Reach(frozenset({1})),)))) == {"A": "one_edit"}


def test_facets_count_all_that_matched_and_not_only_the_hits_shown(index: Index) -> None:
    index.apply([], [
        paper(f"A{i}", text="khai", doc_type="Giấy", issued_on=f"201{i % 2}-05-06", unit=f"0618{i % 3}")
        for i in range(6)
    ])  # fmt: skip
    answer = ask(index, "khai", limit=2)
    assert (answer["total"], len(answer["hits"])) == (6, 2)
    assert answer["facets"] == {
        "unit": {"06180": 2, "06181": 2, "06182": 2}, "doc_type": {"Giấy": 6},
        "year": {"2010": 3, "2011": 3}, "validity": {"unknown": 6},
    }  # fmt: skip


def test_filters_narrow_what_is_found_and_counted(index: Index) -> None:
    index.apply([], [
        paper("A", doc_type="Giấy khai sinh", result_type="KQ.G15.000031", holder_ids=("020 190-001234",)),
        paper("B", unit="06187", issued_on="2019-03-04"),
        paper("C", issued_on="2019"),
    ])  # fmt: skip
    assert set(found(ask(index, unit="06187"))) == {"B"}
    assert set(found(ask(index, doc_type="giay khai sinh"))) == {"A"}
    assert set(found(ask(index, doc_type="kq.g15.000031"))) == {"A"}
    assert set(found(ask(index, holder="020190001234"))) == {"A"}
    assert set(found(ask(index, issued_from=date(2019, 3, 4)))) == {"B"}
    assert set(found(ask(index, issued_to=date(2019, 3, 3)))) == {"C"}
    assert set(found(ask(index, issued_from=date(2019, 3, 4), issued_to=date(2019, 3, 4)))) == {"B"}
    assert ask(index, unit="06187")["facets"]["unit"] == {"06187": 1}


def test_without_words_all_is_listed_by_record(index: Index) -> None:
    index.apply([], [paper("C"), paper("A")])
    index.apply([], [paper("B")])
    assert list(found(ask(index, limit=2))) == ["A", "B"]


DAYS = st.dates(date(2019, 12, 30), date(2020, 1, 3))
FACTS = st.builds(
    Validity,
    kind=st.sampled_from(["UNKNOWN", "UNLIMITED", "UNTIL_DATE"]),
    valid_from=st.none() | DAYS,
    valid_to=st.none() | DAYS,
    ended_on=st.none() | DAYS,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(facts=st.lists(FACTS, min_size=1, max_size=8), on=DAYS)
def test_status_on_a_day_is_that_of_the_facts_in_hits_facets_and_filter(
    index: Index, facts: list[Validity], on: date
) -> None:
    papers = {f"R{i}": paper(f"R{i}", validity=each) for i, each in enumerate(facts)}
    index.apply(list(index.revisions()), papers.values())
    answer = ask(index, on=on)
    expected = {record: each.validity.status(on) for record, each in papers.items()}
    assert {hit["record"]: hit["validity"] for hit in answer["hits"]} == expected
    statuses = list(expected.values())
    assert answer["facets"]["validity"] == {status: statuses.count(status) for status in statuses}
    in_force = {record for record, status in expected.items() if status == "in_force"}
    assert set(found(ask(index, on=on, in_force=True))) == in_force


def test_a_document_takes_the_place_of_its_older_revision_and_deletes_are_gone(index: Index) -> None:
    index.apply([], [paper("A", text="cũ"), paper("B")])
    index.apply(["B", "never there"], [paper("A", text="mới", revision=2)])
    assert index.revisions() == {"A": 2}
    assert ask(index, "cũ")["total"] == 0
    assert ask(index, "mới")["total"] == 1


def test_a_failure_while_documents_are_made_changes_nothing(index: Index) -> None:
    def broken() -> Iterator[Document]:
        yield paper("A", revision=2)
        raise RuntimeError

    index.apply([], [paper("A"), paper("B")])
    with pytest.raises(RuntimeError):
        index.apply(["B"], broken())
    with pytest.raises(RuntimeError):
        index.rebuild(broken())
    assert index.revisions() == {"A": 1, "B": 1}


def test_a_rebuild_leaves_only_what_it_was_given(index: Index) -> None:
    index.apply([], [paper("A"), paper("B")])
    index.rebuild([paper("B", revision=3), paper("C")])
    assert index.revisions() == {"B": 3, "C": 1}
    index.apply([], [paper("D")])
    assert set(found(ask(index))) == {"B", "C", "D"}
