"""What handlers ask for: who asks and the opened site (`Asked`), the revision they saw (`IfMatch`), a `Page`."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from sqlalchemy import Connection

from api.auth import SignedIn
from api.idempotency import once, scoped
from api.paging import Listed, Page
from ingest.services import Services
from warehouse.errors import UsageError
from warehouse.rights import Actor

__all__ = ["Asked", "IfMatch", "Listed", "Page", "etag"]

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Asking:
    """One request of somebody who is signed in."""

    services: Services
    actor: Actor
    request: Request

    def read(self) -> AbstractContextManager[Connection]:
        """A consistent view; nothing can be written in it."""
        return self.services.database.read()

    def write(self) -> AbstractContextManager[Connection]:
        """One durable transaction."""
        return self.services.database.write(durable=True)

    def once(self, act: Callable[[Connection], object]) -> Any:
        """Run `act` in one durable transaction; what it returned, as JSON (never a model again).

        A request that comes again under its Idempotency-Key gets the first answer and does nothing; with
        another body it is a Conflict. The answer is kept for a day: let it hold no secret.
        """
        key = self.request.headers.get("Idempotency-Key", "")
        if len(key) > LONGEST_KEY:
            raise UsageError("bad_idempotency_key")
        scope = scoped(self.actor.who, self.request.method, self.request.url.path, key) if key else None
        with self.write() as connection:
            return once(connection, scope, self.request.state.body_hash.hexdigest(), act)


def _asking(request: Request, actor: SignedIn) -> Asking:
    return Asking(request.app.state.services, actor, request)


Asked = Annotated[Asking, Depends(_asking)]


def _revision(
    if_match: Annotated[
        str,
        Header(
            alias="If-Match",
            pattern=r'^"[0-9]{1,9}"$',
            description="The record's revision that was seen, as its ETag told it.",
            examples=['"7"'],
        ),
    ],
) -> int:
    return int(if_match.strip('"'))


IfMatch = Annotated[int, Depends(_revision)]
"""The revision that the asker saw; without it the answer is 428 (api/errors.py)."""


def etag(revision: int) -> str:
    """A record's revision as a header."""
    return f'"{revision}"'
