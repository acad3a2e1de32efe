"""Another scan for a record that is there: the record is read again, the former bytes stay."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select

from ingest.account import batch_account
from ingest.services import Services
from ingest.verify import verify_site
from tests.ingest.rescanning import HEAD, OPERATOR, SIGNED, Desk, scan
from tests.warehouse.held import of_role
from warehouse.approval import approve
from warehouse.corrections import Correction, correct
from warehouse.errors import Away, Changed, Conflict, Forbidden, KhosoError, NotFound, Refused, StoreFull
from warehouse.returns import return_record, returns_of
from warehouse.store import Spooled, Store
from warehouse.tables import files, records
from warehouse.withdrawal import withdraw

FIRST, SECOND = scan(*HEAD, SIGNED), scan(*HEAD[:1], "Số: 13/QĐ-UBND", *HEAD[2:], pages=2)


def of(content: bytes) -> str:
    return sha256(content).hexdigest()


@pytest.fixture
def desk(services: Services, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(services, tmp_path)
    yield desk
    assert verify_site(services, OPERATOR)["problems"] == []


def test_the_record_is_read_again_and_keeps_its_former_scan(desk: Desk) -> None:
    record = desk.read_in(FIRST)
    assert desk.shown(record)["fields"]["reference_number"]["value"] == "12/QĐ-UBND"
    receipt = desk.replace(record, SECOND)
    assert (receipt.sha256, receipt.revision) == (of(SECOND), desk.row(record)["revision"])
    assert [file["sha256"] for file in desk.scans(record)["in_force"]] == [of(FIRST)]  # until it is looked at
    desk.work()
    shown = desk.shown(record)
    assert shown["fields"]["reference_number"]["value"] == "13/QĐ-UBND"
    assert [(part["sha256"], part["page_to"]) for part in shown["parts"]] == [(of(SECOND), 2)]
    assert shown["state"] in ("needs_review", "ready")
    assert [file["sha256"] for former in desk.scans(record)["former"] for file in former["files"]] == [
        of(FIRST)
    ]
    with desk.services.store.fetch(of(FIRST)) as path:
        assert path.read_bytes() == FIRST


def test_what_is_not_on_the_new_scan_is_missing_and_what_people_said_stays(desk: Desk) -> None:
    record = desk.read_in(FIRST)
    assert desk.shown(record)["fields"]["issued_on"]["value"] == "2025-01-06"
    with desk.services.database.write() as connection:
        said = Correction("reference_number", ("21/QĐ-UBND",), 1, (1, 2, 3, 4))
        correct(connection, OPERATOR, record, said, "đọc nhầm")
    desk.replace(record, scan("QUYẾT ĐỊNH", "Số: 13/QĐ-UBND"))
    desk.work()
    told = desk.shown(record)["fields"]
    assert told["issued_on"]["value"] is None
    assert (told["reference_number"]["value"], told["reference_number"]["box"]) == ("21/QĐ-UBND", None)


def test_a_returned_record_comes_back_by_a_new_scan(desk: Desk) -> None:
    record = desk.read_in(FIRST)
    with desk.services.database.write() as connection:
        return_record(connection, OPERATOR, record, "mờ", [1])
    desk.replace(record, SECOND, actor=of_role("clerk", desk.row(record)["custodian_id"], who="user:lan"))
    assert desk.row(record)["work"] == "returned"
    desk.work()
    assert desk.row(record)["work"] in ("needs_review", "ready")
    with desk.services.database.read() as connection:
        [returned] = returns_of(connection, desk.row(record)["id"])
    assert (returned["ended_how"], returned["ended_by"]) == ("rescanned", "user:lan")


def test_refused_bytes_leave_the_old_scan_in_force_and_tell_why(desk: Desk) -> None:
    record = desk.read_in(FIRST)
    before = desk.row(record)
    receipt = desk.replace(record, b"PK\x03\x04 no scan at all", "bang.xlsx")
    desk.work()
    assert desk.row(record)["work"] == before["work"]
    scans = desk.scans(record)
    assert [file["sha256"] for file in scans["in_force"]] == [of(FIRST)]
    [refused] = scans["not_taken"]
    assert (refused["path"], refused["outcome"], bool(refused["message"]["vi"])) == (
        "bang.xlsx",
        "rejected",
        True,
    )
    with desk.services.database.write() as connection:
        assert batch_account(connection, OPERATOR, receipt.batch)["rejected"] == 1


def test_an_approved_record_is_rescanned_by_an_officer_alone_and_is_to_be_approved_again(desk: Desk) -> None:
    record = desk.read_in(FIRST)
    with desk.services.database.write() as connection:
        approve(connection, OPERATOR, [record])
    before = desk.row(record)
    with pytest.raises(Forbidden):
        desk.replace(record, SECOND, actor=of_role("clerk", before["custodian_id"]))
    desk.replace(record, SECOND, actor=of_role("officer", before["custodian_id"]))
    desk.work()
    after = desk.row(record)
    assert after["work"] in ("needs_review", "ready")
    assert (after["approved_by"], after["digitised_on"]) == (None, before["digitised_on"])


def test_who_may_not_see_it_finds_no_record_and_who_saw_an_older_one_is_told(desk: Desk) -> None:
    record = desk.take_in(FIRST)
    unit = desk.row(record)["custodian_id"]
    with pytest.raises(NotFound):
        desk.replace(record, SECOND, actor=of_role("clerk", unit + 1))
    with pytest.raises(Changed):
        desk.replace(record, SECOND, revision=desk.row(record)["revision"] - 1)
    with pytest.raises(Conflict, match="this very scan"):
        desk.replace(record, FIRST)
    with pytest.raises(Refused, match="empty"):
        desk.replace(record, b"")
    assert desk.scans(record)["not_taken"] == []
    desk.work()


def test_of_two_scans_the_later_counts_whichever_is_looked_at_first(desk: Desk) -> None:
    record = desk.read_in(FIRST)
    third = scan("QUYẾT ĐỊNH", "Số: 14/QĐ-UBND")
    for content in (SECOND, third):
        desk.replace(record, content)
    desk.work()
    scans = desk.scans(record)
    assert [file["sha256"] for file in scans["in_force"]] == [of(third)]
    assert [(one["outcome"], one["reason"]) for one in scans["not_taken"]] == [("rejected", "scan_too_late")]
    with desk.services.database.read() as connection:  # its bytes may come again
        assert connection.scalar(select(files.c.state).where(files.c.sha256 == of(SECOND))) == "withdrawn"


def test_bytes_that_another_record_holds_serve_both_and_leave_the_other_alone(desk: Desk) -> None:
    other, record = desk.read_in(SECOND, "b.pdf"), desk.read_in(FIRST)
    before = desk.row(other)
    desk.replace(record, SECOND)
    assert [file["sha256"] for file in desk.scans(record)["in_force"]] == [
        of(SECOND)
    ]  # they are known already
    desk.work()
    assert desk.row(other)["work"] == before["work"]
    assert desk.shown(record)["fields"]["reference_number"]["value"] == "13/QĐ-UBND"


def test_going_back_to_a_former_scan_is_one_more_scan(desk: Desk) -> None:
    record = desk.read_in(FIRST)
    for content in (SECOND, FIRST):
        desk.replace(record, content)
        desk.work()
    scans = desk.scans(record)
    assert [former["scan"] for former in scans["former"]] == [1, 2]
    assert [file["sha256"] for file in scans["in_force"]] == [of(FIRST)]
    assert desk.shown(record)["fields"]["reference_number"]["value"] == "12/QĐ-UBND"


def test_a_record_that_is_withdrawn_before_its_scan_is_looked_at_stays_withdrawn(desk: Desk) -> None:
    record = desk.read_in(FIRST)
    desk.replace(record, SECOND)
    with desk.services.database.write() as connection:
        withdraw(connection, OPERATOR, record, "nhầm")
    desk.work()
    assert desk.row(record)["work"] == "withdrawn"
    assert desk.scans(record)["not_taken"][0]["reason"] == "scan_too_late"


def test_the_former_file_handed_in_again_is_a_duplicate_of_this_record(desk: Desk) -> None:
    record = desk.read_in(FIRST)
    desk.replace(record, SECOND)
    desk.work()
    desk.take_in(FIRST, "again.pdf")
    with desk.services.database.write() as connection:
        account = batch_account(connection, OPERATOR, 3)
        assert len(connection.execute(select(records.c.id)).all()) == 1
    assert (account["duplicate"], account["items"][0]["records"]) == (1, [record])


class _Failing:
    """A store that cannot keep anything now."""

    def __init__(self, store: Store, error: KhosoError) -> None:
        self.error = error
        self.spool, self.discard = store.spool, store.discard

    def put(self, spooled: Spooled, *, keep_copy: bool = False) -> None:
        raise self.error


@pytest.mark.parametrize("error", [StoreFull("store_full"), Away("store_error", error="no answer")])
def test_nothing_is_told_received_while_the_store_cannot_keep_it(desk: Desk, error: KhosoError) -> None:
    record = desk.take_in(FIRST)
    before = desk.row(record)
    failing = cast(Store, _Failing(desk.services.store, error))
    with pytest.raises(type(error)):
        Desk(replace(desk.services, store=failing), desk.folder).replace(record, SECOND)
    assert desk.row(record)["revision"] == before["revision"]
    assert desk.scans(record)["not_taken"] == []
    desk.work()
