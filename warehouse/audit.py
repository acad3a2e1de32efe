"""The audit log: who did what, to what, why; written in the action's own transaction.

An entry is kept as the exact canonical text that the sealer (warehouse/sealing.py) hashes and chains. A few
columns repeat what entries are looked for by. Nothing changes or removes an entry.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert

from warehouse.rights import Actor
from warehouse.tables import audit
from warehouse.tables.audit import LOOKED_UP


def write_entry(
    connection: Connection,
    actor: Actor,
    action: str,
    subject: str,
    *,
    outcome: str = "ok",
    version: str | None = None,
    **detail: object,
) -> None:
    """Add one entry: `subject` is what was acted on (a record's public id, a batch, a query).

    `version`: SHA-256 of what was seen, given or made, where there are bytes of it.
    """
    write_entries(connection, actor, action, [(subject, version)], outcome=outcome, **detail)


def write_entries(
    connection: Connection,
    actor: Actor,
    action: str,
    done_to: Sequence[tuple[str, str | None]],
    *,
    outcome: str = "ok",
    **detail: object,
) -> None:
    """The same for one deed done to many: an entry for each subject, with its version."""
    at = datetime.now(UTC)
    entries = [
        {
            "at": at.isoformat(timespec="microseconds"),
            "who": actor.who,
            "unit": actor.unit_id,
            "assignment": actor.assignment_id,
            "address": actor.address,
            "purpose": actor.purpose,
            "action": action,
            "subject": subject,
            "version": version,
            "outcome": outcome,
            "detail": detail,
        }
        for subject, version in done_to
    ]
    if entries:
        rows = [{"at": at, "entry": canonical(entry), **columns_of(entry)} for entry in entries]
        connection.execute(insert(audit), rows)


def canonical(entry: object) -> str:
    """JSON with sorted keys and no spaces: the same entry is the same text everywhere."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def columns_of(entry: dict[str, Any]) -> dict[str, Any]:
    """What the columns beside an entry's text repeat of it, `at` left out."""
    return {
        "actor": found_by(entry["who"]),
        "unit_id": entry["unit"],
        "action": found_by(entry["action"]),
        "subject": found_by(entry["subject"]),
    }


def found_by(name: str) -> str:
    """A name as it stands in the columns: as long as an index takes, without what PostgreSQL refuses."""
    return name.replace("\0", "")[:LOOKED_UP]
