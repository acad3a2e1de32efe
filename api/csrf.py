"""Against requests that another site makes in a signed-in person's browser.

A page proves that it is ours by a token that only who reads our answers knows: it is made from the session's
secret cookie, which no script sees. Machines send a bearer token by themselves and need none.
"""

import hmac
from hashlib import sha256

from fastapi import Request

from warehouse.errors import Forbidden

HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})  # none: the person typed the address


def csrf_token(session: str) -> str:
    """The token of a session, told by GET /api/v1/session (and /me)."""
    return hmac.new(session.encode(), b"khoso csrf", sha256).hexdigest()


def require_own_page(request: Request, session: str) -> None:
    """Raise Forbidden if a request that may change something does not come from a page of ours."""
    if request.method in SAFE_METHODS:
        return
    require_own_origin(request)
    shown = request.headers.get(HEADER, "")
    if not hmac.compare_digest(shown.encode(), csrf_token(session).encode()):
        raise Forbidden("csrf_missing")


def require_own_origin(request: Request) -> None:
    """Raise Forbidden if a browser says that another site's page asks: all one can tell before a sign-in."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("Host"):
        raise Forbidden("foreign_page")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in OWN_SITES:
        raise Forbidden("foreign_page")
