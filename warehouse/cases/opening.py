"""Opening a case: for one record, or for all papers of a holder that the opener reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, func, insert, select

from warehouse.audit import write_entries
from warehouse.cases.finding import described, find_case
from warehouse.cases.terms import Kind, due_on
from warehouse.catalogue import lock_record
from warehouse.codes.dates import VIETNAM
from warehouse.codes.public_ids import new_public_id
from warehouse.errors import UsageError
from warehouse.records import FIELD_NAMES
from warehouse.registry import touch
from warehouse.rights import Actor, require_unit, scope_of
from warehouse.tables import case_records, cases, fields, files, parties, parts, party_ids, records, units
from warehouse.units import unit_in_force
from warehouse.values import values_of

Channel = Literal["desk", "post", "online", "one_stop"]
Relation = Literal["holder", "family", "representative", "agency", "other"]


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks, how they are reached, and what they are to the papers' holder."""

    name: str
    contact: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a person says is wrong: of one `record` (public id), or of a `holder` (identity number).

    `unit`: code of the unit that takes a holder's case; none: the opener's. `field`: whose value is wrong.
    `since`: the day since which it is said to be wrong, if the requester knows.
    """

    kind: Kind
    channel: Channel
    requester: Requester
    description: str
    record: str | None = None
    holder: str | None = None
    unit: str | None = None
    field: str | None = None
    since: date | None = None


def open_case(connection: Connection, actor: Actor, new: NewCase) -> dict[str, Any]:
    """Open a case; its records are disputed from now on, and their revisions rise. Returns the case."""
    if (new.record is None) == (new.holder is None):
        raise UsageError("case_of_what")
    if new.field is not None and new.field not in FIELD_NAMES:
        raise UsageError("no_such_field", field=new.field)
    if new.record is not None:
        record = lock_record(connection, actor, new.record, "open_case")
        unit_id = record["custodian_id"]
        covered: Sequence[RowMapping] = [record]
    else:
        unit_id = _unit_of(connection, actor, new)
        covered = _papers_of(connection, actor, _number(new))
    case_id = _insert(connection, actor, unit_id, new)
    for record in covered:
        since = _wrong_since(connection, record, new)
        row = {"case_id": case_id, "record_id": record["id"], "wrong_since": since}
        connection.execute(insert(case_records), row)
    touch(connection, [record["id"] for record in covered])
    case = connection.scalars(select(cases.c.public_id).where(cases.c.id == case_id)).one()
    about = [f"case {case}", *(record["public_id"] for record in covered)]
    write_entries(connection, actor, "open_case", [(name, None) for name in about], case=case, kind=new.kind)
    return described(connection, find_case(connection, actor, case))


def _unit_of(connection: Connection, actor: Actor, new: NewCase) -> int:
    """The unit that takes a holder's case, which the opener must reach."""
    unit_id = unit_in_force(connection, new.unit).id if new.unit else actor.unit_id
    if unit_id is None:
        raise UsageError("case_needs_unit")
    require_unit(actor, "open_case", unit_id)
    return unit_id


def _number(new: NewCase) -> str:
    return "".join(filter(str.isalnum, new.holder or "")).upper()


def _papers_of(connection: Connection, actor: Actor, holder: str) -> Sequence[RowMapping]:
    """The papers of the person with this identity number that the actor reaches, held until this ends."""
    theirs = select(parties.c.record_id).join(party_ids, party_ids.c.party_id == parties.c.id)
    query = (
        select(records)
        .where(records.c.id.in_(theirs.where(party_ids.c.value == holder)))
        .where(scope_of(actor, "open_case").allows_record())
        .order_by(records.c.id)
        .with_for_update(of=records)
    )
    return connection.execute(query).mappings().all()


def _insert(connection: Connection, actor: Actor, unit_id: int, new: NewCase) -> int:
    """The case under the unit's next number of the year; who opens another there waits."""
    now = datetime.now(UTC)
    opened_on = now.astimezone(VIETNAM).date()
    connection.execute(select(units.c.id).where(units.c.id == unit_id).with_for_update(key_share=True))
    last = connection.scalar(
        select(func.max(cases.c.number)).where(cases.c.unit_id == unit_id, cases.c.year == opened_on.year)
    )
    row = {
        "public_id": new_public_id(),
        "unit_id": unit_id,
        "year": opened_on.year,
        "number": (last or 0) + 1,
        "holder": _number(new) or None,
        "kind": new.kind,
        "channel": new.channel,
        "requester_name": new.requester.name,
        "requester_contact": new.requester.contact,
        "relation": new.requester.relation,
        "description": new.description,
        "field": new.field,
        "opened_at": now,
        "opened_by": actor.who,
        "due_on": due_on(new.kind, opened_on),
        "revision": 1,
    }
    return int(connection.scalars(insert(cases).returning(cases.c.id), row).one())


def _wrong_since(connection: Connection, record: RowMapping, new: NewCase) -> datetime:
    """Since when whoever used the record may have been misled: as the requester says, else as we can tell."""
    found: datetime | None = None
    if new.since is not None:
        return datetime.combine(new.since, time(), VIETNAM)
    if new.kind == "transcription" and new.field:
        found = _value_came(connection, record["id"], new.field)
    elif new.kind == "wrong_scan":
        scans = select(func.min(files.c.received_at)).join(parts, parts.c.file_id == files.c.id)
        found = connection.scalar(scans.where(parts.c.record_id == record["id"]))
    return found or record["received_at"]


def _value_came(connection: Connection, record_id: int, name: str) -> datetime | None:
    """When the value came in that is shown of a field now."""
    shown = values_of(connection, [record_id])[record_id].one(name)
    if shown is None:
        return None
    query = select(func.max(fields.c.created_at)).where(
        fields.c.record_id == record_id, fields.c.name == name
    )
    came: datetime | None = connection.scalar(query.where(fields.c.origin == shown.origin))
    return came
