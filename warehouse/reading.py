"""One record as its reader sees it: all that is known, and its history; identity numbers by purpose.

They are masked for whoever states no purpose; a look at full ones is noted (warehouse.masks).
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from warehouse.audit import write_entry
from warehouse.catalogue import describe, find_record
from warehouse.masks import masked, masked_in, note_look
from warehouse.notes import notes_of
from warehouse.returns import newest_returns, returns_of
from warehouse.review_reasons import as_told
from warehouse.rights import Actor
from warehouse.tables import fields
from warehouse.trail import changes_of

NUMBER = "holder_id"


def read_record(connection: Connection, actor: Actor, name: str, on: date | None = None) -> dict[str, Any]:
    """A record as `khoso show --json` prints it, and why it was returned if it is."""
    found = describe(connection, actor, name, on)
    record = find_record(connection, actor, name)
    away = newest_returns(connection, [record["id"]] if record["work"] == "returned" else [])
    found["returned"] = away.get(record["id"])
    [found["review"]] = as_told(connection, actor, [found["review"]])
    if record["work"] != "quarantined" and not _may_see(connection, actor, found["record"]):
        _mask(found)
    return found


def history_of(connection: Connection, actor: Actor, name: str) -> dict[str, Any]:
    """Every version of every field, what was done to the record, its returns and notes; each oldest first."""
    record = find_record(connection, actor, name)
    write_entry(connection, actor, "view", record["public_id"], part="history")
    open_ = record["work"] != "quarantined"
    shown: Callable[[str], str] = (
        str if open_ and _may_see(connection, actor, record["public_id"]) else masked
    )
    return {
        "record": record["public_id"],
        "received_at": record["received_at"],
        "read_at": record["read_at"],
        "fields": list(_versions(connection, record["id"], shown)) if open_ else [],
        "changes": [
            {
                "at": entry.at,
                "who": entry.who,
                "action": entry.action,
                "reason": entry.detail.get("reason"),
                "fields": entry.detail.get("fields", []),
                "revision": entry.detail.get("revision"),
            }
            for entry in changes_of(connection, record["public_id"])
        ],
        "returns": returns_of(connection, record["id"]),
        "notes": notes_of(connection, record["id"]) if open_ else [],
    }


def _may_see(connection: Connection, actor: Actor, public_id: str) -> bool:
    if not actor.purpose:
        return False
    note_look(connection, actor, [public_id])
    return True


def _versions(
    connection: Connection, record_id: int, shown: Callable[[str], str]
) -> Iterable[dict[str, Any]]:
    names = ("name", "ordinal", "origin", "version", "value", "confidence", "page", "box", "who", "reason")
    query = select(fields).where(fields.c.record_id == record_id).order_by(fields.c.id)
    for row in connection.execute(query).mappings():
        value = shown(row["value"]) if row["name"] == NUMBER else row["value"]
        yield {name: row[name] for name in names} | {"value": value, "at": row["created_at"]}


def _mask(found: dict[str, Any]) -> None:
    """Hide the numbers of a description, wherever they stand."""
    number = found["fields"][NUMBER]
    number["value"] = _hidden(number["value"])
    for conflict in found["conflicts"]:
        if conflict["name"] == NUMBER:
            conflict |= {"shown": _hidden(conflict["shown"]), "other": _hidden(conflict["other"])}
    for proposal in found["proposals"]:
        if proposal["name"] == NUMBER:
            proposal["value"] = _hidden(proposal["value"])
    for party in found["parties"]:
        for each in party["ids"]:
            each["value"] = _hidden(each["value"])
    for page in found["pages"]:
        page["text"] = masked_in(page["text"])


def _hidden(number: str | None) -> str | None:
    return masked(number) if number else number
