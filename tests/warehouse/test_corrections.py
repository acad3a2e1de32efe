"""What a person says of a field: kept beside all that was said before, and stronger than it."""

import json

import pytest
from sqlalchemy import Connection, insert, select

from tests.warehouse.desk import (
    NOW,
    OPERATOR,
    a_batch,
    a_read_paper,
    a_unit,
    read,
    row_of,
    said,
    settle,
    someone,
)
from warehouse.catalogue import describe
from warehouse.corrections import Correction, confirm, correct, decide_proposal
from warehouse.database import Database
from warehouse.errors import Changed, Conflict, Forbidden, NotFound, Refused, UsageError
from warehouse.records import FieldValue
from warehouse.registry import take_values
from warehouse.tables import audit, dossiers, fields, outbox, parties, proposals
from warehouse.values import values_of


@pytest.fixture
def connection(database: Database):  # type: ignore[no-untyped-def]
    with database.write() as opened:
        yield opened


@pytest.fixture
def unit(connection: Connection) -> int:
    return a_unit(connection)


@pytest.fixture
def batch(connection: Connection, unit: int) -> int:
    return a_batch(connection, unit)


def shown(connection: Connection, paper: str, name: str) -> FieldValue | None:
    record_id = row_of(connection, paper)["id"]
    return values_of(connection, [record_id])[record_id].one(name)


def put(
    connection: Connection, paper: str, name: str, *values: str, reason: str = "đối chiếu bản giấy"
) -> bool:
    return correct(connection, OPERATOR, paper, Correction(name, values), reason)


def test_a_correction_is_shown_in_its_normal_spelling_with_who_and_why(connection, unit, batch) -> None:
    paper = a_read_paper(connection, batch, issued_on="2019-03-05")
    officer = someone("officer", unit)
    assert correct(
        connection, officer, paper, Correction("issued_on", ("06/03/2019",), 1, (1, 2, 3, 4)), "nhầm"
    )
    value = shown(connection, paper, "issued_on")
    assert value == FieldValue("issued_on", "2019-03-06", "human", 1.0, 1, (1, 2, 3, 4), 0, "day")
    row = connection.execute(select(fields).where(fields.c.origin == "human")).one()
    assert (row.who, row.reason) == ("user:officer", "nhầm")
    assert len(connection.execute(select(fields).where(fields.c.name == "issued_on")).all()) == 2
    [entry] = connection.scalars(select(audit.c.entry).where(audit.c.action == "correct"))
    assert json.loads(entry)["detail"] == {"fields": ["issued_on"], "reason": "nhầm", "revision": 3}
    assert "2019" not in json.dumps(json.loads(entry)["detail"])


def test_a_correction_raises_the_revision_and_tells_the_index_and_the_same_again_does_not(
    connection, batch
) -> None:
    paper = a_read_paper(connection, batch, subject="Vè việc")
    before = row_of(connection, paper)
    assert put(connection, paper, "subject", "Về việc")
    after = row_of(connection, paper)
    assert after["revision"] == before["revision"] + 1
    assert (
        connection.scalar(select(outbox.c.revision).where(outbox.c.record_id == after["id"]))
        == after["revision"]
    )
    assert not put(connection, paper, "subject", "Về việc", reason="lần nữa")
    assert row_of(connection, paper)["revision"] == after["revision"]


def test_what_is_read_or_listed_later_never_replaces_what_a_person_said(connection, batch) -> None:
    paper = a_read_paper(connection, batch, reference_number="12/QĐ-UBND")
    put(connection, paper, "reference_number", "21/QĐ-UBND")
    record_id = row_of(connection, paper)["id"]
    read(connection, record_id, [said("reference_number", "13/QĐ-UBND")])
    take_values(connection, {record_id: [said("reference_number", "14/QĐ-UBND", "manifest")]})
    value = shown(connection, paper, "reference_number")
    assert value is not None
    assert value.value == "21/QĐ-UBND"


def test_a_value_that_its_field_refuses_is_refused_and_nothing_changes(connection, batch) -> None:
    paper = a_read_paper(connection, batch, issued_on="2019-03-05")
    before = row_of(connection, paper)
    for correction in (Correction("issued_on", ("31/02/2019",)), Correction("holder_id", ("123",))):
        with pytest.raises(Refused):
            correct(connection, OPERATOR, paper, correction, "x")
    for correction in (Correction("colour", ("red",)), Correction("subject", ("một", "hai")),
                       Correction("subject", ("một",), page=3)):  # fmt: skip
        with pytest.raises(UsageError):
            correct(connection, OPERATOR, paper, correction, "x")
    with pytest.raises(UsageError):
        put(connection, paper, "subject", "x", reason=" ")
    assert row_of(connection, paper) == before


def test_an_empty_value_says_that_the_paper_does_not_have_it(connection, batch) -> None:
    paper = a_read_paper(connection, batch, "missing:issued_on", "doubtful:dossier_code",
                         dossier_code="H37.15-250106-0001")  # fmt: skip
    assert row_of(connection, paper)["dossier_id"] is not None
    put(connection, paper, "dossier_code")
    put(connection, paper, "issued_on", " ")
    record = row_of(connection, paper)
    assert (record["dossier_id"], record["review"], record["work"]) == (None, [], "ready")
    assert describe(connection, OPERATOR, paper)["fields"]["dossier_code"]["value"] is None
    assert connection.scalar(select(dossiers.c.code)) == "H37.15-250106-0001"


def test_what_follows_from_a_field_follows_its_correction(connection, batch) -> None:
    paper = a_read_paper(connection, batch, doc_type="Quyết định", holder_name="Nguyễn Văn An",
                         issued_on="2019-03-05", reference_number="1/QĐ-UBND", issuing_agency="UBND xã")  # fmt: skip
    before = row_of(connection, paper)
    put(connection, paper, "doc_type", "Giấy xác nhận tình trạng hôn nhân")
    put(connection, paper, "holder_name", "Nguyễn Văn Ân")
    after = row_of(connection, paper)
    assert (before["valid_kind"], after["valid_kind"]) == ("UNKNOWN", "PURPOSE_BOUND")
    assert before["number_key"] != after["number_key"]
    assert before["type_key"] == "quyet dinh"
    assert after["type_key"] == "giay xac nhan tinh trang hon nhan"
    assert connection.scalar(select(parties.c.name)) == "Nguyễn Văn Ân"


def test_the_code_of_the_type_follows_a_corrected_name_of_the_paper(connection, batch) -> None:
    paper = a_read_paper(connection, batch, doc_type="Giấy khai sinh")

    def code() -> str | None:
        value = shown(connection, paper, "result_type")
        return value.value if value else None

    codes = [code()]
    for name in ("Giấy chứng nhận kết hôn", "Công văn", "Giấy khai sinh"):
        put(connection, paper, "doc_type", name)
        codes.append(code())
    assert codes == ["KQ.G15.000031", "KQ.G15.000032", None, "KQ.G15.000031"]


def test_the_code_that_a_list_gave_stays_beside_a_corrected_name(connection, batch) -> None:
    paper = a_read_paper(connection, batch, doc_type="Giấy chứng nhận kết hôn")
    record_id = row_of(connection, paper)["id"]
    take_values(connection, {record_id: [said("result_type", "KQ.G15.000031", "manifest")]})
    put(connection, paper, "doc_type", "Công văn")
    value = shown(connection, paper, "result_type")
    assert value is not None
    assert value.origin == "manifest"


def test_a_confirmed_value_is_a_persons_where_it_was_read_and_no_longer_doubtful(connection, batch) -> None:
    paper = a_read_paper(
        connection, batch, "doubtful:holder_name", "page_doubtful:1", holder_name="Nguyễn Văn An"
    )
    assert confirm(connection, OPERATOR, paper, "holder_name")
    value = shown(connection, paper, "holder_name")
    assert value == FieldValue("holder_name", "Nguyễn Văn An", "human", 1.0, 1, (10, 10, 50, 20))
    assert row_of(connection, paper)["review"] == ["page_doubtful:1"]
    assert not confirm(connection, OPERATOR, paper, "holder_name")
    with pytest.raises(Conflict):
        confirm(connection, OPERATOR, paper, "subject")


def test_a_record_is_ready_when_its_last_doubt_is_settled_and_not_when_a_new_one_arises(
    connection, batch
) -> None:
    paper = a_read_paper(connection, batch, "doubtful:holder_id", holder_id="020090000123")
    put(connection, paper, "holder_birth_date", "1985")
    assert row_of(connection, paper)["review"] == ["doubtful:holder_id", "birth_year_mismatch"]
    put(connection, paper, "holder_birth_date", "1990")
    confirm(connection, OPERATOR, paper, "holder_id")
    record = row_of(connection, paper)
    assert (record["review"], record["work"]) == ([], "ready")


def test_two_papers_of_one_number_by_correction_are_told(connection, batch) -> None:
    same = {"doc_type": "Quyết định", "issued_on": "2019-03-05", "issuing_agency": "UBND xã Một"}
    first = a_read_paper(connection, batch, reference_number="1/QĐ-UBND", **same)
    second = a_read_paper(connection, batch, reference_number="7/QĐ-UBND", **same)
    put(connection, second, "reference_number", "1/QĐ-UBND")
    assert row_of(connection, second)["review"] == [f"repeated_number:{first}"]
    put(connection, second, "reference_number", "2/QĐ-UBND")
    assert row_of(connection, second)["work"] == "ready"


def test_a_list_field_may_get_shorter_and_is_corrected_as_a_whole(connection, batch) -> None:
    paper = a_read_paper(connection, batch, signing_capacity="TM. ỦY BAN NHÂN DÂN")
    put(connection, paper, "signing_capacity", "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH")
    put(connection, paper, "signing_capacity", "CHỦ TỊCH")
    assert describe(connection, OPERATOR, paper)["fields"]["signing_capacity"]["value"] == ["CHỦ TỊCH"]


def test_an_approved_record_stays_approved_when_it_is_corrected(connection, batch) -> None:
    paper = a_read_paper(connection, batch, subject="Vè việc")
    settle(connection, paper, work="approved", approved_by="lan")
    put(connection, paper, "subject", "Về việc")
    record = row_of(connection, paper)
    assert (record["work"], record["approved_by"]) == ("approved", "lan")


def test_who_saw_another_revision_or_has_no_right_changes_nothing(connection, unit, batch) -> None:
    paper = a_read_paper(connection, batch, subject="Vè việc")
    seen = row_of(connection, paper)["revision"]
    correction = Correction("subject", ("Về việc",))
    with pytest.raises(Changed):
        correct(connection, OPERATOR, paper, correction, "x", seen - 1)
    with pytest.raises(NotFound):
        correct(connection, someone("officer", unit + 1), paper, correction, "x", seen)
    with pytest.raises(NotFound):
        confirm(connection, someone("manager", unit), paper, "subject", seen)
    assert row_of(connection, paper)["revision"] == seen


@pytest.mark.parametrize("state", ["withdrawn", "quarantined"])
def test_a_record_out_of_use_is_not_corrected(connection, batch, state: str) -> None:
    paper = a_read_paper(connection, batch, subject="Vè việc")
    settle(connection, paper, work=state)
    with pytest.raises(Conflict):
        put(connection, paper, "subject", "Về việc")


def propose(connection: Connection, paper: str, batch: int, value: str) -> int:
    row = {
        "record_id": row_of(connection, paper)["id"],
        "name": "issued_on",
        "value": value,
        "batch_id": batch,
    }
    return int(connection.execute(
        insert(proposals).values(**row, created_at=NOW).returning(proposals.c.id)
    ).scalar_one())  # fmt: skip


def test_a_proposal_that_is_taken_is_a_correction(connection, batch) -> None:
    paper = a_read_paper(connection, batch, issued_on="2019-03-05")
    proposal = propose(connection, paper, batch, "2019-03-06")
    decide_proposal(connection, OPERATOR, paper, proposal, True, "danh mục đúng")
    value = shown(connection, paper, "issued_on")
    assert value is not None
    assert (value.value, value.origin, value.precision) == ("2019-03-06", "human", "day")
    assert describe(connection, OPERATOR, paper)["proposals"] == []


def test_a_proposal_that_is_rejected_changes_nothing_and_is_decided_once(connection, batch) -> None:
    paper = a_read_paper(connection, batch, issued_on="2019-03-05")
    other = a_read_paper(connection, batch, issued_on="2019-03-05")
    proposal = propose(connection, paper, batch, "2019-03-06")
    with pytest.raises(NotFound):
        decide_proposal(connection, OPERATOR, other, proposal, True, "x")
    before = row_of(connection, paper)
    decide_proposal(connection, OPERATOR, paper, proposal, False, "danh mục sai")
    assert row_of(connection, paper) == before
    assert describe(connection, OPERATOR, paper)["proposals"] == []
    with pytest.raises(NotFound):
        decide_proposal(connection, OPERATOR, paper, proposal, True, "x")


def test_a_clerk_corrects_and_an_auditor_does_not(connection, unit, batch) -> None:
    paper = a_read_paper(connection, batch, subject="Vè việc")
    assert correct(
        connection, someone("clerk", unit), paper, Correction("subject", ("Về việc",)), "sai chính tả"
    )
    with pytest.raises((Forbidden, NotFound)):
        correct(connection, someone("auditor", unit), paper, Correction("subject", ("x",)), "x")
