import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.manifest_rows import ManifestRow
from ingest.matching import MATCHINGS, Matched, Matching, match
from warehouse.reasons import reasons

pytestmark = pytest.mark.engineless


def row(cell: str, number: int, pages: tuple[int, int] | None = None, **values: str) -> ManifestRow:
    return ManifestRow(number, cell, pages, values=values)


def carried_over(cell: str, number: int) -> ManifestRow:
    return ManifestRow(number, cell, migrated={"source_system": "igate", "source_id": str(number)})


def numbered(*references: str) -> list[ManifestRow]:
    return [row("", number, reference_number=text) for number, text in enumerate(references, 2)]


def told(matched: Matched) -> list[tuple[int | None, str]]:
    return [(found.row, found.reason) for found in matched.problems if found.reason != "no_row"]


def test_files_are_matched_by_path_then_by_a_name_that_is_unique() -> None:
    paths = ["Hộp 1/a.pdf", "Hộp 1/b.PDF", "Hộp 2/a.pdf", unicodedata.normalize("NFD", "Hộp 2/Hòa.pdf")]
    rows = [row("Hộp 2/a.pdf", 2), row("B.pdf", 3), row("Hoà", 4)]
    matched = match(rows, paths)
    assert matched.files_of == {2: [paths[2]], 3: [paths[1]], 4: [paths[3]]}
    assert matched.without_row == ["Hộp 1/a.pdf"]
    [problem] = matched.problems
    assert (problem.path, problem.reason, problem.warning) == ("Hộp 1/a.pdf", "no_row", True)
    assert match([row("D:\\scan\\hộp 1\\b", 5)], paths).files_of == {5: ["Hộp 1/b.PDF"]}


def test_rows_that_name_no_file_or_several_are_left_out() -> None:
    matched = match([row("a", 2), row("c.pdf", 3), row("", 4)], ["1/a.pdf", "2/a.pdf"])
    assert matched.rows == []
    assert told(matched) == [(2, "ambiguous_file"), (3, "no_such_file"), (4, "missing_file_name")]


def test_a_file_has_one_row_or_rows_of_pages_that_lie_apart() -> None:
    rows = [
        row("a.pdf", 2), row("a.pdf", 3, (1, 3)), row("a.pdf", 4, (7, 9)), row("a.pdf", 5, (3, 4)),
        row("a.pdf", 6, (4, 6)), row("a.pdf", 7, (2, 8)), row("b.pdf", 8), row("b", 9),
    ]  # fmt: skip
    matched = match(rows, ["a.pdf", "b.pdf"])
    assert [row.row for row in matched.rows] == [3, 4, 6, 8]
    assert sorted(told(matched)) == [
        (2, "repeated_file"),
        (5, "overlapping_pages"),
        (7, "overlapping_pages"),
        (9, "repeated_file"),
    ]


@pytest.mark.parametrize("cell", ["b.pdf; a.pdf", "b\na", "b.pdf + a.pdf", "b.pdf, a.pdf", "b;b;a;"])
def test_a_cell_with_several_files_is_one_paper_over_them_in_its_own_order(cell: str) -> None:
    assert match([row(cell, 2)], ["a.pdf", "b.pdf"]).files_of == {2: ["b.pdf", "a.pdf"]}


def test_a_cell_is_tried_as_one_name_before_it_is_taken_for_several() -> None:
    paths = ["Lê An, Lê Bảo.pdf", "Lê An.pdf", "Lê Bảo.pdf", "x + y.pdf", "c, d.pdf"]
    rows = [row("Lê An, Lê Bảo", 2), row("x + y.pdf", 3), row("c, d.pdf; Lê An", 4)]
    assert match(rows, paths).files_of == {2: [paths[0]], 3: [paths[3]], 4: [paths[4], paths[1]]}


def test_of_several_files_the_one_that_is_missing_is_named_and_the_row_is_left_out() -> None:
    rows = [row("a.pdf; mất.pdf", 2), row("mất, b.pdf", 3), row("Lê An, Lê Bảo.pdf", 4)]
    matched = match(rows, ["a.pdf", "b.pdf"])
    assert matched.rows == []
    named = [(p.row, p.path) for p in matched.problems if p.row]
    assert named == [(2, "mất.pdf"), (3, "mất"), (4, "Lê An, Lê Bảo.pdf")]


def test_pages_of_a_row_with_several_files_are_reported_and_left_out() -> None:
    matched = match([row("a.pdf; b.pdf", 2, (1, 3))], ["a.pdf", "b.pdf"])
    assert [found.pages for found in matched.rows] == [None]
    [problem] = matched.problems
    assert (problem.row, problem.reason, problem.value) == (2, "pages_of_several_files", "1-3")


def test_a_row_of_several_files_leaves_them_all_free_if_one_is_taken() -> None:
    matched = match([row("a", 2), row("a; b", 3), row("b", 4)], ["a.pdf", "b.pdf"])
    assert matched.files_of == {2: ["a.pdf"], 4: ["b.pdf"]}
    assert told(matched) == [(3, "repeated_file")]


def test_rows_of_an_older_system_stay_without_a_file() -> None:
    matched = match([carried_over("a.pdf", 2), carried_over("mất.pdf", 3), carried_over("", 4)], ["a.pdf"])
    assert matched.files_of == {2: ["a.pdf"], 3: [], 4: []}
    assert [(p.row, p.path, p.reason, p.warning) for p in matched.problems] == [
        (3, "mất.pdf", "metadata_only", True),
        (4, None, "metadata_only", True),
    ]
    assert match([carried_over("", 2)], []).files_of == {2: []}


def test_by_sequence_rows_meet_files_as_a_person_counts_them() -> None:
    paths = ["Hộp 10/1.pdf", "Hộp 2/scan10.pdf", "Hộp 2/scan2.pdf"]
    matched = match([row("", 2), row("", 3), row("", 4)], paths, "sequence")
    assert matched.files_of == {2: ["Hộp 2/scan2.pdf"], 3: ["Hộp 2/scan10.pdf"], 4: ["Hộp 10/1.pdf"]}


def test_by_sequence_nothing_is_matched_unless_rows_and_files_are_as_many() -> None:
    matched = match([row("", 2), carried_over("", 3)], ["a.pdf"], "sequence")
    assert matched.files_of == {3: []}
    assert matched.without_row == ["a.pdf"]
    [problem] = matched.problems
    assert (problem.reason, problem.value, problem.warning) == ("counts_differ", "2/1", False)


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("12-2019-QD-UBND.pdf", "12/2019/QĐ-UBND"),
        ("12_QĐ-UBND.pdf", "12/2019/QĐ-UBND"),
        ("Hộp 3/2019.03.05 QĐ 012-QĐ-UBND Lê An.pdf", "12/2019/QĐ-UBND"),
        ("Khai sinh 045.2019.pdf", "45/2019"),
        ("BX123456.pdf", "BX 123456"),
        ("GPKD 0100109106 ban chinh.pdf", "0100109106"),
    ],
)
def test_by_number_a_name_that_holds_the_reference_number_finds_its_row(name: str, reference: str) -> None:
    rows = numbered("112/2019/QĐ-UBND", "12/2019/QĐ-UBND-NV", "5/2019", "BX 12345678", reference)
    matched = match(rows, ["khác.pdf", name], "number")
    assert matched.files_of == {6: [name]}
    assert matched.without_row == ["khác.pdf"]


def test_by_number_the_year_of_issue_tells_equal_numbers_apart() -> None:
    rows = [
        row("", 2, reference_number="12/QĐ-UBND", issued_on="2018-01-02"),
        row("", 3, reference_number="12/QĐ-UBND", issued_on="2019"),
    ]
    matched = match(rows, ["12-QD-UBND-2019.pdf", "12-2018-QD-UBND.pdf"], "number")
    assert matched.files_of == {2: ["12-2018-QD-UBND.pdf"], 3: ["12-QD-UBND-2019.pdf"]}
    assert match(rows[:1], ["12-QD-UBND 2019.pdf"], "number").files_of == {}


def test_by_number_nothing_is_guessed_when_names_or_rows_are_alike() -> None:
    matched = match(numbered("12/QĐ-UBND", "13/QĐ-UBND", "13/QĐ-UBND", "14/QĐ-UBND"),
                    ["12-QD-UBND.pdf", "12 qđ ubnd (2).pdf", "13-QĐ-UBND.pdf", "14-QĐ-UBND.pdf"],
                    "number")  # fmt: skip
    assert matched.files_of == {5: ["14-QĐ-UBND.pdf"]}
    assert told(matched) == [(2, "ambiguous_file"), (3, "ambiguous_file"), (4, "ambiguous_file")]


def entries(*registered: tuple[str, str, str]) -> list[ManifestRow]:
    return [
        row("", number, register_entry=entry, register_book=book, register_year=year)
        for number, (entry, book, year) in enumerate(registered, 2)
    ]


@pytest.mark.parametrize("name", ["KS.2019.01.012.pdf", "012.pdf", "số 12.pdf", "KS 2019-12.tif"])
def test_by_entry_the_last_number_of_a_name_is_the_entry(name: str) -> None:
    rows = entries(("12", "1", "2019"), ("112", "1", "2019"), ("1", "12", "2019"))
    assert match(rows, [name], "entry").files_of == {2: [name]}


def test_by_entry_another_book_or_year_in_the_name_is_another_paper() -> None:
    rows = entries(("012", "01", "2019"))
    matched = match(rows, ["KS.2018.01.012.pdf", "KS.2019.02.012.pdf"], "entry")
    assert matched.files_of == {}
    assert told(matched) == [(2, "no_such_file")]


def test_by_entry_the_folder_tells_books_apart() -> None:
    rows = entries(("12", "1", "2019"), ("12", "2", "2019"), ("12", "1", "2020"))
    paths = ["2019/Quyển 01/012.pdf", "2019/Quyển 02/012.pdf", "2020/Quyển 01/012.pdf"]
    assert match(rows, paths, "entry").files_of == {2: [paths[0]], 3: [paths[1]], 4: [paths[2]]}
    assert told(match(rows, ["012.pdf"], "entry")) == [(number, "ambiguous_file") for number in (2, 3, 4)]


def test_a_list_without_file_names_meets_files_by_number_or_entry_if_every_row_finds_one() -> None:
    by_number = match(numbered("12/QĐ-UBND", "13/QĐ-UBND"), ["13-QĐ-UBND.pdf", "12-QĐ-UBND.pdf", "x.pdf"])
    assert by_number.files_of == {2: ["12-QĐ-UBND.pdf"], 3: ["13-QĐ-UBND.pdf"]}
    assert match(entries(("7", "1", "2019")), ["007.pdf"]).files_of == {2: ["007.pdf"]}
    unclear = match(numbered("12/QĐ-UBND", "13/QĐ-UBND"), ["13-QĐ-UBND.pdf", "x.pdf"])
    assert unclear.files_of == {}
    assert [(p.reason, p.warning) for p in unclear.problems] == [("no_file_column", False)]
    assert unclear.without_row == ["13-QĐ-UBND.pdf", "x.pdf"]


def test_every_problem_of_matching_has_its_sentence() -> None:
    assert {
        "missing_file_name", "no_such_file", "ambiguous_file", "repeated_file", "overlapping_pages", "no_row",
        "counts_differ", "no_file_column", "pages_of_several_files", "metadata_only",
    } <= set(reasons())  # fmt: skip


NAMES = st.sampled_from(
    ["a.pdf", "1/a.pdf", "12-QĐ-UBND.pdf", "12.pdf", "B.TIF", "b", "a.pdf; 12", "", "+", ",;"]
)
ROWS = st.lists(
    st.tuples(NAMES, st.none() | st.tuples(st.integers(1, 3), st.integers(3, 5)), st.booleans(),
              st.dictionaries(st.sampled_from(["reference_number", "register_entry", "register_year"]),
                              st.sampled_from(["12/QĐ-UBND", "12", "012", "2019"]))),
    max_size=8,
)  # fmt: skip


@given(ROWS, st.lists(NAMES.filter(bool), max_size=8, unique=True), st.sampled_from(MATCHINGS))
@settings(max_examples=200, deadline=None)
def test_whatever_the_list_no_page_is_given_twice_and_no_row_and_file_is_forgotten(
    drawn: list[tuple[str, tuple[int, int] | None, bool, dict[str, str]]], paths: list[str], how: Matching
) -> None:
    rows = [
        ManifestRow(number, cell, pages, values=values, migrated={"source_system": "x"} if old else None)
        for number, (cell, pages, old, values) in enumerate(drawn, 2)
    ]
    matched = match(rows, paths, how)
    whole = (1, 99)
    given_pages = [
        (path, page)
        for found in matched.rows
        for path in matched.files_of[found.row]
        for page in range((found.pages or whole)[0], (found.pages or whole)[1] + 1)
    ]
    assert len(given_pages) == len(set(given_pages))
    assert [found.row for found in matched.rows] == sorted(matched.files_of)
    reported = {found.row for found in matched.problems}
    assert all(found.row in matched.files_of or found.row in reported or None in reported for found in rows)
    assert {path for path, _ in given_pages}.isdisjoint(matched.without_row)
