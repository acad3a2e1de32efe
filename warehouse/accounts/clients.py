"""Programs of other offices that ask by token: acts they may do, and the units they may do them for."""

import hmac
import re
import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import TypedDict, get_args

from sqlalchemy import ColumnElement, Connection, RowMapping, exists, func, insert, select, update

from warehouse.accounts.grants import grant_of_client, in_force
from warehouse.accounts.names import folded, sought
from warehouse.accounts.tokens import hash_of, new_token
from warehouse.audit import write_entry
from warehouse.codes.dates import today
from warehouse.database import insert_new
from warehouse.errors import Conflict, NotFound, Unauthenticated, UsageError
from warehouse.keyset import behind
from warehouse.rights import Act, Actor, require, require_unit, scope_of
from warehouse.tables import client_units, clients, units
from warehouse.units import unit_in_force

MARK = "khoso"
"""Tokens begin with it, so that whoever finds one in a file or a log knows whose it is."""
_TOKEN = re.compile(rf"{MARK}_(?P<prefix>[0-9a-f]{{12}})_[\w-]+", re.ASCII)

_BY_PEOPLE: frozenset[Act] = frozenset({
    "confirm", "approve", "return", "release", "end", "decide_case",
    "manage_accounts", "manage_clients", "move_custody",
})  # fmt: skip
"""What somebody answers for by name is never done by a program."""
SCOPES: frozenset[Act] = frozenset(get_args(Act)) - _BY_PEOPLE


class Client(TypedDict):
    """A program as it is listed; never its token."""

    name: str
    state: str
    prefix: str
    scopes: list[str]
    units: list[str]
    valid_from: str
    valid_to: str | None


def actor_by_bearer(connection: Connection, token: str) -> Actor:
    """The program that holds a token, with its rights of today; raises Unauthenticated."""
    told = _TOKEN.fullmatch(token)
    row = connection.execute(
        select(clients).where(
            clients.c.prefix == (told["prefix"] if told else ""),
            clients.c.state == "active",
            in_force(clients, today()),
        )
    ).one_or_none()
    if row is None or not hmac.compare_digest(row.hash, hash_of(token)):
        raise Unauthenticated("bad_token")
    grant = grant_of_client(connection, row.id, frozenset(row.scopes))
    first = select(func.min(client_units.c.unit_id)).where(client_units.c.client_id == row.id)
    return Actor(f"client:{row.name}", connection.scalar(first), grants=(grant,))


def add_client(
    connection: Connection,
    actor: Actor,
    name: str,
    scopes: Collection[str],
    unit_codes: Collection[str],
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> str:
    """Make a client; its token, which is not to be had again. Raises Forbidden, Conflict, UsageError."""
    if unknown := sorted(set(scopes) - SCOPES):
        raise UsageError("unknown_scope", scope=unknown[0], scopes=", ".join(sorted(SCOPES)))
    if not (scopes and unit_codes):
        raise UsageError("client_of_nothing")
    codes = sorted(set(unit_codes))
    ids = [unit_in_force(connection, code).id for code in codes]
    for unit_id in ids:
        require_unit(actor, "manage_clients", unit_id)
    prefix, token = _new_token()
    row = {
        "name": folded(name), "state": "active", "prefix": prefix, "hash": hash_of(token),
        "scopes": sorted(set(scopes)), "valid_from": valid_from or today(), "valid_to": valid_to,
        "created_at": datetime.now(UTC), "created_by": actor.who,
    }  # fmt: skip
    made = insert_new(connection, clients, row, "name")
    if made is None:
        raise Conflict("client_exists", name=row["name"])
    connection.execute(insert(client_units), [{"client_id": made, "unit_id": unit_id} for unit_id in ids])
    write_entry(connection, actor, "add_client", f"client:{row['name']}", scopes=row["scopes"], units=codes)
    return token


def rotate_client(connection: Connection, actor: Actor, name: str) -> str:
    """Give a client a new token; the old one is worth nothing from now on."""
    client_id = _lock(connection, actor, name)
    prefix, token = _new_token()
    _change(connection, client_id, prefix=prefix, hash=hash_of(token))
    write_entry(connection, actor, "rotate_client", f"client:{name}")
    return token


def disable_client(connection: Connection, actor: Actor, name: str) -> None:
    """Shut a client out for good: a new one is made with a new name."""
    client_id = _lock(connection, actor, name)
    _change(connection, client_id, state="disabled")
    write_entry(connection, actor, "disable_client", f"client:{name}")


def list_clients(
    connection: Connection, actor: Actor, after: Sequence[object] | None = None, limit: int = 200
) -> list[Client]:
    """Clients whose units all lie where the actor manages them, by name; one more than `limit` if there are."""
    require(actor, "manage_clients")
    query = behind(select(clients).where(_managed(actor)), [clients.c.name], after, limit)
    return [_client(connection, row) for row in connection.execute(query).mappings()]


def show_client(connection: Connection, actor: Actor, name: str) -> Client:
    """One of them; raises NotFound."""
    require(actor, "manage_clients")
    query = select(clients).where(clients.c.name == sought(name), _managed(actor))
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("no_such_client", name=name)
    return _client(connection, row)


def _lock(connection: Connection, actor: Actor, name: str) -> int:
    """A client that the actor manages; raises Forbidden, NotFound."""
    require(actor, "manage_clients")
    client_id: int | None = connection.scalar(
        select(clients.c.id).where(clients.c.name == sought(name), _managed(actor)).with_for_update()
    )
    if client_id is None:
        raise NotFound("no_such_client", name=name)
    return client_id


def _change(connection: Connection, client_id: int, **values: str) -> None:
    connection.execute(update(clients).where(clients.c.id == client_id).values(**values))


def _managed(actor: Actor) -> ColumnElement[bool]:
    """The condition on clients that none of their units lies beyond the actor's own."""
    reached = scope_of(actor, "manage_clients").allows_unit(client_units.c.unit_id)
    return ~exists().where(client_units.c.client_id == clients.c.id, ~reached)


def _new_token() -> tuple[str, str]:
    """The public beginning, by which its row is found, and the whole."""
    prefix = secrets.token_hex(6)
    return prefix, f"{MARK}_{prefix}_{new_token()}"


def _client(connection: Connection, row: RowMapping) -> Client:
    codes = connection.scalars(
        select(units.c.code)
        .join(client_units, client_units.c.unit_id == units.c.id)
        .where(client_units.c.client_id == row["id"])
        .order_by(units.c.code)
    )
    return {
        "name": row["name"],
        "state": row["state"],
        "prefix": row["prefix"],
        "scopes": row["scopes"],
        "units": list(codes),
        "valid_from": row["valid_from"].isoformat(),
        "valid_to": row["valid_to"] and row["valid_to"].isoformat(),
    }
