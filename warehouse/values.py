"""Field values of records: rows by origin and version, never overwritten.

Shown is the newest value of the best origin (records.ORIGINS, best first). Two origins whose values
differ after normalisation are a conflict. An empty value is a person's word that the paper does not say it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from warehouse.codes.fields import agree
from warehouse.records import ORIGINS, FieldValue, Origin
from warehouse.tables import fields, records

LIST_FIELDS = frozenset({"signing_capacity"})
HUMAN: Origin = "human"


@dataclass(frozen=True, slots=True)
class Conflict:
    """What another origin says than the value that is shown."""

    name: str
    shown: str
    other: FieldValue


class Values:
    """The newest values of one record, by name and origin."""

    def __init__(self, newest: Iterable[FieldValue]) -> None:
        self._by_name: dict[str, dict[str, list[FieldValue]]] = defaultdict(dict)
        for value in newest:
            self._by_name[value.name].setdefault(value.origin, []).append(value)

    def shown(self, name: str) -> list[FieldValue]:
        """The values of the best origin in order; empty if nobody gave one, or a person said there is none."""
        origins = self._by_name.get(name, {})
        best = min(origins, key=_rank, default=None)
        found = [value for value in origins[best] if value.value] if best else []
        return sorted(found, key=lambda value: value.ordinal)

    def is_settled(self, name: str) -> bool:
        """Whether a person has said what this field holds, or that the paper does not say it."""
        return HUMAN in self._by_name.get(name, {})

    def one(self, name: str) -> FieldValue | None:
        """The shown value of a field that is not a list."""
        return next(iter(self.shown(name)), None)

    def text(self, name: str) -> str | None:
        """The shown value's text."""
        value = self.one(name)
        return value.value if value else None

    def all_shown(self) -> list[FieldValue]:
        """The shown values of every field that has one."""
        return [value for name in self._by_name for value in self.shown(name)]

    def told(self, new: Sequence[FieldValue]) -> "Values":
        """What would be known if these were said as well."""
        replaced = {(value.name, value.origin, value.ordinal) for value in new}
        known = [
            value for origins in self._by_name.values() for values in origins.values() for value in values
        ]
        kept = [value for value in known if (value.name, value.origin, value.ordinal) not in replaced]
        return Values([*kept, *new])

    def conflicts(self) -> list[Conflict]:
        """Every value of another origin that does not agree with the shown one."""
        found = []
        for name, origins in self._by_name.items():
            shown = self.one(name)
            if name in LIST_FIELDS or shown is None:
                continue
            others = [
                value for values in origins.values() for value in values if value.origin != shown.origin
            ]
            found += [
                Conflict(name, shown.value, other)
                for other in others
                if not agree(name, shown.value, other.value)
            ]
        return found


def values_of(
    connection: Connection, record_ids: Sequence[int], names: Collection[str] | None = None
) -> dict[int, Values]:
    """The newest values of many records in one query: of all fields, or of those named."""
    newest = _newest_rows(connection, record_ids, names)
    by_record: dict[int, list[FieldValue]] = {record_id: [] for record_id in record_ids}
    for row in newest:
        if row["value"] or row["origin"] == HUMAN:  # else it was read of a former scan
            by_record[row["record_id"]].append(_value(row))
    return {record_id: Values(found) for record_id, found in by_record.items()}


def newest_values(connection: Connection, record_id: int) -> list[FieldValue]:
    """The newest value of each origin, those of former scans as empty ones."""
    return [_value(row) for row in _newest_rows(connection, [record_id])]


def add_values(
    connection: Connection,
    additions: Mapping[int, Sequence[FieldValue]],
    who: str | None = None,
    reason: str | None = None,
) -> set[int]:
    """Add a version for each value that is new or differs from its origin's newest; which records changed.

    `who` and `reason` are kept with values that a person gave.
    """
    _lock(connection, additions)
    known = {_key(row): row for row in _newest_rows(connection, list(additions))}
    rows = []
    for record_id, values in additions.items():
        for value in values:
            before = known.get((record_id, value.name, value.origin, value.ordinal))
            if before is None or _value(before) != value:
                version = 1 + (before["version"] if before else 0)
                rows.append({**_row(record_id, value, version), "who": who, "reason": reason})
    if rows:
        connection.execute(insert(fields), rows)
    return {row["record_id"] for row in rows}


def _lock(connection: Connection, record_ids: Collection[int]) -> None:
    """A list and a reading may say something of one record at the same moment: one after the other."""
    query = select(records.c.id).where(records.c.id.in_(record_ids)).order_by(records.c.id)
    connection.execute(query.with_for_update(key_share=True))  # others may refer to it


def _newest_rows(
    connection: Connection, record_ids: Sequence[int], names: Collection[str] | None = None
) -> list[RowMapping]:
    query = select(fields).where(fields.c.record_id.in_(record_ids)).order_by(fields.c.version)
    if names is not None:
        query = query.where(fields.c.name.in_(names))
    newest = {_key(row): row for row in connection.execute(query).mappings()}
    return list(newest.values())


def _key(row: RowMapping) -> tuple[int, str, str, int]:
    return row["record_id"], row["name"], row["origin"], row["ordinal"]


def _value(row: RowMapping) -> FieldValue:
    return FieldValue(
        name=row["name"],
        value=row["value"],
        origin=row["origin"],
        confidence=row["confidence"],
        page=row["page"],
        box=tuple(row["box"]) if row["box"] else None,
        ordinal=row["ordinal"],
        precision=row["precision"],
    )


def _row(record_id: int, value: FieldValue, version: int) -> dict[str, Any]:
    return {
        "record_id": record_id,
        "name": value.name,
        "group": "",
        "ordinal": value.ordinal,
        "origin": value.origin,
        "version": version,
        "value": value.value,
        "precision": value.precision,
        "confidence": value.confidence,
        "page": value.page,
        "box": list(value.box) if value.box else None,
        "created_at": datetime.now(UTC),
    }


def _rank(origin: str) -> int:
    return [str(known) for known in ORIGINS].index(origin)
