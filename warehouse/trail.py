"""Looking things up in the audit log: by who, what, to what and when. Entries are read, never changed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, or_, select

from warehouse.audit import found_by, write_entry
from warehouse.keyset import behind
from warehouse.rights import Actor, require, scope_of
from warehouse.tables import audit, records, units

USES = ("view", "view_pages", "see_numbers", "find_person", "download", "print", "export", "use")
"""Actions by which somebody came to know what a record says, in the program or taken out of it."""


CHANGES = (
    "approve", "confirm", "correct", "hide", "lift_quarantine", "quarantine", "reinstate", "reject_proposal",
    "release", "replace", "resubmit", "return", "revoke", "supersede", "take_proposal", "take_scan", "withdraw",
)  # fmt: skip
"""Actions that change a record: they make up its history."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `seq` and `hash` are None until it is sealed. `unit`: code. `detail`: by action."""

    id: int
    seq: int | None
    hash: str | None
    at: datetime
    who: str
    unit: str | None
    assignment: int | None
    address: str
    purpose: str
    action: str
    subject: str
    version: str | None
    outcome: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None: whatever it is. `since` is part of the time, `until` no more."""

    who: str | None = None
    subject: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def told(self) -> dict[str, str]:
        """What was asked for, as an entry has it."""
        return {name: str(value) for name, value in asdict(self).items() if value is not None}

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """On rows of `audit`."""
        if self.who is not None:
            yield audit.c.actor == found_by(self.who)
        if self.subject is not None:
            yield audit.c.subject == found_by(self.subject)
        if self.action is not None:
            yield audit.c.action == found_by(self.action)
        if self.since is not None:
            yield audit.c.at >= self.since
        if self.until is not None:
            yield audit.c.at < self.until


def look_up(
    connection: Connection, actor: Actor, wanted: Wanted, after: Sequence[int] | None = None, limit: int = 50
) -> list[Entry]:
    """The newest entries first that an auditor may see, one more than `limit`; `after`: the id of the last he has.

    That he looks is an entry itself, once and not for each page.
    """
    require(actor, "audit")
    query = select(audit).where(may_see(actor), *wanted.conditions())
    found = _entries(connection, behind(query, [audit.c.id], after, limit, newest_first=True))
    if after is None:
        write_entry(connection, actor, "audit", wanted.subject or wanted.who or "audit", wanted=wanted.told())
    return found


def entries_about(connection: Connection, public_id: str, since: datetime) -> list[Entry]:
    """Every view, download and use of a record since a moment, oldest first; whoever asks has the right to it."""
    about = (audit.c.subject == found_by(public_id), audit.c.action.in_(USES), audit.c.at >= since)
    return _entries(connection, select(audit).where(*about).order_by(audit.c.id))


def changes_of(connection: Connection, public_id: str) -> list[Entry]:
    """What was done to a record, oldest first; whoever asks has the right to read it."""
    about = (audit.c.subject == found_by(public_id), audit.c.action.in_(CHANGES))
    return _entries(connection, select(audit).where(*about).order_by(audit.c.id))


def may_see(actor: Actor) -> ColumnElement[bool]:
    """Entries of actors and about records inside the units of an auditor."""
    scope = scope_of(actor, "audit")
    in_reach = exists().where(
        records.c.public_id == audit.c.subject, scope.allows_unit(records.c.custodian_id)
    )
    return or_(scope.allows_unit(audit.c.unit_id), in_reach)


def _entries(connection: Connection, query: Select[Any]) -> list[Entry]:
    """From the texts, which are what is sealed, and not from the columns beside them; units by their codes."""
    rows = connection.execute(query).all()
    said = [json.loads(row.entry) for row in rows]
    met = {each["unit"] for each in said}
    codes = {row.id: row.code for row in connection.execute(select(units).where(units.c.id.in_(met)))}
    return [_entry(row, each, codes) for row, each in zip(rows, said, strict=True)]


def _entry(row: Row[Any], said: Mapping[str, Any], codes: Mapping[int, str]) -> Entry:
    told = {"at": datetime.fromisoformat(said["at"]), "unit": codes.get(said["unit"])}
    return Entry(row.id, row.seq, row.hash, **{**said, **told})
