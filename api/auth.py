"""Who asks: by the session's cookie of a page or the bearer token of a machine."""

from dataclasses import replace
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Header, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from api.csrf import require_own_page
from warehouse.accounts.clients import actor_by_bearer
from warehouse.accounts.sessions import actor_of_request
from warehouse.errors import Unauthenticated, UsageError
from warehouse.rights import Actor

SESSION = "khoso_session"
LONGEST_PURPOSE = 200

session_cookie = APIKeyCookie(
    name=SESSION, scheme_name="session", auto_error=False, description="A signed-in person's page."
)
_bearer = HTTPBearer(scheme_name="bearer", auto_error=False, description="An API client.")


def known_actor(
    request: Request,
    session: Annotated[str | None, Security(session_cookie)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Actor:
    """Whose cookie or token it is; raises Unauthenticated if nobody's."""
    services = request.app.state.services
    database = services.database
    if bearer is not None:
        with database.read() as connection:
            return actor_by_bearer(connection, bearer.credentials)
    if session is None:
        raise Unauthenticated("not_signed_in")
    actor = actor_of_request(database, session, services.settings.sign_in_rules)
    request.state.actor = actor
    require_own_page(request, session)
    return actor


def _signed_in(
    request: Request,
    known: Annotated[Actor, Depends(known_actor)],
    purpose: Annotated[
        str,
        Header(
            alias="X-Purpose",
            description="Why the asker looks, for the audit log: UTF-8, percent-encoded.",
            examples=["Ti%E1%BA%BFp%20nh%E1%BA%ADn%20h%E1%BB%93%20s%C6%A1"],
            max_length=9 * LONGEST_PURPOSE,
        ),
    ] = "",
) -> Actor:
    address = request.client.host if request.client else ""
    actor = replace(known, purpose=_decoded(purpose), address=address)
    request.state.actor = actor
    return actor


SignedIn = Annotated[Actor, Depends(_signed_in)]


def _decoded(purpose: str) -> str:
    try:
        text = unquote(purpose, errors="strict").strip()
    except UnicodeDecodeError as error:
        raise UsageError("bad_purpose") from error
    if len(text) > LONGEST_PURPOSE or not text.isprintable():
        raise UsageError("bad_purpose")
    return text
