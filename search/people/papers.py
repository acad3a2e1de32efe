"""What the desk is told of a paper, and how far a unit's papers are digitised."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, func, select

from search.people.candidates import reachable
from warehouse.catalogue import validity_of
from warehouse.result_types import type_key
from warehouse.rights import Actor, scope_of
from warehouse.tables import records, units
from warehouse.units import Unit, unit_in_force
from warehouse.values import values_of

_SHOWN = ("doc_type", "result_type", "reference_number", "issued_on", "issuing_agency", "subject")
_UNREAD = ("registered", "reading", "metadata_only")


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a person; validity is told for the day of the answer."""

    record: str
    doc_type: str | None
    result_type: str | None
    reference_number: str | None
    issued_on: str | None
    issuing_agency: str | None
    subject: str | None
    unit: str
    unit_name: str
    state: str
    availability: str
    validity: str
    roles: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many papers of a unit (and type) the warehouse holds: in all, read, and approved of these."""

    unit: str
    unit_name: str
    doc_type: str | None
    registered: int
    read: int
    approved: int


def papers_of(connection: Connection, record_ids: Collection[int], on: date) -> Mapping[int, Paper]:
    """Papers by record id; whoever calls knows that they may be shown."""
    query = select(records, units.c.code.label("unit"), units.c.name.label("unit_name"))
    query = query.join(units, units.c.id == records.c.custodian_id).where(
        records.c.id.in_(sorted(record_ids))
    )
    shown = values_of(connection, sorted(record_ids), _SHOWN)
    papers: dict[int, Paper] = {}
    for row in connection.execute(query).mappings():
        text = shown[row["id"]].text
        papers[row["id"]] = Paper(
            record=row["public_id"],
            doc_type=text("doc_type"),
            result_type=text("result_type"),
            reference_number=text("reference_number"),
            issued_on=text("issued_on"),
            issuing_agency=text("issuing_agency"),
            subject=text("subject"),
            unit=row["unit"],
            unit_name=row["unit_name"],
            state=row["work"],
            availability=row["availability"],
            validity=validity_of(row).status(on),
        )
    return papers


def coverage(
    connection: Connection, actor: Actor, unit: str | None, doc_type: str | None, on: date
) -> Coverage | None:
    """Counts of the unit asked for, or of the actor's own; None outside the units the actor reaches.

    They count what the actor may find and nothing else.
    """
    asked = _unit(connection, actor, unit)
    if asked is None:
        return None
    query = select(records.c.work, func.count()).where(records.c.custodian_id == asked.id, reachable(actor))
    if doc_type:
        query = query.where(records.c.type_key == type_key(doc_type, on))
    counts: dict[str, int] = dict(iter(connection.execute(query.group_by(records.c.work))))
    return Coverage(
        unit=asked.code,
        unit_name=asked.name,
        doc_type=doc_type,
        registered=sum(counts.values()),
        read=sum(count for work, count in counts.items() if work not in _UNREAD),
        approved=counts.get("approved", 0),
    )


def _unit(connection: Connection, actor: Actor, code: str | None) -> Unit | None:
    query = select(units.c.id, units.c.code, units.c.name, units.c.level)
    if code:
        query = query.where(units.c.id == unit_in_force(connection, code).id)
    else:
        query = query.where(units.c.id == actor.unit_id)
    row = connection.execute(
        query.where(scope_of(actor, "find_person").allows_unit(units.c.id))
    ).one_or_none()
    return Unit(*row) if row else None
