"""Records carried over from an older system: where they came from, and what was settled there."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import Connection, RowMapping, select, tuple_, update

from warehouse.codes.dates import VIETNAM
from warehouse.database import upsert
from warehouse.tables import former_parts, migrated, records

BLOCKING = ("conflict", "page_failed", "pages_missing", "files_missing", "nothing_to_read")
"""A former approval does not stand when the scan says otherwise or cannot be read."""


def remember(connection: Connection, origins: Mapping[int, Mapping[str, str]]) -> None:
    """Write down where records (by id) came from; an origin that is taken already is left out."""
    rows = [
        {
            "record_id": record_id,
            "source_system": origin["source_system"],
            "source_id": origin["source_id"],
            "digitised_on": _day(origin.get("digitised_on")),
            "approved_on": _day(origin.get("approved_on")),
            "approved_by": origin.get("approved_by"),
        }
        for record_id, origin in origins.items()
    ]
    upsert(connection, migrated, rows, ["source_system", "source_id"])


def records_from(
    connection: Connection, origins: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], RowMapping]:
    """The records that came from these (system, id) pairs."""
    query = (
        select(records, migrated.c.source_system, migrated.c.source_id)
        .join(migrated, migrated.c.record_id == records.c.id)
        .where(tuple_(migrated.c.source_system, migrated.c.source_id).in_(origins))
    )
    rows = connection.execute(query).mappings()
    return {(row["source_system"], row["source_id"]): row for row in rows}


def origin_of(connection: Connection, record_id: int) -> RowMapping | None:
    """Where a record came from; None if it was first digitised here."""
    return connection.execute(select(migrated).where(migrated.c.record_id == record_id)).mappings().first()


def honour_approval(connection: Connection, record_id: int) -> None:
    """A record that was approved in its older system is approved, unless its scan speaks against it.

    Nobody there has seen a scan that took another's place.
    """
    origin = origin_of(connection, record_id)
    rescanned = select(former_parts.c.id).where(former_parts.c.record_id == record_id).limit(1)
    if origin is None or origin["approved_on"] is None or connection.scalar(rescanned):
        return
    record = connection.execute(select(records).where(records.c.id == record_id)).mappings().one()
    spoken_against = any(reason.partition(":")[0] in BLOCKING for reason in record["review"])
    if record["work"] not in ("needs_review", "ready") or spoken_against:
        return
    approved_at = datetime.combine(origin["approved_on"], time(12), VIETNAM).astimezone(UTC)
    connection.execute(
        update(records)
        .where(records.c.id == record_id)
        .values(
            work="approved",
            approved_at=approved_at,
            approved_by=origin["approved_by"] or origin["source_system"],
            digitised_on=origin["digitised_on"] or origin["approved_on"],
        )
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
