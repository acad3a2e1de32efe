"""What an account looks at, noted once per session of work (account, purpose, day in Viet Nam), not at every click."""

from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, delete, select

from warehouse.codes.dates import today
from warehouse.database import upsert
from warehouse.rights import Actor
from warehouse.tables import looks


def unnoted(connection: Connection, actor: Actor, what: str, public_ids: Collection[str]) -> list[str]:
    """Those of these records of which this account has not seen `what` in this session of work."""
    asked = sorted(set(public_ids))
    of_this_work = [*_of(_work(actor, what)), looks.c.record.in_(asked)]
    noted = set(connection.scalars(select(looks.c.record).where(*of_this_work)))
    return [record for record in asked if record not in noted]


def note(connection: Connection, actor: Actor, what: str, public_ids: Collection[str]) -> list[str]:
    """The same, and they are noted: their audit entry is the caller's, in this transaction."""
    new = unnoted(connection, actor, what, public_ids)
    if new:
        connection.execute(delete(looks).where(looks.c.day < today()))  # the trail is in the audit log
        rows = [{**_work(actor, what), "record": record} for record in new]
        upsert(connection, looks, rows, list(looks.primary_key.c.keys()))
    return new


def _work(actor: Actor, what: str) -> dict[str, object]:
    return {
        "day": today(),
        "who": actor.who,
        "purpose": sha256(f"{what}: {actor.purpose}".encode()).hexdigest(),
    }


def _of(work: dict[str, object]) -> list[ColumnElement[bool]]:
    return [looks.c[name] == value for name, value in work.items()]
