"""A site opened in this process behind its HTTP API, and people who are signed in to it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import pytest
from fastapi import FastAPI, Request
from sqlalchemy import select
from starlette.testclient import TestClient

from api.app import create_app
from api.auth import known_actor
from ingest.services import Services, open_services
from search.index import open_index
from tests.databases import Databases
from tests.engines import remove_site, settings_of_a_new_site
from warehouse.database import Database
from warehouse.errors import Unauthenticated
from warehouse.rights import ACTS, USUAL_CLASSES, Actor, Grant, Reach, Role
from warehouse.settings import Settings
from warehouse.tables import units
from warehouse.units import load_units, unit_in_force

UNIT = "06184"
ADDRESS = "http://localhost"


class AsUser(Protocol):
    """Signs somebody in who holds one post: a role in a unit, for some fields (None: all) and classes."""

    def __call__(
        self,
        role: Role,
        unit: str = UNIT,
        fields: Collection[str] | None = None,
        classes: Collection[str] = USUAL_CLASSES,
    ) -> TestClient: ...


@dataclass
class Api:
    """The site, its application, and a client that is nobody."""

    services: Services
    app: FastAPI
    client: TestClient
    actors: dict[str, Actor] = field(default_factory=dict)

    def client_of(self, actor: Actor) -> TestClient:
        """A client that is signed in as this actor."""
        token = uuid4().hex
        self.actors[token] = actor
        return client(self.app, {"Authorization": f"Bearer {token}"})

    def known(self, request: Request) -> Actor:
        """Whose token it is."""
        try:
            return self.actors[request.headers.get("Authorization", "").removeprefix("Bearer ")]
        except KeyError:
            raise Unauthenticated("not_signed_in") from None


def client(app: FastAPI, headers: Mapping[str, str] | None = None) -> TestClient:
    return TestClient(app, base_url=ADDRESS, headers=headers, follow_redirects=False)


@pytest.fixture(scope="session")
def upgraded(databases: Databases, upgraded: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `database` copies for each test: with the units that come with the program."""
    url = databases.copy(upgraded, tmp_path_factory.mktemp("with-units"))
    database = Database(url)
    with database.write() as connection:
        load_units(connection)
    database.close()
    return url


@pytest.fixture
def services(database: Database, tmp_path: Path) -> Iterator[Services]:
    """An opened site with units and no papers."""
    servers = settings_of_a_new_site()
    given: dict[str, Any] = {
        "home": tmp_path,
        "store_url": f"file:{tmp_path}/objects",
        "index_url": f"tantivy:{tmp_path}/index",
        "database_url": database.url.render_as_string(hide_password=False),
    } | {name.removeprefix("KHOSO_").lower(): value for name, value in servers.items()}
    settings = Settings(**given)
    open_index(settings.index_url, settings.index_access).close()
    opened = open_services(settings)
    yield opened
    opened.index.close()
    opened.database.close()
    remove_site(servers)


@pytest.fixture
def api(services: Services) -> Iterator[Api]:
    """The application over it."""
    app = create_app(services)
    opened = Api(services, app, client(app))
    app.dependency_overrides[known_actor] = opened.known
    yield opened
    opened.client.close()


@pytest.fixture
def as_user(api: Api) -> AsUser:
    """See AsUser."""

    def sign_in(
        role: Role,
        unit: str = UNIT,
        fields: Collection[str] | None = None,
        classes: Collection[str] = USUAL_CLASSES,
    ) -> TestClient:
        with api.services.database.read() as connection:
            unit_id = unit_in_force(connection, unit).id
            below = {unit_id, *connection.scalars(select(units.c.id).where(units.c.parent_id == unit_id))}
        reach = Reach(frozenset(below), frozenset(fields) if fields is not None else None, frozenset(classes))
        grant = Grant(ACTS[role], reach, assignment_id=1 + len(api.actors))
        who = f"user:{role}{len(api.actors)}"
        return api.client_of(Actor(who, unit_id, grants=(grant,), assignment_id=grant.assignment_id))

    return sign_in
