"""Several papers in one file: separator sheets, blank pages, or so many pages each; no page is lost."""

from pathlib import Path

import pytest
from pdf2image import convert_from_path
from PIL import Image

LETTER = ["UBND XÃ ĐỒNG ĐĂNG", "Số: 12/QĐ-UBND", "QUYẾT ĐỊNH", "Về việc hỗ trợ gia đình"]


@pytest.fixture
def stack(khoso, scans, draw, tmp_path):
    """Makes a scanned stack: s a separator sheet, b a blank page, anything else a page with text."""

    def make(signs, *settings):
        khoso.run("separator", "--out", tmp_path / "sheet.pdf", *settings)
        [sheet] = convert_from_path(tmp_path / "sheet.pdf", 100, grayscale=True)
        pages = []
        for number, sign in enumerate(signs):
            written = Image.open(draw(tmp_path / f"{number}.png", [*LETTER, f"Trang {number + 1}"]))
            pages.append({"s": sheet, "b": Image.new("L", sheet.size, 253)}.get(sign, written))
        pages[0].save(scans / "tập.pdf", save_all=True, append_images=pages[1:], resolution=100)
        return scans

    return make


def ranges(khoso, account):
    """First and last page of each record of the batch's only file."""
    shown = [khoso.json("show", record) for record in account["items"][0]["records"]]
    return [(one["parts"][0]["page_from"], one["parts"][0]["page_to"]) for one in shown]


def shown(khoso, account):
    return [khoso.json("show", record) for record in account["items"][0]["records"]]


def test_separator_sheets_part_a_stack_and_say_what_lies_behind_them(khoso, stack):
    folder = stack("sbttstbt", "--set", "doc_type=Quyết định", "--set", "holder_name=Lê Thị Ánh")
    account = khoso.read(folder, "--split", "separator", "--set", "box=07")
    assert ranges(khoso, account) == [(3, 4), (6, 8)]
    assert account["pages"] == {"in": 8, "assigned": 5, "blank": 1, "dropped": 2}
    for record in shown(khoso, account):
        holder = record["fields"]["holder_name"]
        assert (holder["value"], holder["origin"]) == ("Lê Thị Ánh", "qr")
    assert khoso.rows("SELECT box FROM locations") == [("07",), ("07",)]
    assert khoso.json("verify")["ok"]


def test_record_of_the_file_becomes_its_first_paper(khoso, stack):
    batch = khoso.take_in(stack("tst"), "--split", "separator")
    [before] = batch["items"][0]["records"]
    khoso.work()
    after = khoso.json("batch", "show", batch["batch"])["items"][0]["records"]
    assert after[0] == before
    assert len(after) == 2
    assert set(khoso.found("quyết định")) == set(after)


def test_blank_pages_part_papers_where_that_is_asked(khoso, stack):
    account = khoso.read(stack("tbbtt"), "--split", "blank")
    assert ranges(khoso, account) == [(1, 1), (4, 5)]
    assert account["pages"] == {"in": 5, "assigned": 3, "blank": 2, "dropped": 0}


def test_blank_page_stays_in_its_paper_where_nobody_asked(khoso, stack):
    account = khoso.read(stack("tbt"))
    assert ranges(khoso, account) == [(1, 3)]
    assert account["pages"] == {"in": 3, "assigned": 3, "blank": 0, "dropped": 0}


def test_stack_without_a_sheet_is_one_record_for_an_officer(khoso, stack):
    account = khoso.read(stack("tt"), "--split", "separator")
    [record] = shown(khoso, account)
    assert "no_separator_found" in record["review"]
    assert record["state"] == "needs_review"


def test_equal_papers_are_parted_before_anything_is_read(khoso, stack):
    account = khoso.take_in(stack("ttttt"), "--split", "every=2")
    assert ranges(khoso, account) == [(1, 2), (3, 4), (5, 5)]
    assert account["pages"] == {"in": 5, "assigned": 5, "blank": 0, "dropped": 0}


def test_file_that_a_list_describes_stays_as_the_list_says(khoso, stack, listed):
    rows = listed("file,holder_name", "tập.pdf,Lê An")
    account = khoso.read(stack("tst"), "--split", "separator", "--manifest", rows)
    assert ranges(khoso, account) == [(1, 3)]


def test_filing_again_divides_nothing_twice(khoso, stack, listed):
    account = khoso.read(stack("tst"), "--split", "separator")
    papers = ranges(khoso, account)
    rows = listed("file,pages,holder_name", "tập.pdf,3,Lê Thị Ánh")
    khoso.take_in(Path(khoso.rows("SELECT source FROM batches")[0][0]), "--manifest", rows)
    khoso.work()
    again = khoso.json("batch", "show", account["batch"])
    assert ranges(khoso, again) == papers == [(1, 1), (3, 3)]
    assert shown(khoso, again)[1]["fields"]["holder_name"]["value"] == "Lê Thị Ánh"


def test_way_to_split_that_nobody_understands_is_refused(khoso, stack):
    assert "[bad_split]" in khoso.outcome("import", stack("t"), "--unit", "06184", "--split", "half").stderr
    assert khoso.rows("SELECT * FROM batches") == []
