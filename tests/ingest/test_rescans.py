"""Two scans of one paper are told from two papers of one form, without looking at the whole archive."""

from datetime import UTC, date, datetime
from random import Random

import pytest
from sqlalchemy import event, insert, select, update

from ingest.prints import MARKS, may_be_one_paper, print_of
from ingest.rescans import COMMON, find_rescans, rescans_of
from samples.layout import compose
from samples.papers import write_paper
from samples.units import UNITS
from warehouse.records import FieldValue
from warehouse.registry import NewPart, NewRecord, register
from warehouse.rights import Actor
from warehouse.tables import batches, files, objects, pages, prints, records, units
from warehouse.values import add_values

NOW = datetime(2026, 11, 1, tzinfo=UTC)
FORM = "giay-khai-sinh"
HASH = "9f3c5a7e01b264d8"


def certificate(serial, form=FORM):
    """The text of a paper of that form and one commune, issued on one day to different people."""
    paper = write_paper(form, UNITS["24373"], date(2025, 3, 6), 1, serial, Random(serial))
    return "\n".join(sheet.text for sheet in compose(paper))


def misread(text, every=17):
    """As a worse scan is read: here and there a letter or digit is another one."""
    letters = list(text)
    for place in range(every, len(letters), every * 7):
        letters[place] = "8" if letters[place].isdigit() else "x"
    return "".join(letters)


class Archive:
    """Records of two communes, each a file of one page."""

    def __init__(self, database):
        self.database = database
        with database.write() as connection:
            common = {"level": "commune", "valid_from": date(2025, 7, 1)}
            connection.execute(insert(units), [{"code": code, "name": code, **common} for code in "ab"])
            connection.execute(
                insert(batches),
                [
                    {"unit_id": unit, "source": "x", "manner": "stock", "created_at": NOW, "created_by": "x"}
                    for unit in (1, 2)
                ],
            )

    def add(self, text, unit=1, image_hash=HASH, status="ok", **values):
        """File a paper: its record's id and what was found of rescans."""
        with self.database.write() as connection:
            sha256 = f"{len(connection.execute(select(files.c.id)).all()):064}"
            connection.execute(insert(objects), {"sha256": sha256, "size": 1, "stored_at": NOW})
            new = {"unit_id": unit, "sha256": sha256, "state": "registered", "pages": 1, "received_at": NOW}
            file_id = connection.execute(insert(files), new).inserted_primary_key[0]
            page = {"status": status, "width": 1, "height": 1, "path": "zones", "read_at": NOW, "codes": []}
            connection.execute(
                insert(pages),
                {"file_id": file_id, "number": 1, "text": text, "image_hash": image_hash, **page},
            )
            paper = NewRecord([NewPart(file_id, 1, 1)], None, unit, unit, "result", hidden=False)
            [record_id] = register(connection, Actor("x"), [paper])
            read = [FieldValue(name, value, "ocr", 0.95) for name, value in values.items()]
            add_values(connection, {record_id: read})
        return record_id, self.file(record_id)

    def file(self, record_id):
        """What filing finds."""
        with self.database.write() as connection:
            return find_rescans(connection, record_id)

    def id_of(self, record_id):
        with self.database.read() as connection:
            return connection.scalar(select(records.c.public_id).where(records.c.id == record_id))

    def shown(self, record_id):
        with self.database.read() as connection:
            return rescans_of(connection, Actor("x"), record_id)


@pytest.fixture
def archive(database):
    return Archive(database)


@pytest.mark.parametrize(
    "form", [FORM, "giay-chung-nhan-ket-hon", "quyet-dinh-tro-cap-xa-hoi", "giay-phep-lai-xe"]
)
def test_papers_of_one_form_commune_and_day_are_not_taken_for_one_another(form):
    found = [print_of(certificate(serial, form), HASH) for serial in range(20)]
    assert not any(may_be_one_paper(one, other) for one in found for other in found if one is not other)


@pytest.mark.parametrize("form", [FORM, "cong-van", "to-trinh", "giay-phep-moi-truong"])
def test_paper_that_was_read_worse_the_second_time_is_still_the_same(form):
    one, other = print_of(certificate(3, form), HASH), print_of(misread(certificate(3, form)), "0" * 16)
    assert may_be_one_paper(one, other)
    assert one.marks & other.marks


def test_rescan_is_shown_on_both_records_and_told_to_the_later_one_only(archive):
    first, nothing = archive.add(certificate(1))
    second, reasons = archive.add(misread(certificate(1)), image_hash="9f3c5a7e01b264db")
    assert (nothing, reasons) == ([], [f"possible_duplicate:{archive.id_of(first)}"])
    [of_first], [of_second] = archive.shown(first), archive.shown(second)
    assert (of_first["record"], of_second["record"]) == (archive.id_of(second), archive.id_of(first))
    assert of_first["image_distance"] == of_second["image_distance"] == 2
    assert 0.7 < of_first["text_similarity"] < 1


def test_filing_again_tells_the_same_and_adds_nothing(archive):
    first, _ = archive.add(certificate(1))
    second, reasons = archive.add(certificate(1))
    assert archive.file(second) == reasons
    assert archive.file(first) == []
    assert len(archive.shown(first)) == len(archive.shown(second)) == 1


def test_rescan_of_another_custodian_stays_unknown(archive):
    archive.add(certificate(1), unit=1)
    _, reasons = archive.add(certificate(1), unit=2)
    assert reasons == []


@pytest.mark.parametrize("state", ["quarantined", "withdrawn"])
def test_nobody_is_told_of_a_record_that_is_set_apart(archive, state):
    first, _ = archive.add(certificate(1))
    with archive.database.write() as connection:
        connection.execute(update(records).where(records.c.id == first).values(work=state))
    second, reasons = archive.add(certificate(1))
    assert (reasons, archive.shown(second)) == ([], [])


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("reference_number", "45/2025", "46/2025"),
        ("holder_name", "Lê Thị Ánh", "Lê Thị Hồng"),
        ("holder_id", "020093576089", "020193576083"),
        ("issued_on", "2025-03-06", "2025-03-07"),
    ],
)
def test_papers_that_differ_surely_in_number_holder_or_day_are_two(archive, name, one, other):
    archive.add(certificate(1), **{name: one})
    assert archive.add(certificate(1), **{name: other})[1] == []
    assert archive.add(certificate(1), **{name: one})[1] != []


def test_tone_that_was_read_otherwise_makes_no_other_holder(archive):
    archive.add(certificate(1), holder_name="Nguyễn Hữu Toản")
    assert archive.add(certificate(1), holder_name="NGUYỄN HỮU TOÁN.")[1] != []


def test_drawings_without_text_are_told_by_their_picture_alone(archive):
    first, _ = archive.add("", image_hash="ffff0000ffff0000")
    assert archive.add("", image_hash="ffff0000ffff00ff")[1] == []
    assert archive.add("", image_hash="ffff0000ffff0105")[1] == [f"possible_duplicate:{archive.id_of(first)}"]


def test_little_text_must_be_the_same_as_well_as_the_picture(archive):
    archive.add("Trang 1\nDòng 2")
    assert archive.add("Trang 3\nDòng 2")[1] == []
    assert archive.add("Trang 1\nDòng 2")[1] != []


def test_blank_pages_are_alike_and_tell_nothing(archive):
    archive.add("", status="blank")
    assert archive.add("", status="blank")[1] == []


def test_papers_that_share_a_page_of_a_register_are_not_rescans(archive):
    first, _ = archive.add(certificate(1))
    with archive.database.write() as connection:
        paper = NewRecord([NewPart(first, 1, 1)], None, 1, 1, "result", hidden=False)
        [second] = register(connection, Actor("x"), [paper])
        assert find_rescans(connection, second) == []


def test_mark_that_many_papers_bear_is_passed_over_and_costs_a_bounded_look(archive):
    first, _ = archive.add(certificate(1))
    with archive.database.write() as connection:
        marks = connection.scalars(select(prints.c.mark).where(prints.c.record_id == first)).all()
        assert 0 < len(marks) <= 2 * MARKS
        paper = NewRecord([], None, 1, 1, "result", hidden=False)
        others = register(connection, Actor("x"), [paper] * COMMON)
        rows = [{"record_id": other, "mark": mark, "custodian_id": 1} for other in others for mark in marks]
        connection.execute(insert(prints), rows)
    seen = []
    event.listen(archive.database.engine, "after_cursor_execute", lambda *args: seen.append(args[2]))
    assert archive.add(certificate(1))[1] == []
    assert len(seen) < 2 * MARKS + 20
