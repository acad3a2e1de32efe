"""Reading one record: everything known of it, with the evidence of each value."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from warehouse.audit import write_entry
from warehouse.cases.disputed import is_disputed
from warehouse.codes.dates import today
from warehouse.errors import Changed, Forbidden, NotFound
from warehouse.records import FIELD_NAMES, FieldValue
from warehouse.rights import Act, Actor, scope_of
from warehouse.tables import (
    files,
    items,
    locations,
    migrated,
    pages,
    parties,
    parts,
    party_ids,
    proposals,
    records,
    units,
)
from warehouse.validity import Validity
from warehouse.values import LIST_FIELDS, Values, values_of
from warehouse.versions import version_of


@dataclass(frozen=True, slots=True)
class PageAt:
    """One page of a record: its number inside the record, its file, and its row."""

    number: int
    sha256: str
    row: RowMapping


def find_record(connection: Connection, actor: Actor, name: str, act: Act = "read") -> RowMapping:
    """The record's row if the actor may read it; raises NotFound all the same if there is none or no right.

    `name`: its public id, or SYSTEM:ID as an older system called it. Raises Forbidden if the actor may read
    it but not do `act`.
    """
    query = (
        select(
            records,
            units.c.code.label("unit"),
            is_disputed.label("disputed"),
            scope_of(actor, act).allows_record().label("act_allowed"),
        )
        .join(units, units.c.id == records.c.custodian_id)
        .outerjoin(migrated, migrated.c.record_id == records.c.id)
        .where(scope_of(actor).allows_record())
    )
    system, colon, old_id = name.partition(":")
    if colon:
        query = query.where(migrated.c.source_system == system, migrated.c.source_id == old_id)
    else:
        query = query.where(records.c.public_id == name.upper())
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("unknown_record", record=name)
    if not row["act_allowed"]:
        raise Forbidden("no_right", act=act)
    return row


def lock_record(
    connection: Connection, actor: Actor, name: str, act: Act, revision: int | None = None
) -> RowMapping:
    """The same for whoever changes it: nobody else does until this transaction ends.

    `revision`: what the actor saw; raises Changed if the record has gone on since. None: whatever it is now.
    """
    found = find_record(connection, actor, name, act)
    connection.execute(select(records.c.id).where(records.c.id == found["id"]).with_for_update())
    row = find_record(connection, actor, name, act)
    require_revision(row, revision)
    return row


def require_revision(record: RowMapping, revision: int | None) -> None:
    """Raise Changed unless the record is as the actor saw it; None: whatever it is."""
    if revision is not None and record["revision"] != revision:
        raise Changed("record_changed", record=record["public_id"], seen=revision, now=record["revision"])


def find_open_record(connection: Connection, actor: Actor, name: str, act: Act = "read") -> RowMapping:
    """The same, for whoever wants its bytes or text: raises Forbidden for a quarantined record."""
    row = find_record(connection, actor, name, act)
    if row["work"] == "quarantined":
        raise Forbidden("quarantined", record=name)
    return row


def describe(connection: Connection, actor: Actor, public_id: str, on: date | None = None) -> dict[str, Any]:
    """All of one record as `khoso show --json` prints it, its validity for a day (today).

    Of a quarantined one no value and no page is told.
    """
    record = find_record(connection, actor, public_id)
    seen = version_of(connection, record["id"])
    write_entry(connection, actor, "view", record["public_id"], version=seen, revision=record["revision"])
    secret = record["work"] == "quarantined"
    values = Values([]) if secret else values_of(connection, [record["id"]])[record["id"]]
    its_parts = parts_of(connection, record["id"])
    return {
        "record": record["public_id"],
        "kind": record["kind"],
        "sha256": its_parts[0]["sha256"] if its_parts else None,
        "unit": record["unit"],
        "batch": record["batch_id"],
        "state": record["work"],
        "availability": record["availability"],
        "disputed": record["disputed"],
        "revision": record["revision"],
        "review": record["review"],
        "validity": _validity(record, on or today()),
        "parts": [
            {name: part[name] for name in ("path", "sha256", "media_type", "page_from", "page_to")}
            for part in its_parts
        ],
        "secrecy": record["secrecy"],
        "location": _location(connection, record["id"]),
        "migrated": _origin(connection, record["id"]),
        "proposals": [] if secret else list(_proposals(connection, record["id"])),
        "parties": [] if secret else list(_parties(connection, record["id"])),
        "fields": {name: _shown(values, name) for name in FIELD_NAMES},
        "conflicts": [_conflict(values, conflict.name, conflict.other) for conflict in values.conflicts()],
        "pages": [] if secret else [_page(page) for page in pages_of(connection, record["id"])],
    }


def validity_of(record: RowMapping) -> Validity:
    """The stored facts of a record's validity."""
    return Validity(
        record["valid_kind"],
        record["valid_from"],
        record["valid_to"],
        record["ended_on"],
        record["ended_how"],
    )


def parts_of(connection: Connection, record_id: int) -> list[RowMapping]:
    """A record's parts in order, each with its file's hash, type and path in the batch."""
    path = (
        select(items.c.path)
        .where(items.c.file_id == files.c.id)
        .order_by(items.c.id)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(parts, files.c.sha256, files.c.media_type, files.c.password, path.label("path"))
        .join(files, files.c.id == parts.c.file_id)
        .where(parts.c.record_id == record_id)
        .order_by(parts.c.ordinal)
    )
    return list(connection.execute(query).mappings())


def pages_of(connection: Connection, record_id: int) -> list[PageAt]:
    """The pages read so far, numbered inside the record."""
    found: list[PageAt] = []
    before = 0
    for part in parts_of(connection, record_id):
        rows = connection.execute(
            select(pages)
            .where(pages.c.file_id == part["file_id"])
            .where(pages.c.number.between(part["page_from"], part["page_to"]))
            .order_by(pages.c.number)
        ).mappings()
        shift = before - part["page_from"] + 1
        found += [PageAt(row["number"] + shift, part["sha256"], row) for row in rows]
        before += part["page_to"] - part["page_from"] + 1
    return found


def count_pages(connection: Connection, record_id: int) -> int:
    """How many pages a record has, read or not."""
    pages_of_part = func.sum(parts.c.page_to - parts.c.page_from + 1)
    return connection.scalar(select(pages_of_part).where(parts.c.record_id == record_id)) or 0


def _validity(record: RowMapping, on: date) -> dict[str, Any]:
    validity = validity_of(record)
    return {
        "kind": validity.kind,
        "from": validity.valid_from.isoformat() if validity.valid_from else None,
        "to": validity.valid_to.isoformat() if validity.valid_to else None,
        "status": validity.status(on),
        "on": on.isoformat(),
    }


def _shown(values: Values, name: str) -> dict[str, Any]:
    shown = values.shown(name)
    if not shown:
        return {"value": None, "confidence": None, "page": None, "box": None, "origin": None}
    value: object = [one.value for one in shown] if name in LIST_FIELDS else shown[0].value
    return {"value": value, "confidence": min(one.confidence for one in shown), **_evidence(shown[0])}


def _conflict(values: Values, name: str, other: FieldValue) -> dict[str, Any]:
    return {"name": name, "shown": values.text(name), "other": other.value, **_evidence(other)}


def _evidence(value: FieldValue) -> dict[str, Any]:
    return {"page": value.page, "box": list(value.box) if value.box else None, "origin": value.origin}


def _page(page: PageAt) -> dict[str, Any]:
    names = ("width", "height", "status", "reason", "confidence", "text")
    return {"number": page.number, **{name: page.row[name] for name in names}}


def _location(connection: Connection, record_id: int) -> dict[str, str | None]:
    """fonds, list, box, folder and sheet of the paper in the archive; empty if nobody said."""
    row = connection.execute(select(locations).where(locations.c.record_id == record_id)).mappings().first()
    return {name: row[name] for name in row if name != "record_id"} if row else {}


def _origin(connection: Connection, record_id: int) -> dict[str, str | None] | None:
    """Where a record carried over from an older system came from."""
    row = connection.execute(select(migrated).where(migrated.c.record_id == record_id)).mappings().first()
    if row is None:
        return None
    days = {name: row[name].isoformat() if row[name] else None for name in ("digitised_on", "approved_on")}
    return {name: row[name] for name in ("source_system", "source_id", "approved_by")} | days


def _proposals(connection: Connection, record_id: int) -> Iterator[dict[str, Any]]:
    """Values that wait for an officer, and why they were not taken."""
    waiting = (proposals.c.record_id == record_id) & proposals.c.decision.is_(None)
    for row in connection.execute(select(proposals).where(waiting).order_by(proposals.c.id)).mappings():
        yield {name: row[name] for name in ("id", "name", "value", "reason")}


def _parties(connection: Connection, record_id: int) -> Iterator[dict[str, Any]]:
    query = select(parties).where(parties.c.record_id == record_id).order_by(parties.c.ordinal)
    for party in connection.execute(query).mappings():
        ids = connection.execute(
            select(party_ids.c.scheme, party_ids.c.value).where(party_ids.c.party_id == party["id"])
        )
        yield {
            "role": party["role"],
            "name": party["name"],
            "birth_date": party["birth_date"],
            "ids": [{"scheme": row.scheme, "value": row.value} for row in ids],
            "origin": party["origin"],
        }
