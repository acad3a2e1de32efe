"""Programs of other offices that ask by bearer token, for who manages them."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.deps import Asked, Listed, Page
from api.texts import Line
from warehouse.accounts import clients
from warehouse.rights import Act

router = APIRouter(prefix="/clients", tags=["clients"])


class ClientBody(BaseModel):
    """A program: acts that it may do (`scopes`), for units (codes) with all below them; `valid_to`: last day."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "mot-cua", "scopes": ["read", "find_person"], "units": ["20"]}]
        },
    )

    name: Annotated[Line, Field(max_length=64)]
    scopes: Annotated[list[Act], Field(min_length=1)]
    units: Annotated[list[Line], Field(min_length=1, max_length=500)]
    valid_from: date | None = None
    valid_to: date | None = None


class Client(BaseModel):
    """A program. `prefix`: what its token begins with, behind khoso_."""

    name: str
    state: Literal["active", "disabled"]
    prefix: str
    scopes: list[Act]
    units: list[str]
    valid_from: date
    valid_to: date | None


class WithToken(Client):
    """`token`: told this once, null if the request was sent before under the same key."""

    token: str | None


@router.get("")
def list_them(asked: Asked, page: Page) -> Listed[Client]:
    """List the programs whose units all lie where the asker manages programs, by name."""
    with asked.read() as connection:
        found = clients.list_clients(connection, asked.actor, page.after(str), page.limit)
    shown, following = page.cut(found, lambda client: [client["name"]])
    return Listed(items=[Client.model_validate(client) for client in shown], next=following)


@router.post("", status_code=201)
def create(asked: Asked, body: ClientBody) -> WithToken:
    """Let a program in. What a person answers for by name (approving, confirming, accounts) is no scope."""
    return _with_token(
        asked,
        body.name,
        lambda connection: clients.add_client(
            connection, asked.actor, body.name, body.scopes, body.units, body.valid_from, body.valid_to
        ),
    )


@router.post("/{name}/rotation")
def rotate(asked: Asked, name: str) -> WithToken:
    """Give a program a new token. The old one is worth nothing from this moment."""
    return _with_token(asked, name, lambda connection: clients.rotate_client(connection, asked.actor, name))


@router.delete("/{name}")
def disable(asked: Asked, name: str) -> Client:
    """Shut a program out for good."""
    with asked.write() as connection:
        clients.disable_client(connection, asked.actor, name)
        return Client.model_validate(clients.show_client(connection, asked.actor, name))


def _with_token(asked: Asked, name: str, deed: Callable[[Connection], str]) -> WithToken:
    """Do it, and tell the token to this answer alone: what is kept for a request that comes again lacks it."""
    told: list[str] = []

    def act(connection: Connection) -> clients.Client:
        told.append(deed(connection))
        return clients.show_client(connection, asked.actor, name)

    client = asked.once(act)
    return WithToken(**client, token=told[0] if told else None)
