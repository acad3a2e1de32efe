"""Whether the process is alive, and whether each engine behind it answers. Open to all: tells no name, no host."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from ingest.bell import LOCAL
from ingest.doctor import engines
from ingest.services import Services
from warehouse import standing
from warehouse.errors import KhosoError

router = APIRouter(tags=["health"])

PATIENCE_SECONDS = 3.0


class Alive(BaseModel):
    """The process answers."""

    alive: bool


class Backend(BaseModel):
    """One engine: whether it answered, and in what time."""

    ok: bool
    ms: float


class Readiness(BaseModel):
    """`ready`: every engine answered in time."""

    ready: bool
    backends: dict[str, Backend]


class Backends:
    """The engines of a site, asked side by side. A question that hangs is not put again while it does.

    It takes none of the threads that answer requests.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._checks: dict[str, Callable[[], object]] = {
            "database": self._database,
            "store": services.store.check,
            "index": services.index.check,
        }
        if services.settings.queue_url != LOCAL:
            self._checks["broker"] = lambda: list(engines.broker(services.settings))
        self._threads = ThreadPoolExecutor(len(self._checks), thread_name_prefix="ready")
        self._asked: dict[str, Future[Backend]] = {}

    async def look(self) -> Readiness:
        """Ask all of them; who does not answer in time has failed."""
        for name, check in self._checks.items():
            if name not in self._asked or self._asked[name].done():
                self._asked[name] = self._threads.submit(_asked, check)
        asked = dict(self._asked)
        await asyncio.wait(
            [asyncio.wrap_future(answer) for answer in asked.values()], timeout=PATIENCE_SECONDS
        )
        silent = Backend(ok=False, ms=PATIENCE_SECONDS * 1000)
        told = {name: answer.result() if answer.done() else silent for name, answer in asked.items()}
        return Readiness(ready=all(backend.ok for backend in told.values()), backends=told)

    def _database(self) -> None:
        with self._services.database.read() as connection:
            standing.require_open(connection)


def _asked(check: Callable[[], object]) -> Backend:
    began = time.monotonic()
    try:
        check()
        ok = True
    except (KhosoError, OSError):
        ok = False
    return Backend(ok=ok, ms=round((time.monotonic() - began) * 1000, 1))


@router.get("/healthz")
async def alive() -> Alive:
    """Tell that the process answers. Nothing else is asked."""
    return Alive(alive=True)


@router.get("/readyz", responses={503: {"model": Readiness, "description": "An engine does not answer."}})
async def ready(request: Request, response: Response) -> Readiness:
    """Tell whether every engine answers, each with its time."""
    backends: Backends = request.app.state.backends
    told = await backends.look()
    response.status_code = 200 if told.ready else 503
    return told
