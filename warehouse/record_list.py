"""Lists of records: filtered, in the order of their days, a page at a time.

A page costs a handful of queries, however many records it shows and however many there are: every filter that
may be rare has an index in the order of the list (warehouse.tables.records); one for a review reason looks
through what awaits review. Nothing is counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Text,
    case,
    cast,
    false,
    literal,
    literal_column,
    or_,
    select,
)

from warehouse.cases.disputed import is_disputed
from warehouse.catalogue import validity_of
from warehouse.codes.dates import VIETNAM, today
from warehouse.keyset import behind
from warehouse.masks import masked
from warehouse.result_types import type_key
from warehouse.returns import newest_returns
from warehouse.review_reasons import as_told
from warehouse.rights import Actor, Scope, require, scope_of
from warehouse.tables import records, units
from warehouse.values import Values, values_of

SHOWN = ("doc_type", "reference_number", "issued_on", "issuing_agency", "subject", "holder_name", "holder_id")
"""Fields that a list shows; identity numbers masked."""

Order = Literal["newest", "oldest"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None: not by this. Days are days of Viet Nam, the first and the last.

    `unit`: code of the custodian. `type`: a type of result by code or name. `review`: a review reason, or
    its kind (`missing`). `mine`: returned to a unit in which the asker takes papers in.
    """

    unit: str | None = None
    batch: int | None = None
    state: str | None = None
    availability: str | None = None
    type: str | None = None
    sensitivity: str | None = None
    received_from: date | None = None
    received_to: date | None = None
    approved_from: date | None = None
    approved_to: date | None = None
    review: str | None = None
    mine: bool = False

    @property
    def by(self) -> ColumnElement[datetime]:
        """The day by which the list is ordered: that of approval if it is asked for, else of receipt."""
        return records.c.approved_at if self.approved_from or self.approved_to else records.c.received_at


def list_records(
    connection: Connection,
    actor: Actor,
    filters: Filters,
    order: Order = "newest",
    after: Sequence[object] | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """The records behind `after` (their `place`: day and row id), and one more if the list goes on."""
    require(actor, "read")
    scope = scope_of(actor)
    query = (
        select(records, units.c.code.label("unit"), is_disputed.label("disputed"))
        .join(units, units.c.id == records.c.custodian_id)
        .where(_of_units(scope, scope.allows_record()), *_conditions(connection, actor, filters))
    )
    newest_first = order == "newest"
    page = behind(query, [filters.by, records.c.id], after, limit, newest_first=newest_first)
    return _told(connection, actor, connection.execute(page).mappings().all(), filters)


def _of_units(scope: Scope, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition so put that no database gathers all records of many units and sorts them.

    SQLite, which keeps no statistics, would; one unit's records lie in their order.
    """
    several = len({unit for reach in scope.reaches for unit in reach.units}) > 1
    return case((condition, 1), else_=0) == literal(1) if several else condition


def _conditions(connection: Connection, actor: Actor, filters: Filters) -> Iterator[ColumnElement[bool]]:
    if filters.unit is not None:  # a code may have been given again: its units one after the other
        of_code = connection.scalars(select(units.c.id).where(units.c.code == filters.unit)).all()
        yield or_(false(), *(records.c.custodian_id == unit_id for unit_id in of_code))
    if filters.batch is not None:
        yield records.c.batch_id == filters.batch
    if filters.state is not None:
        yield records.c.work == filters.state
    if filters.availability is not None:  # spelt out, so that the partial index of the few hidden ones fits
        hidden = records.c.availability == literal_column("'hidden'")
        yield hidden if filters.availability == "hidden" else records.c.availability == filters.availability
    if filters.type is not None:
        yield records.c.type_key == type_key(filters.type, today())
    if filters.sensitivity is not None:
        yield records.c.sensitivity == filters.sensitivity
    if filters.review is not None:
        yield records.c.work == "needs_review"
        yield _has_reason(filters.review)
    if filters.mine:
        yield records.c.work == "returned"
        taking_in = scope_of(actor, "take_in")
        yield _of_units(taking_in, taking_in.allows_unit(records.c.digitised_by_id))
    yield from _days(records.c.received_at, filters.received_from, filters.received_to)
    yield from _days(records.c.approved_at, filters.approved_from, filters.approved_to)


def _has_reason(reason: str) -> ColumnElement[bool]:
    text = cast(records.c.review, Text)
    named = text.contains(f'"{reason}"', autoescape=True)
    return named if ":" in reason else named | text.contains(f'"{reason}:', autoescape=True)


def _days(
    column: ColumnElement[datetime], first: date | None, last: date | None
) -> Iterator[ColumnElement[bool]]:
    if first is not None:
        yield column >= datetime.combine(first, time(), VIETNAM)
    if last is not None:
        yield column < datetime.combine(last + timedelta(days=1), time(), VIETNAM)


def _told(
    connection: Connection, actor: Actor, rows: Sequence[RowMapping], filters: Filters
) -> list[dict[str, Any]]:
    open_ones = [row["id"] for row in rows if row["work"] != "quarantined"]
    shown = values_of(connection, open_ones, SHOWN)
    reviews = as_told(connection, actor, [row["review"] for row in rows])
    away = newest_returns(connection, [row["id"] for row in rows if row["work"] == "returned"])
    return [
        {
            "record": row["public_id"],
            "kind": row["kind"],
            "unit": row["unit"],
            "batch": row["batch_id"],
            "state": row["work"],
            "availability": row["availability"],
            "disputed": row["disputed"],
            "sensitivity": row["sensitivity"],
            "revision": row["revision"],
            "review": review,
            "received_at": row["received_at"],
            "approved_at": row["approved_at"],
            "validity": validity_of(row).status(today()),
            "returned": away.get(row["id"]),
            **_fields(shown.get(row["id"])),
            "place": (row[filters.by.key or ""], row["id"]),
        }
        for row, review in zip(rows, reviews, strict=True)
    ]


def _fields(values: Values | None) -> dict[str, str | None]:
    """What a list shows of a paper; nothing of one in quarantine."""
    texts = {name: values.text(name) if values else None for name in SHOWN}
    number = texts["holder_id"]
    return texts | {"holder_id": masked(number) if number else None}
