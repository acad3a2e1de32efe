"""Review reasons that name another record (`repeated_number:PUBLICID`): told by name to whoever may read that one."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from warehouse.rights import Actor, scope_of
from warehouse.tables import records

OF_ANOTHER = ("repeated_number", "possible_duplicate")


def as_told(connection: Connection, actor: Actor, reviews: Sequence[Sequence[str]]) -> list[list[str]]:
    """The reasons of many records; one that names a record out of the actor's reach is told without its name."""
    named = {_other(reason) for review in reviews for reason in review} - {None}
    if not named:
        return [list(review) for review in reviews]
    query = select(records.c.public_id).where(records.c.public_id.in_(named), scope_of(actor).allows_record())
    readable = set(connection.scalars(query))
    return [[_told(reason, readable) for reason in review] for review in reviews]


def _other(reason: str) -> str | None:
    kind, _, name = reason.partition(":")
    return name if kind in OF_ANOTHER and name else None


def _told(reason: str, readable: set[str]) -> str:
    other = _other(reason)
    return reason if other is None or other in readable else reason.partition(":")[0]
