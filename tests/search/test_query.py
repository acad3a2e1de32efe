import unicodedata

import pytest

from search.query import clauses_of
from warehouse.errors import UsageError


def folded(text: str) -> list[list[str]]:
    return [clause.folded for clause in clauses_of(text)]


def test_words_stand_alone_and_words_in_quotes_together() -> None:
    assert folded('Giấy "khai sinh"  Lan') == [["giay"], ["khai", "sinh"], ["lan"]]
    assert folded("“khai sinh”") == [["khai", "sinh"]]


def test_a_quote_that_is_not_closed_asks_for_the_rest_together() -> None:
    assert folded('giấy "khai sinh') == [["giay"], ["khai", "sinh"]]


def test_what_is_typed_without_spaces_stands_together() -> None:
    assert folded("H37.20-230913-0001 01/07/2025") == [["h37", "20", "230913", "0001"], ["01", "07", "2025"]]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_words_keep_their_marks_in_one_spelling(form: str) -> None:
    typed = unicodedata.normalize(form, "Hòa Thuỷ")  # type: ignore[arg-type]
    assert [clause.exact for clause in clauses_of(typed)] == [["hoà"], ["thuỷ"]]


@pytest.mark.parametrize(
    ("typed", "reference"),
    [
        ("12/QĐ-UBND", "12/qd-ubnd"),
        ("12 / QĐ-UBND,", "12/qd-ubnd"),
        ("(118/2025/nđ-cp)", "118/2025/nd-cp"),
        ("45/2019", "45/2019"),
        ("01/07/2025", None),
        ('"12/QĐ-UBND"', None),
        ("12/QĐ-UBND;13/QĐ-UBND", None),
        ("UBND", None),
    ],
)
def test_a_number_of_a_document_is_known_for_one(typed: str, reference: str | None) -> None:
    assert [clause.reference for clause in clauses_of(typed)] == [reference]


def test_nothing_typed_asks_for_everything_and_signs_alone_are_an_error() -> None:
    assert clauses_of("  ") == ()
    with pytest.raises(UsageError) as error:
        clauses_of(' "--" ')
    assert error.value.reason == "no_words"


@pytest.mark.parametrize(
    ("typed", "forgiven"), [("khai", True), ("ea", False), ("a12", False), ('"x y"', False)]
)
def test_only_a_single_word_of_three_letters_or_more_may_be_misspelt(typed: str, forgiven: bool) -> None:
    assert [clause.may_be_misspelt for clause in clauses_of(typed)] == [forgiven]
