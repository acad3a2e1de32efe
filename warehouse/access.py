"""Access sessions: an officer who handles a person's dossier may read that person's papers, for a while.

Whatever their custodian, field or class, but approved and released ones alone (rights.Scope).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert, select

from warehouse.audit import write_entry
from warehouse.codes.fields import check_field
from warehouse.errors import UsageError
from warehouse.rights import Actor, require
from warehouse.tables import access_sessions

LONGEST = timedelta(hours=12)  # one day's work on a dossier; the next day it is opened anew


@dataclass(frozen=True, slots=True)
class Access:
    """What is asked for: an officer's account, the person's number, and the dossier it is for."""

    user_id: int
    holder_number: str
    procedure_code: str
    dossier_code: str
    lasts: timedelta = LONGEST


def open_access(connection: Connection, actor: Actor, asked: Access) -> datetime:
    """Open a holder's papers to an officer; until when. Raises UsageError for codes that are none."""
    require(actor, "open_access")
    named = {
        "holder_number": _checked("holder_id", asked.holder_number),
        "procedure_code": _checked("procedure_code", asked.procedure_code),
        "dossier_code": _checked("dossier_code", asked.dossier_code),
    }
    now = datetime.now(UTC)
    until = now + min(asked.lasts, LONGEST)
    opened = {"user_id": asked.user_id, "opened_at": now, "opened_by": actor.who, "until": until}
    connection.execute(insert(access_sessions).values(**named, **opened))
    write_entry(
        connection, actor, "open_access", named["dossier_code"],
        user=asked.user_id, holder=named["holder_number"], procedure=named["procedure_code"],
        until=until.isoformat(timespec="seconds"),
    )  # fmt: skip
    return until


def open_holders(connection: Connection, user_id: int, now: datetime | None = None) -> frozenset[str]:
    """Numbers of the persons whose papers are open to an officer: for Actor.holders."""
    moment = now or datetime.now(UTC)
    query = select(access_sessions.c.holder_number).where(
        access_sessions.c.user_id == user_id,
        access_sessions.c.opened_at <= moment,
        access_sessions.c.until > moment,
    )
    return frozenset(connection.scalars(query))


def _checked(name: str, value: str) -> str:
    checked = check_field(name, value)
    if checked.value is None:
        raise UsageError(checked.reason or "", value=value)
    return checked.value
