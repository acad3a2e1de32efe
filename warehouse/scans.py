"""A record's scans: another one takes the place of the present, which is kept as a former version.

What people and lists said of the record stays. What was read of the former scan is no longer shown: the new
one is read for itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, literal, select, update

from warehouse.audit import write_entry
from warehouse.catalogue import find_record
from warehouse.reasons import message
from warehouse.records import OUT_OF_USE, FieldValue, Origin
from warehouse.registry import NewPart, add_parts, touch
from warehouse.returns import end_return
from warehouse.rights import Actor
from warehouse.tables import files, former_parts, items, parts, records, scans
from warehouse.values import add_values, newest_values

READ: tuple[Origin, ...] = ("text_layer", "ocr", "qr")
PART = ("record_id", "ordinal", "file_id", "page_from", "page_to", "region")


@dataclass(frozen=True, slots=True)
class Handed:
    """A scan that triage has looked at: the item that brought it, its file and the number of its pages."""

    item_id: int
    file_id: int
    sha256: str
    pages: int


def ask_for(connection: Connection, actor: Actor, record: RowMapping, item_id: int, sha256: str) -> None:
    """Write down that an item is meant as the record's new scan; the present one stays until it is taken."""
    row = {
        "item_id": item_id,
        "record_id": record["id"],
        "asked_at": datetime.now(UTC),
        "asked_by": actor.who,
    }
    connection.execute(insert(scans), row)
    touch(connection, {record["id"]})
    write_entry(connection, actor, "replace", record["public_id"], version=sha256,
                revision=record["revision"] + 1)  # fmt: skip


def asked_of(connection: Connection, item_ids: Sequence[int]) -> Mapping[int, RowMapping]:
    """Which of these items are scans of records that are there, and of which."""
    rows = connection.execute(select(scans).where(scans.c.item_id.in_(item_ids))).mappings()
    return {row["item_id"]: row for row in rows}


def take(connection: Connection, program: Actor, asked: RowMapping, scan: Handed) -> bool:
    """The scan is the record's from now on, and the record is to be read; False if it came too late.

    Too late: a later scan was handed in, or the record was withdrawn or set apart meanwhile.
    """
    of_record = records.c.id == asked["record_id"]
    record = connection.execute(select(records).where(of_record).with_for_update()).mappings().one()
    newest = connection.scalar(select(func.max(scans.c.item_id)).where(scans.c.record_id == record["id"]))
    if record["work"] in OUT_OF_USE or newest != scan.item_id:
        return False
    connection.execute(
        update(scans).where(scans.c.item_id == scan.item_id).values(taken_at=datetime.now(UTC))
    )
    _set_parts_aside(connection, record["id"])
    connection.execute(delete(parts).where(parts.c.record_id == record["id"]))
    add_parts(connection, [(record["id"], NewPart(scan.file_id, 1, scan.pages))])
    add_values(connection, {record["id"]: _without_places(newest_values(connection, record["id"]))})
    unread: dict[str, Any] = {"work": "registered", "review": [], "approved_at": None, "approved_by": None}
    its_item = func.coalesce(records.c.item_id, scan.item_id)
    connection.execute(update(records).where(of_record).values(**unread, item_id=its_item))
    end_return(connection, Actor(asked["asked_by"]), record["id"], "rescanned")
    touch(connection, {record["id"]})
    write_entry(connection, program, "take_scan", record["public_id"], version=scan.sha256,
                asked_by=asked["asked_by"], revision=record["revision"] + 1)  # fmt: skip
    return True


def scans_of(connection: Connection, actor: Actor, name: str) -> dict[str, Any]:
    """The files of a record's scan and of its former ones, oldest first; scans that wait or were refused."""
    record = find_record(connection, actor, name)
    write_entry(connection, actor, "view", record["public_id"], part="scans")
    former: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(files_of_former(record["id"])).mappings():
        former.setdefault(row["scan"], []).append(_told_file(row))
    present = select(parts, files.c.sha256, files.c.media_type).join(files).order_by(parts.c.ordinal)
    its_parts = connection.execute(present.where(parts.c.record_id == record["id"])).mappings()
    return {
        "record": record["public_id"],
        "former": [{"scan": scan, "files": its_files} for scan, its_files in former.items()],
        "in_force": [_told_file(row) for row in its_parts],
        "not_taken": _not_taken(connection, record["id"]),
    }


def files_of_former(record_id: int) -> Select[Any]:
    """The parts of a record's former scans in order, each with its file's hash and type."""
    return (
        select(former_parts, files.c.sha256, files.c.media_type)
        .join(files, files.c.id == former_parts.c.file_id)
        .where(former_parts.c.record_id == record_id)
        .order_by(former_parts.c.scan, former_parts.c.ordinal)
    )


def _told_file(row: RowMapping) -> dict[str, Any]:
    return {name: row[name] for name in ("sha256", "media_type", "page_from", "page_to")}


def _not_taken(connection: Connection, record_id: int) -> list[dict[str, Any]]:
    query = (
        select(
            items.c.path, items.c.outcome, items.c.reason, items.c.detail, scans.c.asked_at, scans.c.asked_by
        )
        .join(scans, scans.c.item_id == items.c.id)
        .where(scans.c.record_id == record_id, scans.c.taken_at.is_(None))
        .order_by(scans.c.item_id)
    )
    return [
        {
            **{name: row[name] for name in ("path", "outcome", "reason", "asked_at", "asked_by")},
            "message": message(row["reason"], row["detail"]) if row["reason"] else None,
        }
        for row in connection.execute(query).mappings()
    ]


def _set_parts_aside(connection: Connection, record_id: int) -> None:
    last = select(func.max(former_parts.c.scan)).where(former_parts.c.record_id == record_id)
    number = 1 + (connection.scalar(last) or 0)
    present = select(literal(number), *(parts.c[name] for name in PART)).where(parts.c.record_id == record_id)
    connection.execute(insert(former_parts).from_select(["scan", *PART], present))


def _without_places(values: Sequence[FieldValue]) -> list[FieldValue]:
    """What was read of the former scan is gone; what people said stays, but stands elsewhere on the new one.

    What a separator sheet said has no page: it lay before the scan.
    """
    placed = [value for value in values if value.page is not None or value.origin in ("text_layer", "ocr")]
    return [
        replace(value, value="" if value.origin in READ else value.value, page=None, box=None)
        for value in placed
    ]
