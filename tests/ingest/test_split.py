"""Where a file of several papers is parted, and that no page of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.payload import SEPARATOR, SEPARATOR_BAR, write_payload
from ingest.split import Paper, divide, papers_every, parse_split
from warehouse.errors import UsageError
from warehouse.records import FieldValue

pytestmark = pytest.mark.engineless

SHEET = write_payload(SEPARATOR)


def page(number, sign):
    """t: text, b: blank, f: failed, s: separator sheet, c: a sheet whose QR is torn, q: a QR of others."""
    status = {"b": "blank", "f": "failed"}.get(sign, "ok")
    codes = {"s": [SHEET], "c": [SEPARATOR_BAR], "q": ["https://example.vn"], "f": []}.get(sign, [])
    return {"number": number, "status": status, "codes": codes}


def pages(signs):
    return [page(number, sign) for number, sign in enumerate(signs, start=1) if sign != "-"]


def ranges(division):
    return [(paper.page_from, paper.page_to) for paper in division.papers]


@pytest.mark.parametrize("text", ["", "every", "every=0", "every=-1", "every=x", "blanks", "SEPARATOR"])
def test_split_that_nobody_understands_is_refused_with_its_text(text):
    with pytest.raises(UsageError) as refused:
        parse_split(text)
    assert refused.value.reason == "bad_split"
    assert refused.value.detail == {"text": text}


def test_last_of_equal_papers_may_be_shorter():
    assert papers_every(7, parse_split("every=3").every) == [(1, 3), (4, 6), (7, 7)]


@pytest.mark.parametrize(
    ("way", "signs", "papers", "left_out"),
    [
        ("separator", "sttst", [(2, 3), (5, 5)], {1: "separator", 4: "separator"}),
        ("separator", "sbttsbt", [(3, 4), (7, 7)], {1: "separator", 2: "blank", 5: "separator", 6: "blank"}),
        ("separator", "ttct", [(1, 2), (4, 4)], {3: "separator"}),
        ("separator", "stbtqt", [(2, 6)], {1: "separator"}),
        ("separator", "sbbt", [(3, 4)], {1: "separator", 2: "blank"}),
        ("separator", "sfts-t", [(2, 3), (5, 6)], {1: "separator", 4: "separator"}),
        ("separator", "sstss", [(3, 3)], {1: "separator", 2: "separator", 4: "separator", 5: "separator"}),
        ("blank", "tbtbbt", [(1, 1), (3, 3), (6, 6)], {2: "blank", 4: "blank", 5: "blank"}),
        ("blank", "btftb", [(2, 4)], {1: "blank", 5: "blank"}),
        ("blank", "tb-t", [(1, 1), (3, 4)], {2: "blank"}),
    ],
)
def test_sheets_or_blank_pages_part_papers_and_are_left_out(way, signs, papers, left_out):
    division = divide(parse_split(way), pages(signs), len(signs))
    assert ranges(division) == papers
    assert division.left_out == left_out
    assert not any(paper.review for paper in division.papers)


@pytest.mark.parametrize(
    ("way", "signs", "reason"),
    [
        ("separator", "tbt", "no_separator_found"),
        ("blank", "tst", "no_blank_found"),
        ("separator", "sbs", "only_separators"),
        ("blank", "bb", "only_separators"),
    ],
)
def test_file_that_cannot_be_parted_is_one_paper_for_an_officer(way, signs, reason):
    division = divide(parse_split(way), pages(signs), len(signs))
    assert division.papers == (Paper(1, len(signs), review=(reason,)),)
    assert division.left_out == {}


@given(st.sampled_from(["blank", "separator"]), st.text("tbfscq-", min_size=1, max_size=40))
def test_every_page_is_in_one_paper_or_left_out_and_failed_ones_always_in_a_paper(way, signs):
    division = divide(parse_split(way), pages(signs), len(signs))
    held = [number for first, last in ranges(division) for number in range(first, last + 1)]
    assert sorted([*held, *division.left_out]) == list(range(1, len(signs) + 1))
    assert {number for number, sign in enumerate(signs, start=1) if sign in "f-t"} <= set(held)


def test_values_on_a_sheet_go_to_the_paper_behind_it_and_bad_ones_to_an_officer():
    said = {"doc_type": "Giấy khai sinh", "issued_on": "31/02/2020", "colour": "đỏ", "holder_name": " "}
    found = pages("tsbt")
    found[1]["codes"] = [write_payload({**SEPARATOR, **said})]
    first, second = divide(parse_split("separator"), found, 4).papers
    assert first == Paper(1, 1)
    assert second.values == (FieldValue("doc_type", "Giấy khai sinh", "qr"),)
    assert second.review == tuple(f"bad_separator_value:{name}" for name in list(said)[1:])
