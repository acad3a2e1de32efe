from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, insert, select

from warehouse.approval import approve, approve_batch
from warehouse.database import Database
from warehouse.errors import Conflict, NotFound, UsageError
from warehouse.rights import Actor
from warehouse.suspicion import Suspicion, confirm_batch, judge, said, suspicion
from warehouse.tables import audit, batches, fields, manifest_rows, records, units

OPERATOR = Actor("operator")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PEOPLE = ["Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Chi", "Phạm Đức Dũng", "Hoàng Thị Én", "Vi Văn Giang",
          "Lương Thị Hạnh", "Nông Quốc Khánh", "Lý Thị Lan", "Chu Văn Minh", "Bế Thị Nga", "Đàm Văn Phú"]  # fmt: skip


def papers(*names: str) -> dict[int, dict[str, str]]:
    return {place: said({"holder_name": name}) for place, name in enumerate(names)}


def test_a_list_that_fits_its_papers_is_not_suspect() -> None:
    assert judge(papers(*PEOPLE), papers(*PEOPLE)) is None
    assert judge(papers(*PEOPLE), {}) is None
    assert judge({}, papers(*PEOPLE)) is None


@pytest.mark.parametrize("shift", [-3, -2, -1, 1, 2, 3])
def test_a_list_shifted_by_up_to_three_rows_is_recognised_with_its_shift(shift: int) -> None:
    listed = {place + shift: paper for place, paper in papers(*PEOPLE).items()}
    found = judge(listed, papers(*PEOPLE))
    assert found is not None
    assert (found.readable, found.best_shift) == (12 - abs(shift), shift)
    assert found.agreeing_at_shift == found.disagreeing == 12 - abs(shift)


def test_a_list_whose_last_rows_are_shifted_is_suspect_though_most_rows_agree() -> None:
    many = [f"{name} {number}" for number, name in enumerate(PEOPLE * 10)]
    listed = [*many[:110], "Triệu Thị Xen", *many[110:-1]]
    assert judge(papers(*listed), papers(*many)) == Suspicion(120, 10, 1, 9)


def test_a_list_of_which_more_than_a_fifth_differs_is_suspect() -> None:
    wrong = ["Ma Thị Tươi", "Mã Văn Uy", "Hứa Văn Vượng"]
    assert judge(papers(*wrong[:2], *PEOPLE[2:10]), papers(*PEOPLE[:10])) is None
    assert judge(papers(*wrong, *PEOPLE[3:10]), papers(*PEOPLE[:10])) == Suspicion(10, 3, 0, 0)


def test_a_few_papers_all_over_the_list_show_a_shift() -> None:
    listed = {place + 1: paper for place, paper in papers(*PEOPLE).items()}
    read = papers(*PEOPLE)
    found = judge(listed, {place: read[place] for place in (2, 6, 10)})
    assert found == Suspicion(3, 3, 1, 3)


def test_spelling_and_precision_are_no_disagreement() -> None:
    listed = {"holder_name": "NGUYỄN VĂN HOÀ", "reference_number": "01/QĐ-UBND", "issued_on": "2019"}
    read = {"holder_name": "Nguyễn Văn Hòà", "reference_number": "1/QĐ-UBND", "issued_on": "2019-03-05"}
    assert judge({0: said(listed)}, {0: said(read)}) is None


def test_one_of_three_values_that_differs_makes_no_other_paper() -> None:
    listed = {"holder_name": PEOPLE[0], "reference_number": "1/QĐ-UBND", "issued_on": "2019-03-05"}
    assert judge({0: said(listed)}, {0: said({**listed, "issued_on": "2019-03-06"})}) is None
    other = {**listed, "holder_name": PEOPLE[1], "reference_number": "2/QĐ-UBND"}
    assert judge({0: said(listed)}, {0: said(other)}) is None  # one wrong row is a wrong row
    assert judge(dict.fromkeys((0, 1), said(listed)), dict.fromkeys((0, 1), said(other))) == Suspicion(
        2, 2, 0, 0
    )


def test_neighbours_of_one_day_do_not_look_shifted() -> None:
    same_day = {place: said({"issued_on": "2019-03-05", "holder_name": name})
                for place, name in enumerate(PEOPLE)}  # fmt: skip
    listed = {**same_day, 5: said({"issued_on": "2019-03-05", "holder_name": "Ma Thị Tươi"})}
    assert judge(listed, same_day) is None


@pytest.fixture
def connection(database: Database):  # type: ignore[no-untyped-def]
    with database.write() as opened:
        yield opened


def make_batch(
    connection: Connection,
    listed: list[str],
    read: list[str],
    *,
    confidence: float = 0.95,
    origin: str = "ocr",
) -> int:
    """A batch of ready records, one a row."""
    unit = {"code": "06184", "name": "xã Đồng Đăng", "level": "commune", "valid_from": NOW.date()}
    unit_id = connection.scalar(select(units.c.id)) or _new(connection, units, unit)
    batch_id = _new(
        connection, batches,
        {"unit_id": unit_id, "source": "/x", "manner": "stock", "created_at": NOW, "created_by": "clerk"},
    )  # fmt: skip
    for place, (name, paper) in enumerate(zip(listed, read, strict=True)):
        record_id = _new(connection, records, {
            "public_id": f"R{batch_id:02}{place:06}", "kind": "result", "batch_id": batch_id,
            "digitised_by_id": unit_id, "custodian_id": unit_id, "work": "ready", "availability": "released",
            "review": [], "revision": 1, "received_at": NOW, "valid_kind": "UNKNOWN",
        })  # fmt: skip
        _new(connection, manifest_rows, {
            "batch_id": batch_id, "row": place + 2, "kind": "result", "location": {}, "record_id": record_id,
            "values": {"holder_name": [name, ""]}, "proposals": {},
        })  # fmt: skip
        say(connection, record_id, paper, origin=origin, confidence=confidence)
    return batch_id


def say(
    connection: Connection,
    record_id: int,
    name: str,
    *,
    origin: str,
    confidence: float = 1.0,
    version: int = 1,
) -> None:
    _new(connection, fields, {
        "record_id": record_id, "name": "holder_name", "group": "", "ordinal": 0, "origin": origin,
        "version": version, "value": name, "precision": "", "confidence": confidence, "created_at": NOW,
    })  # fmt: skip


def _new(connection, table, row) -> int:  # type: ignore[no-untyped-def]
    return int(connection.execute(insert(table).returning(table.c.id), row).scalar_one())


SHIFTED = [*PEOPLE[-1:], *PEOPLE[:-1]]


def test_a_batch_is_compared_by_its_rows_and_what_was_read_of_their_records(connection) -> None:
    assert suspicion(connection, make_batch(connection, PEOPLE, PEOPLE)) is None
    found = suspicion(connection, make_batch(connection, SHIFTED, PEOPLE))
    assert found is not None
    assert (found.readable, found.disagreeing, found.best_shift, found.agreeing_at_shift) == (12, 12, 1, 11)
    assert "11" in found.as_json()["message"]["vi"]


def test_what_was_read_with_little_confidence_says_nothing_against_a_list(connection) -> None:
    assert suspicion(connection, make_batch(connection, SHIFTED, PEOPLE, confidence=0.5)) is None


def test_what_a_person_typed_is_not_what_was_read(connection) -> None:
    assert suspicion(connection, make_batch(connection, SHIFTED, PEOPLE, origin="human")) is None


def test_the_newest_reading_of_the_best_origin_counts(connection) -> None:
    batch = make_batch(connection, PEOPLE[:2], ["Ma Thị Tươi", "Ma Thị Tươi"])
    assert suspicion(connection, batch) is not None
    record_id = connection.scalar(select(records.c.id).order_by(records.c.id))
    say(connection, record_id, PEOPLE[0], origin="ocr", version=2)
    assert suspicion(connection, batch) is None
    say(connection, record_id, "Mã Văn Uy", origin="qr")
    assert suspicion(connection, batch) is not None


def test_nothing_of_a_suspect_batch_is_approved_in_bulk_until_a_person_confirms_it(connection) -> None:
    batch = make_batch(connection, SHIFTED, PEOPLE)
    with pytest.raises(Conflict) as refused:
        approve_batch(connection, OPERATOR, batch, None)
    assert (refused.value.reason, refused.value.detail["batch"]) == ("batch_suspect", str(batch))
    assert set(connection.scalars(select(records.c.work))) == {"ready"}
    confirm_batch(connection, OPERATOR, batch, " đã so 12 giấy với danh mục ")
    assert approve_batch(connection, OPERATOR, batch, None) == (12, None)
    row = connection.execute(select(batches)).one()
    assert (row.confirmed_by, row.confirm_note) == ("operator", "đã so 12 giấy với danh mục")
    assert '"action":"confirm"' in "".join(connection.scalars(select(audit.c.entry)))


def test_single_records_of_a_suspect_batch_can_be_approved(connection) -> None:
    make_batch(connection, SHIFTED, PEOPLE)
    assert approve(connection, OPERATOR, ["R01000000"]) == 1


def test_a_confirmation_is_for_suspect_batches_that_one_may_see_and_has_a_reason(connection) -> None:
    sound, suspect = make_batch(connection, PEOPLE, PEOPLE), make_batch(connection, SHIFTED, PEOPLE)
    with pytest.raises(Conflict):
        confirm_batch(connection, OPERATOR, sound, "vì sao không")
    with pytest.raises(UsageError):
        confirm_batch(connection, OPERATOR, suspect, " ")
    for actor, batch in ((Actor("stranger", unit_id=99, grants=()), suspect), (OPERATOR, 77)):
        with pytest.raises(NotFound):
            confirm_batch(connection, actor, batch, "đã so")
