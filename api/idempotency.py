"""A request that comes again is not done again: its first answer is kept beside what it did.

The key is its asker's; another asker, method or path with the same letters is another key. An answer is kept
for a day and then swept. A request that failed left nothing behind and may be repeated under its key.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from pydantic_core import to_json, to_jsonable_python
from sqlalchemy import Connection, delete, select, update

from warehouse.database import Database, upsert
from warehouse.errors import Conflict
from warehouse.tables import idempotency_keys as keys

KEPT = timedelta(hours=24)


def scoped(who: str, method: str, path: str, key: str) -> str:
    """What a key is filed under."""
    return sha256("\n".join((who, method, path, key)).encode()).hexdigest()


def once(connection: Connection, key: str | None, body: str, act: Callable[[Connection], object]) -> Any:
    """The answer of `act` as JSON, or that of the first request under this key (None: there is none).

    `body`: SHA-256 of the request's. Raises Conflict if that of the first was another.
    """
    if key is None:
        return to_jsonable_python(act(connection))
    now = datetime.now(UTC)
    connection.execute(delete(keys).where(keys.c.key == key, keys.c.created_at < now - KEPT))
    row = {"key": key, "body": body, "answer": None, "created_at": now}
    upsert(connection, keys, [row], ["key"])  # waits for whoever is at it
    first = connection.execute(select(keys).where(keys.c.key == key).with_for_update()).mappings().one()
    if first["body"] != body:
        raise Conflict("key_reused")
    if first["answer"] is not None:
        return json.loads(first["answer"])
    answer = to_json(act(connection)).decode()
    connection.execute(update(keys).where(keys.c.key == key).values(answer=answer))
    return json.loads(answer)


def sweep(database: Database) -> int:
    """Forget answers older than a day; how many."""
    with database.write() as connection:
        old = keys.c.created_at < datetime.now(UTC) - KEPT
        return connection.execute(delete(keys).where(old)).rowcount
