"""The audit log: who did what, to what, why; written in the action's own transaction.

An entry is kept as the exact canonical text that a sealer will hash and chain later.
"""

import json
from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from warehouse.rights import Actor
from warehouse.tables import audit


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
    at = datetime.now(UTC)
    entry = {
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
    connection.execute(insert(audit).values(at=at, entry=canonical(entry)))


def canonical(entry: object) -> str:
    """JSON with sorted keys and no spaces: the same entry is the same text everywhere."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
