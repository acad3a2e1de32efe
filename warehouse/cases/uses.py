"""Who may have been misled: every view, download and use of a case's records while they were wrong."""

from typing import Any

from sqlalchemy import Connection, RowMapping, select

from warehouse.tables import case_records, records
from warehouse.trail import entries_about


def uses_of(connection: Connection, case: RowMapping) -> list[dict[str, Any]]:
    """Of a decided case, oldest first: from the day each record was wrong to the decision."""
    covered = connection.execute(
        select(records.c.public_id, case_records.c.wrong_since)
        .join(records, records.c.id == case_records.c.record_id)
        .where(case_records.c.case_id == case["id"])
    )
    found = [
        entry
        for record in covered
        for entry in entries_about(connection, record.public_id, record.wrong_since)
        if entry.at <= case["decided_at"]
    ]
    return [
        {
            "record": entry.subject,
            "at": entry.at.isoformat(),
            "who": entry.who,
            "action": entry.action,
            "purpose": entry.purpose,
            "version": entry.version,
        }
        for entry in sorted(found, key=lambda entry: entry.id)
    ]
