"""Tampering with the audit log: whatever is changed, the first wrong entry is named, and the anchor that tells."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from warehouse import audit_check
from warehouse.anchors import Anchor
from warehouse.audit import write_entries
from warehouse.audit_check import check_log
from warehouse.chain import BEGINNING, Head, digest_of, link
from warehouse.database import Database
from warehouse.rights import Actor
from warehouse.sealing import seal_all
from warehouse.tables import audit, audit_head

COUNT = 12
CLERK = Actor("user:lan", unit_id=7)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults lie at the seams of pieces, too."""
    monkeypatch.setattr(audit_check, "_ENTRIES", audit_check._ENTRIES.limit(5))
    monkeypatch.setattr(audit_check, "AT_ONCE", 5)


@pytest.fixture
def sealed(database: Database) -> Database:
    """Twelve sealed entries."""
    write(database, COUNT)
    seal_all(database)
    return database


def write(database: Database, count: int) -> None:
    with database.write() as connection:
        write_entries(connection, CLERK, "view", [(f"A{number}", None) for number in range(count)])


def tamper(database: Database, *statements: Any) -> None:
    with database.write() as connection:
        for statement in statements:
            connection.execute(statement)


def at(seq: int) -> Any:
    return update(audit).where(audit.c.seq == seq)


def fault(database: Database, *anchors: Anchor) -> tuple[str, str] | None:
    found = check_log(database, anchors)
    assert found["ok"] == (not found["problems"])
    return next(((each["reason"], each["object"]) for each in found["problems"]), None)


def anchor_at(database: Database, seq: int) -> Anchor:
    with database.read() as connection:
        row = connection.execute(select(audit.c.seq, audit.c.hash).where(audit.c.seq == seq)).one()
    return Anchor(Head(*row), datetime.now(UTC), "site", f"anchor {seq}")


def test_an_untouched_log_is_right_and_new_entries_are_sealed_first(sealed: Database) -> None:
    write(sealed, 3)
    found = check_log(sealed, [anchor_at(sealed, 4), anchor_at(sealed, 9)])
    assert (found["ok"], found["entries"], found["head"]["seq"]) == (True, COUNT + 3, COUNT + 3)
    assert found["anchor"].startswith("anchor 9: 9, ")


def test_an_empty_log_is_right(database: Database) -> None:
    assert check_log(database, [])["ok"]


@pytest.mark.parametrize("seq", [1, 6, COUNT])
def test_a_changed_text_is_named(sealed: Database, seq: int) -> None:
    tamper(sealed, at(seq).values(entry=text("replace(entry, 'user:lan', 'user:mai')")))
    assert fault(sealed) == ("audit_entry_changed", f"entry {seq}")


@pytest.mark.parametrize(
    "column",
    [
        {"at": datetime.now(UTC) - timedelta(days=1)},
        {"actor": "user:mai"},
        {"unit_id": 8},
        {"unit_id": None},
        {"action": "search"},
        {"subject": "B1"},
    ],
)
def test_columns_that_say_other_than_the_sealed_text_are_named(
    sealed: Database, column: dict[str, object]
) -> None:
    tamper(sealed, at(6).values(column))
    assert fault(sealed) == ("audit_columns_changed", "entry 6")


@pytest.mark.parametrize("seq", [1, 5, 6])
def test_a_removed_entry_is_named(sealed: Database, seq: int) -> None:
    tamper(sealed, delete(audit).where(audit.c.seq == seq))
    assert fault(sealed) == ("audit_entry_missing", f"entry {seq}")


def test_a_removed_entry_is_named_though_the_others_were_renumbered(sealed: Database) -> None:
    close_up = [at(seq).values(seq=seq - 1) for seq in range(7, COUNT + 1)]
    tamper(sealed, delete(audit).where(audit.c.seq == 6), *close_up)
    assert fault(sealed) == ("audit_entry_changed", "entry 6")


def test_an_entry_put_in_is_named(sealed: Database) -> None:
    make_room = [at(seq).values(seq=seq + 1) for seq in range(COUNT, 5, -1)]
    tamper(sealed, *make_room, insert(audit).values(copy_of(sealed, 3, seq=6)))
    assert fault(sealed) == ("audit_entry_changed", "entry 6")


@pytest.mark.parametrize("seq", [0, -3])
def test_an_entry_put_in_before_the_first_is_named(sealed: Database, seq: int) -> None:
    tamper(sealed, insert(audit).values(copy_of(sealed, 3, seq=seq)))
    assert fault(sealed) == ("audit_entry_put_in", f"entry {seq}")


def test_an_entry_put_in_behind_the_last_is_named(sealed: Database) -> None:
    last = anchor_at(sealed, COUNT).head
    row = copy_of(sealed, 3, seq=COUNT + 1)
    tamper(sealed, insert(audit).values(row | {"hash": link(last, digest_of(row["entry"])).hash}))
    assert fault(sealed) == ("audit_head_wrong", f"entry {COUNT + 1}")


def test_entries_that_changed_places_are_named(sealed: Database) -> None:
    tamper(sealed, at(4).values(seq=-1), at(9).values(seq=4), at(-1).values(seq=9))
    assert fault(sealed) == ("audit_entry_changed", "entry 4")


def test_entries_that_changed_places_with_their_hashes_are_named(sealed: Database) -> None:
    four, nine = anchor_at(sealed, 4).head.hash, anchor_at(sealed, 9).head.hash
    tamper(sealed, at(4).values(seq=-1), at(9).values(seq=4, hash=four), at(-1).values(seq=9, hash=nine))
    assert fault(sealed) == ("audit_entry_changed", "entry 4")


def test_an_entry_that_lost_its_seal_is_missing(sealed: Database) -> None:
    tamper(sealed, at(6).values(seq=None, hash=None))
    assert fault(sealed) == ("audit_entry_missing", "entry 6")


def test_a_truncated_tail_is_told_by_the_head(sealed: Database) -> None:
    tamper(sealed, delete(audit).where(audit.c.seq > 8))
    assert fault(sealed) == ("audit_head_wrong", "entry 9")


def test_a_tail_truncated_with_its_head_is_told_by_an_anchor_alone(sealed: Database) -> None:
    early, late = anchor_at(sealed, 5), anchor_at(sealed, 11)
    tamper(sealed, delete(audit).where(audit.c.seq > 8), set_head(anchor_at(sealed, 8).head))
    assert fault(sealed, early) is None
    assert fault(sealed, late, early) == ("audit_cut_off", "entry 9")
    assert check_log(sealed, [early, late])["anchor"].startswith("anchor 11")


def test_a_chain_made_anew_from_an_entry_on_is_told_by_an_anchor_alone(sealed: Database) -> None:
    early, late = anchor_at(sealed, 5), anchor_at(sealed, 11)
    with sealed.write() as connection:
        connection.execute(at(7).values(entry=text("replace(entry, '\"A6\"', '\"B6\"')"), subject="B6"))
        make_anew(connection)
    assert fault(sealed) is None
    assert fault(sealed, early) is None
    assert fault(sealed, early, late) == ("audit_made_anew", "entry 6")
    assert check_log(sealed, [early, late])["anchor"].startswith("anchor 11")


def make_anew(connection: Connection) -> None:
    """As somebody does who knows how the chain is made."""
    head = BEGINNING
    for row in connection.execute(select(audit.c.id, audit.c.entry).order_by(audit.c.seq)).all():
        head = link(head, digest_of(row.entry))
        connection.execute(update(audit).where(audit.c.id == row.id).values(seq=head.seq, hash=head.hash))
    connection.execute(set_head(head))


def set_head(head: Head) -> Any:
    return update(audit_head).values(head._asdict())


def copy_of(database: Database, original: int, seq: int) -> dict[str, Any]:
    with database.read() as connection:
        row = connection.execute(select(audit).where(audit.c.seq == original)).mappings().one()
    return {name: value for name, value in row.items() if name != "id"} | {"seq": seq}
