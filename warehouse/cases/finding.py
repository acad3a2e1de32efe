"""Reading cases: to whoever may open or decide cases about all of its records; to others it is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, exists, or_, select, true

from warehouse.audit import write_entry
from warehouse.cases.uses import uses_of
from warehouse.codes.dates import VIETNAM, today
from warehouse.codes.working_days import years_without_holidays
from warehouse.errors import Forbidden, NotFound
from warehouse.keyset import behind
from warehouse.masks import masked
from warehouse.reasons import message
from warehouse.rights import Act, Actor, require, scope_of
from warehouse.tables import case_records, cases, records, units

DECISION = ("ground", "decided_at", "decided_by", "reply", "reply_number", "signer", "signing_capacity")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a list shows: of a unit (by its code), in a state, past their last day, of a record (public id)."""

    unit: str | None = None
    state: Literal["open", "decided"] | None = None
    overdue: bool = False
    record: str | None = None


def find_case(connection: Connection, actor: Actor, case: str, act: Act = "open_case") -> RowMapping:
    """The case's row; raises NotFound all the same if there is none or no right to know of it.

    Raises Forbidden if the actor may know of it but not do `act`.
    """
    query = (
        _cases()
        .add_columns(_covers(actor, act).label("act_allowed"))
        .where(cases.c.public_id == case.upper(), _covers(actor, "open_case"))
    )
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("unknown_case", case=case)
    if not row["act_allowed"]:
        raise Forbidden("no_right", act=act)
    return row


def list_cases(
    connection: Connection, actor: Actor, wanted: Wanted, after: Sequence[object] | None, limit: int
) -> list[dict[str, Any]]:
    """Cases by their last day; one more than `limit` if the list goes on. `after`: (due_on, id) of the last seen."""
    require(actor, "open_case")
    query = _cases().where(_covers(actor, "open_case"))
    if wanted.unit is not None:
        query = query.where(units.c.code == wanted.unit)
    if wanted.state is not None:
        query = query.where(cases.c.decided_at.is_(None) == (wanted.state == "open"))
    if wanted.overdue:
        query = query.where(cases.c.decided_at.is_(None), cases.c.due_on < today())
    if wanted.record is not None:
        query = query.where(cases.c.id.in_(_of_record(wanted.record)))
    found = (
        connection.execute(behind(query, (cases.c.due_on, cases.c.public_id), after, limit)).mappings().all()
    )
    write_entry(connection, actor, "view", "cases")
    return [summary(row) for row in found]


def describe_case(connection: Connection, actor: Actor, case: str) -> dict[str, Any]:
    """All of one case."""
    row = find_case(connection, actor, case)
    write_entry(connection, actor, "view", f"case {row['public_id']}")
    return described(connection, row)


def described(connection: Connection, row: RowMapping) -> dict[str, Any]:
    """The same for whoever has found it already."""
    public_ids = connection.scalars(
        select(records.c.public_id)
        .join(case_records, case_records.c.record_id == records.c.id)
        .where(case_records.c.case_id == row["id"])
        .order_by(records.c.public_id)
    )
    return {
        **summary(row),
        "requester": {
            "name": row["requester_name"],
            "contact": row["requester_contact"],
            "relation": row["relation"],
        },
        "description": row["description"],
        "field": row["field"],
        "records": list(public_ids),
        "warnings": _warnings(row),
        "decision": {"outcome": row["decision"], **{name: _plain(row[name]) for name in DECISION}}
        if row["decision"]
        else None,
        "uses": uses_of(connection, row) if row["decision"] else None,
    }


def summary(row: RowMapping) -> dict[str, Any]:
    """A case as it stands in a list; the holder's number is masked."""
    is_open = row["decided_at"] is None
    return {
        "case": row["public_id"],
        "number": f"{row['number']:02}/{row['year']}",
        "unit": row["unit"],
        "kind": row["kind"],
        "channel": row["channel"],
        "record": row["record"],
        "holder": masked(row["holder"]) if row["holder"] else None,
        "state": "open" if is_open else "decided",
        "opened_at": row["opened_at"].isoformat(),
        "opened_by": row["opened_by"],
        "due_on": row["due_on"].isoformat(),
        "overdue": is_open and row["due_on"] < today(),
        "revision": row["revision"],
    }


def _cases() -> Select[Any]:
    """Cases with their unit's code, and the public id of the record that a record's case is about."""
    about = (
        select(records.c.public_id)
        .join(case_records, case_records.c.record_id == records.c.id)
        .where(case_records.c.case_id == cases.c.id, cases.c.holder.is_(None))
        .scalar_subquery()
    )
    return select(cases, units.c.code.label("unit"), about.label("record")).join(
        units, units.c.id == cases.c.unit_id
    )


def _of_record(public_id: str) -> Select[tuple[int]]:
    return (
        select(case_records.c.case_id)
        .join(records, records.c.id == case_records.c.record_id)
        .where(records.c.public_id == public_id.upper())
    )


def _covers(actor: Actor, act: Act) -> ColumnElement[bool]:
    """The condition on `cases`: every record of it is in the actor's reach; without records, its unit is.

    One record outside hides the case whole, or it would tell that a person has that paper.
    """
    scope = scope_of(actor, act)
    if scope.everything:
        return true()
    its_records = exists().where(case_records.c.case_id == cases.c.id).correlate(cases)
    reached = (
        exists()
        .where(records.c.id == case_records.c.record_id, scope.allows_record())
        .correlate(case_records)
    )
    one_outside = exists().where(case_records.c.case_id == cases.c.id, ~reached).correlate(cases)
    return and_(~one_outside, or_(its_records, scope.allows_unit(cases.c.unit_id)))


def _warnings(row: RowMapping) -> list[dict[str, Any]]:
    """What whoever relies on the last day must know."""
    opened_on = row["opened_at"].astimezone(VIETNAM).date()
    return [
        {"reason": "no_holidays", **message("no_holidays", {"year": str(year)})}
        for year in years_without_holidays(opened_on, row["due_on"])
    ]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
