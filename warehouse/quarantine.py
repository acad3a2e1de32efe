"""Papers marked MẬT, TỐI MẬT or TUYỆT MẬT: set apart, not read further, not indexed, not shown.

Luật Bảo vệ bí mật nhà nước 2018: such papers have no place in a common warehouse. A person who has the
paper in hand may say that a mark was misread.
"""

from typing import Any

from sqlalchemy import Connection, Select, select, update

from warehouse.audit import write_entry
from warehouse.catalogue import find_record
from warehouse.errors import Conflict
from warehouse.jobs import NewJob, enqueue
from warehouse.records import Secrecy
from warehouse.registry import UNSETTLED, touch
from warehouse.rights import Actor, scope_of
from warehouse.tables import files, pages, parts, records, units


def quarantine(connection: Connection, actor: Actor, file_id: int, number: int, mark: Secrecy) -> None:
    """A page of a file bears a mark: the papers it belongs to go apart, at once and before they are read."""
    holds_page = select(parts.c.record_id).where(
        parts.c.file_id == file_id, parts.c.page_from <= number, parts.c.page_to >= number
    )
    set_apart(connection, actor, holds_page, mark)


def set_apart(connection: Connection, actor: Actor, record_ids: Select[tuple[int]], mark: Secrecy) -> None:
    """Quarantine records, also approved ones; not those of which a person has said that they bear no mark."""
    states = (*UNSETTLED, "approved", "returned")
    found = connection.execute(
        update(records)
        .where(records.c.id.in_(record_ids), records.c.work.in_(states), ~records.c.secrecy_cleared)
        .values(work="quarantined", secrecy=mark)
        .returning(records.c.id, records.c.public_id)
    ).all()
    touch(connection, [row.id for row in found])
    for row in found:
        write_entry(connection, actor, "quarantine", row.public_id, secrecy=mark)


def in_quarantine(connection: Connection, actor: Actor) -> list[dict[str, Any]]:
    """The records that are set apart, oldest first; nothing of what they say."""
    query = (
        select(
            records.c.public_id.label("record"),
            units.c.code.label("unit"),
            records.c.batch_id.label("batch"),
            records.c.secrecy,
        )
        .join(units, units.c.id == records.c.custodian_id)
        .where(records.c.work == "quarantined", scope_of(actor).allows_record())
        .order_by(records.c.id)
    )
    write_entry(connection, actor, "view", "quarantine")
    return [dict(row) for row in connection.execute(query).mappings()]


def lift(connection: Connection, actor: Actor, public_id: str, reason: str, read: int) -> None:
    """A person who has the paper says that it bears no mark: it is read and found like any other.

    `read`: the rank of its reading inside the unit's lane. Raises Conflict if it is not in quarantine.
    """
    record = find_record(connection, actor, public_id)
    if record["work"] != "quarantined":
        raise Conflict("not_quarantined", record=public_id, state=record["work"])
    connection.execute(
        update(records)
        .where(records.c.id == record["id"])
        .values(work="registered", secrecy=None, secrecy_cleared=True)
    )
    touch(connection, {record["id"]})
    write_entry(connection, actor, "lift_quarantine", record["public_id"], reason=reason)
    of_record = select(parts.c.file_id).where(parts.c.record_id == record["id"])
    for row in connection.execute(select(files.c.id, files.c.pages).where(files.c.id.in_(of_record))):
        kept = set(connection.scalars(select(pages.c.number).where(pages.c.file_id == row.id)))
        unit = str(record["custodian_id"])
        [filing] = enqueue(
            connection, [NewJob("file", unit, row.id, read, batch_id=record["batch_id"], remaining=1)]
        )
        missing = len(set(range(1, row.pages + 1)) - kept)
        whole = NewJob(
            "read", unit, row.id, read, pages=max(missing, 1), batch_id=record["batch_id"],
            page_from=1, page_to=row.pages, filing_id=filing,
        )  # fmt: skip
        enqueue(connection, [whole])
