import unicodedata

from search.snippet import LENGTH, Wanted, snippet

FILLER = " ".join(f"chữ{number}" for number in range(100))


def marked(values: list[str], *wanted: str) -> str:
    return snippet(values, Wanted(lambda _, folded: folded if folded in wanted else None, len(wanted)))


def test_words_found_are_marked_as_they_are_written_and_neighbours_as_one() -> None:
    assert (
        marked(["Trích lục\nGIẤY  Khai-sinh, bản sao"], "giay", "khai")
        == "Trích lục «GIẤY Khai»-sinh, bản sao"
    )


def test_letters_composed_apart_are_marked_whole() -> None:
    text = unicodedata.normalize("NFD", "bàn giao")
    assert unicodedata.normalize("NFC", marked([text], "ban")) == "«bàn» giao"


def test_the_first_place_where_all_words_stand_near_is_shown() -> None:
    text = f"giấy {FILLER} khai báo một giấy {FILLER} giấy khai {FILLER}"
    assert "«khai» báo một «giấy»" in marked([text], "giay", "khai")


def test_words_known_to_stand_together_are_shown_together() -> None:
    text = f"giấy {FILLER} khai báo một giấy {FILLER} giấy khai {FILLER}"
    together = Wanted(lambda _, word: word if word in ("giay", "khai") else None, 2, together=True)
    shown = snippet([text], together)
    assert "«giấy khai»" in shown
    assert (shown[0], shown[-1]) == ("…", "…")
    assert len(shown.split()) <= LENGTH


def test_a_value_without_the_word_gives_way_to_one_that_has_it() -> None:
    assert marked([FILLER, "quyết định", "Nông Thị Lan"], "lan") == "Nông Thị «Lan»"


def test_where_nothing_is_to_be_marked_the_text_begins() -> None:
    assert marked(["một hai"]) == "một hai"
    assert marked([]) == ""


def test_the_marks_stand_only_around_words_found() -> None:
    assert marked(["«khai» sinh"], "sinh") == '"khai" «sinh»'
