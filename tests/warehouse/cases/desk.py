"""Two communes with the papers of one person, and what people ask about them."""

from datetime import UTC, date, datetime

from sqlalchemy import Connection, select

from tests.warehouse.desk import add
from warehouse.cases.deciding import Decision
from warehouse.cases.opening import NewCase, Requester
from warehouse.catalogue import describe
from warehouse.rights import ACTS, USUAL_CLASSES, Actor, Grant, Reach, Role
from warehouse.tables import batches, parties, party_ids, records, units

ARRIVED = datetime(2026, 3, 2, tzinfo=UTC)
READ = datetime(2026, 3, 5, tzinfo=UTC)
HOLDER = "020090001234"
MOTHER = Requester("Hoàng Thị Mơ", "0912 000 111", "family")
WRONG_NAME = NewCase(
    "transcription", "desk", MOTHER, "Tên là Hoài, không phải Hoa.", record="RA", field="holder_name"
)
OF_HOLDER = NewCase(
    "access_or_erasure", "post", MOTHER, "Xin danh sách giấy tờ đang lưu.", holder="020 090 001 234"
)
ACCEPTED = Decision("accepted", reply="Đã sửa.")


def staff(role: Role, unit: int, who: str = "", classes: frozenset[str] = USUAL_CLASSES) -> Actor:
    """A person with one post."""
    reach = Reach(frozenset({unit}), classes=classes)
    return Actor(who or f"user:{role}{unit}", unit, grants=(Grant(ACTS[role], reach),))


OPERATOR = Actor("operator")
CLERK, OFFICER, STRANGER = staff("clerk", 1), staff("officer", 1), staff("officer", 2)


def furnish(connection: Connection) -> None:
    """RA and RB are one person's papers, RN one of a narrow class, RF one in the other commune."""
    for code, name in (("06184", "xã Đồng Đăng"), ("06385", "xã Hữu Lũng")):
        add(connection, units, code=code, name=name, level="commune", valid_from=date(2025, 7, 1))
    add(connection, batches, unit_id=1, source="/x", manner="stock", created_at=ARRIVED, created_by="clerk")
    for public_id, unit_id, sensitivity in (
        ("RA", 1, "sensitive"),
        ("RB", 1, "ordinary"),
        ("RN", 1, "adoption"),
        ("RF", 2, "ordinary"),
    ):
        _add_paper(connection, public_id, unit_id, sensitivity)


def _add_paper(connection: Connection, public_id: str, unit_id: int, sensitivity: str) -> None:
    record = add(
        connection, records, public_id=public_id, kind="result", batch_id=1, digitised_by_id=unit_id,
        custodian_id=unit_id, work="approved", availability="released", review=[], revision=1,
        received_at=ARRIVED, valid_kind="UNKNOWN", sensitivity=sensitivity,
    )  # fmt: skip
    party = add(connection, parties, record_id=record, ordinal=0, role="holder", name="Hoa", origin="list")
    add(connection, party_ids, party_id=party, scheme="personal_id", value=HOLDER)


def is_disputed(connection: Connection, public_id: str) -> bool:
    return bool(describe(connection, OPERATOR, public_id)["disputed"])


def revision_of(connection: Connection, public_id: str) -> int:
    return connection.scalars(select(records.c.revision).where(records.c.public_id == public_id)).one()
