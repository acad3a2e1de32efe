"""Labels: one for each box that a batch's papers lie in, saying what is in it."""

import pypdfium2
import pytest
import zxingcpp
from pdf2image import convert_from_path

from ingest.importing import Request, run_import
from ingest.labels import boxes_of, print_labels
from ingest.payload import read_payload
from warehouse.errors import NotFound, UsageError
from warehouse.rights import Actor

pytestmark = pytest.mark.engineless

CLERK = Actor("clerk")


@pytest.fixture
def boxes(services, paper, tmp_path):
    """Takes in papers with these rows of a list; gives the boxes of their batch."""

    def take(*rows):
        folder = tmp_path / "scans"
        folder.mkdir()
        lines = ["tên tệp,phông,mục lục,hộp,cặp,ngày ban hành"]
        for number, row in enumerate(rows):
            (folder / f"{number}.png").write_bytes(paper.read_bytes() + bytes([number]))
            lines.append(f"{number}.png,{row}")
        listed = tmp_path / "list.csv"
        listed.write_text("\n".join(lines), encoding="utf-8")
        batch = run_import(services, CLERK, Request(folder, "06184", listed))
        with services.database.write() as connection:
            return boxes_of(connection, CLERK, batch)

    return take


def test_box_has_one_label_with_its_folders_years_records_and_pages(boxes):
    [box] = boxes("P1,ML1,07,2,05/01/2019", "P1,ML1,07,10,06/02/2025", "P1,ML1,07,,")
    assert box.place == ("P1", "ML1", "07")
    assert (box.folders, box.years, box.records, box.pages) == ({"2", "10"}, {"2019", "2025"}, 3, 3)
    assert box.unit == "xã Đồng Đăng"


def test_boxes_are_parted_by_fonds_list_and_box_in_the_order_a_person_counts(boxes):
    places = [box.place for box in boxes("P1,ML1,10,,", "P1,ML1,9,,", "P1,ML2,9,,", ",,10,,")]
    assert places == [(None, None, "10"), ("P1", "ML1", "9"), ("P1", "ML1", "10"), ("P1", "ML2", "9")]


def test_papers_without_a_place_have_no_label(boxes):
    assert [box.records for box in boxes("P1,ML1,7,,", ",,,,")] == [1]


def test_batch_in_which_no_paper_has_a_place_is_a_clear_error(boxes):
    with pytest.raises(UsageError) as refused:
        boxes(",,,,")
    assert refused.value.reason == "no_places"


def test_labels_of_a_batch_that_is_not_there_are_not_found(services):
    with services.database.write() as connection, pytest.raises(NotFound):
        boxes_of(connection, CLERK, 99)


def test_labels_of_another_unit_are_not_found(services, take_in, paper):
    batch = take_in(services, paper)
    with services.database.write() as connection, pytest.raises(NotFound):
        boxes_of(connection, Actor("other", unit_id=1, grants=()), batch)


def test_eight_labels_stand_on_a_page_and_their_codes_name_the_boxes(boxes, tmp_path):
    found = boxes(*[f"Phông xã,ML1,Hộp {number},1,05/01/2019" for number in range(1, 10)])
    print_labels(tmp_path / "labels.pdf", found)
    first, second = convert_from_path(tmp_path / "labels.pdf", 150, grayscale=True)
    codes = [
        [read_payload(code.text)["box"] for code in zxingcpp.read_barcodes(page)] for page in (first, second)
    ]
    assert [len(on_page) for on_page in codes] == [8, 1]
    assert sorted([*codes[0], *codes[1]]) == [f"Hộp {number}" for number in range(1, 10)]
    with pypdfium2.PdfDocument(tmp_path / "labels.pdf") as document:
        text = document[0].get_textpage().get_text_bounded()
    assert "Xã Đồng Đăng" in text
    assert "Năm: 2019" in text
    assert "1 hồ sơ, 1 trang" in text
