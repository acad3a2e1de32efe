"""What every request passes on its way in and out, whatever route it asks for; outermost first."""

import logging
import re
import time
from collections.abc import Sequence
from hashlib import sha256
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem_of, route_template, unknown_error
from api.metrics import REQUESTS
from warehouse.errors import Refused, TooLarge, UsageError

log = logging.getLogger("khoso.requests")

LONGEST_BODY = 1 << 20
BODY_LIMIT = "body_limit"
"""In the request's state: how long its body may be. A route for uploads raises it before it reads."""
NUL = rb"\u0000"
"""In JSON. PostgreSQL has no such character, and SQLite would keep it until the site moves."""

ALIVE = "/healthz"
"""What probes ask every few seconds: answered as it should be it is no line of the log."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Unless a route says otherwise: what holds for answers that are data and hold names."""


class Identified:
    """Gives each request an id, its answer the safe headers, and the log a line without personal data."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on; a bug is answered as a problem."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        began, status = time.monotonic(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _headers_of(scope, request_id).items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except ClientDisconnect:
            pass  # nobody is left who could be answered
        except Exception as error:
            if status:
                raise
            await unknown_error(scope, error)(scope, receive, answer)
        finally:
            seen(scope, status, time.monotonic() - began)


def seen(scope: Scope, status: int, seconds: float) -> None:
    """One figure for each request, and a line of the log unless it is a probe's."""
    method = scope["method"] if scope["method"] in METHODS else "-"  # a client may invent any number
    route = route_template(scope)
    REQUESTS.labels(method, route, status).observe(seconds)
    log.log(
        logging.DEBUG if (route, status) == (ALIVE, 200) else logging.INFO,
        "request",
        extra={
            "request_id": scope["state"]["request_id"],
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
        },
    )


class KnownHosts:
    """Answers only under the names that the operator set: a foreign name that leads here is somebody's trick."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a Host that is not ours, and what no text can hold."""
        try:
            if scope["type"] == "http":
                self._check(scope)
        except UsageError as error:
            await problem_of(scope, error)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        name = re.sub(r":\d+$", "", hosts[0]).lower() if len(hosts) == 1 else ""
        if "*" not in self.hosts and name not in self.hosts:
            raise UsageError("unknown_host")
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            raise UsageError("bad_text")


class Measured:
    """Counts and hashes a body while it is read, and ends one that is too long."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on; who reads the body meets the limit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope["state"]
        state[BODY_LIMIT], state["body_hash"], size, tail = LONGEST_BODY, sha256(), 0, b""

        async def measured() -> Message:
            nonlocal size, tail
            if _declared(scope) > state[BODY_LIMIT]:
                raise TooLarge("body_too_large", limit=state[BODY_LIMIT])
            message = await receive()
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > state[BODY_LIMIT]:
                raise TooLarge("body_too_large", limit=state[BODY_LIMIT])
            state["body_hash"].update(chunk)
            tail = tail[-len(NUL) :] + chunk
            if NUL in tail and state[BODY_LIMIT] == LONGEST_BODY:  # longer ones are files
                raise Refused("bad_text")
            return message

        await self.app(scope, measured, send)


def _declared(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0


def _headers_of(scope: Scope, request_id: str) -> dict[str, str]:
    secure = {"Strict-Transport-Security": "max-age=31536000"} if scope["scheme"] == "https" else {}
    return {**HEADERS, **secure, "X-Request-Id": request_id}
