"""The HTTP API: the list of its routers, and what every request passes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from anyio import CapacityLimiter
from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, FastAPI

from api import (
    audit,
    batches,
    bulk,
    cases,
    clients,
    custody,
    endings,
    errors,
    files,
    health,
    me,
    metrics,
    oidc,
    persons,
    problems,
    records,
    reports,
    review,
    scans,
    search,
    session,
    users,
)
from api.health import Backends
from api.middleware import Identified, KnownHosts, Measured
from api.openapi import EVERYWHERE, TAGS, document
from api.uploads import AT_ONCE
from ingest.reading_room import ReadingRoom
from ingest.services import Services
from warehouse.accounts.lockout import Addresses

ROUTERS = (
    audit.router,
    batches.router,
    bulk.router,
    cases.router,
    clients.router,
    custody.router,
    endings.router,
    files.router,
    me.router,
    oidc.router,
    persons.router,
    problems.router,
    records.router,
    reports.router,
    review.router,
    scans.router,
    search.router,
    session.router,
    users.router,
)
"""One module a subject; add yours here."""

OF_OPERATORS = (health.router, metrics.router)
"""Outside the API: for watching."""


THREADS = 12
"""Requests at work at a time; fewer than the database's connections (15), of which one request may want two."""


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    yield
    app.state.reading_room.close()


def create_app(services: Services) -> FastAPI:
    """The API over an opened site."""
    app = FastAPI(
        title="Kho Số",
        summary="A province's warehouse of digitised, still-valid results of administrative procedures",
        version=version("khoso"),
        servers=[{"url": "/"}],
        openapi_tags=TAGS,
        openapi_url=f"{errors.PREFIX}/openapi.json",
        docs_url=None,  # their pages load scripts from foreign hosts
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.services = services
    app.state.reading_room = ReadingRoom(services.settings.limits)
    app.state.backends = Backends(services)
    app.state.addresses = Addresses()
    app.state.upload_threads = CapacityLimiter(AT_ONCE)
    api = APIRouter(prefix=errors.PREFIX, responses=EVERYWHERE)
    for router in ROUTERS:
        api.include_router(router)
    app.include_router(api)
    for router in OF_OPERATORS:
        app.include_router(router)
    errors.install(app)
    document(app)
    for middleware, given in (
        (Measured, {}),
        (KnownHosts, {"hosts": services.settings.hosts}),
        (Identified, {}),
    ):
        app.add_middleware(middleware, **given)  # the last is the outermost
    return app
