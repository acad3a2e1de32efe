"""Files that are sent: spooled beside the store and hashed as they come, never held in memory, never parsed here."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from anyio import CapacityLimiter, from_thread, to_thread
from fastapi import Depends, Request

from api.auth import SignedIn
from api.middleware import BODY_LIMIT
from warehouse.store import Spooled

AT_ONCE = 20
"""Threads of their own: whoever sends slowly keeps no other request waiting."""

BINARY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""For the route's `openapi_extra`."""


class _Sent:
    """A request's body, read by a thread as it arrives."""

    def __init__(self, request: Request) -> None:
        self._pieces = request.stream()
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        while not self._rest:
            piece = from_thread.run(self._next)
            if piece is None:
                return b""
            self._rest = piece
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    async def _next(self) -> bytes | None:
        return await anext(self._pieces, None)


async def _sent_file(request: Request, actor: SignedIn) -> AsyncIterator[Spooled]:
    """The body as a spooled file, which is gone after the answer unless the store took it."""
    services = request.app.state.services
    setattr(request.state, BODY_LIMIT, services.settings.max_file_bytes)
    threads: CapacityLimiter = request.app.state.upload_threads
    spooled = await to_thread.run_sync(services.store.spool, _Sent(request), limiter=threads)
    try:
        yield spooled
    finally:
        await to_thread.run_sync(services.store.discard, spooled)


SentFile = Annotated[Spooled, Depends(_sent_file)]
"""The file that a request's body is. Ask for it last: what comes before it may refuse the request unread."""
