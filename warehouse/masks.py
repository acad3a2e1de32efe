"""Identity numbers as people see them: masked in lists and hits, in full for whoever says what for.

A look at full numbers is noted once per session of work (account, purpose, day in Viet Nam), not at every click.
"""

from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import Connection, delete, select

from warehouse.audit import write_entries
from warehouse.codes.dates import today
from warehouse.database import upsert
from warehouse.errors import UsageError
from warehouse.rights import Actor
from warehouse.tables import looks

SHOWN = 4  # digits at the end: enough to tell two people apart, too few to use


def masked(number: str) -> str:
    """The number with its last four characters alone: ••••••••1234; a short one shows no more than half."""
    shown = min(SHOWN, len(number) // 2)
    return "•" * (len(number) - shown) + number[len(number) - shown :]


def note_look(connection: Connection, actor: Actor, public_ids: Collection[str]) -> None:
    """Write down that the actor is shown the full numbers of these records, for the purpose the actor states.

    To be called in the transaction that gives the numbers out. Raises UsageError if no purpose is stated.
    """
    if not actor.purpose.strip():
        raise UsageError("purpose_missing")
    work = {"day": today(), "who": actor.who, "purpose": sha256(actor.purpose.encode()).hexdigest()}
    of_this_work = [looks.c[name] == value for name, value in work.items()]
    asked = sorted(set(public_ids))
    noted = connection.scalars(select(looks.c.record).where(*of_this_work, looks.c.record.in_(asked))).all()
    new = [record for record in asked if record not in noted]
    if not new:
        return
    connection.execute(delete(looks).where(looks.c.day < today()))  # the trail is in the audit log
    upsert(
        connection, looks, [{**work, "record": record} for record in new], list(looks.primary_key.c.keys())
    )
    write_entries(connection, actor, "see_numbers", [(record, None) for record in new])
