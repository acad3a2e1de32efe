"""Signing in by the province's OpenID provider: the browser is sent there and comes back with a code."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Cookie, Query, Request
from fastapi.responses import RedirectResponse

from api.session import Visit
from warehouse.accounts import oidc
from warehouse.errors import NotFound, Unauthenticated

if TYPE_CHECKING:
    from api.provider import Provider

router = APIRouter(prefix="/session/oidc", tags=["session"])

ATTEMPT = "khoso_oidc"
HOME = "/"
"""Where the browser goes when all is done: nothing in the request chooses it."""
Told = Annotated[str, Query(max_length=4000)]


@router.get("", status_code=303, response_class=RedirectResponse, responses={404: {}})
def begin(request: Request) -> RedirectResponse:
    """Send the browser to the province's provider to sign in. 404 if the site has none, 503 if it is away."""
    attempt = oidc.new_attempt()
    with _provider(request) as provider:
        answer = RedirectResponse(provider.address_of(attempt), status_code=303)
    cookie = oidc.remember(request.app.state.services.database, attempt)
    answer.set_cookie(
        ATTEMPT, cookie, max_age=int(oidc.ATTEMPT.total_seconds()), path=request.url.path,
        httponly=True, samesite="lax", secure=request.url.scheme == "https",
    )  # fmt: skip
    return answer


@router.get(
    "/callback",
    status_code=303,
    response_class=RedirectResponse,
    name="oidc_callback",
    responses={401: {}, 404: {}, 429: {}},
)
def come_back(
    request: Request,
    state: Told = "",
    code: Told = "",
    error: Told = "",
    iss: Told = "",
    cookie: Annotated[str, Cookie(alias=ATTEMPT, max_length=100)] = "",
) -> RedirectResponse:
    """Sign in with what the provider sent the browser back with. The session begins as after a password."""
    answer = RedirectResponse(HOME, status_code=303)
    visit = Visit(request, answer)
    with _provider(request) as provider, visit.guessing():
        attempt = oidc.take_back(visit.database, cookie, state, visit.address)
        try:
            if error or not code or (iss and iss != visit.services.settings.oidc_issuer):
                raise Unauthenticated("oidc_cancelled" if error == "access_denied" else "oidc_refused")
            known = provider.identity(code, attempt)
        except Unauthenticated as refused:
            oidc.note_refused(visit.database, refused.reason, visit.address)
            raise
        visit.go_on(oidc.enter_by_provider(visit.database, visit.rules, known, visit.address))
    answer.delete_cookie(ATTEMPT, path=str(request.url.path).removesuffix("/callback"))
    return answer


def _provider(request: Request) -> "Provider":
    settings = request.app.state.services.settings.oidc
    if settings is None:
        raise NotFound("oidc_not_set")
    from api.provider import Provider

    return Provider(settings, str(request.url_for("oidc_callback")))
