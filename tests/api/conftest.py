"""A site opened in this process behind its HTTP API, and people who are signed in to it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from api.app import create_app
from api.auth import SESSION
from api.csrf import HEADER, csrf_token
from ingest.services import SYSTEM, Services, open_services
from search.index import open_index
from tests.databases import Databases
from tests.engines import remove_site, settings_of_a_new_site
from warehouse.accounts.clients import add_client
from warehouse.accounts.passwords import new_first_code
from warehouse.accounts.posts import NewPost
from warehouse.accounts.rules import Rules
from warehouse.accounts.sessions import open_session
from warehouse.accounts.users import add_user
from warehouse.database import Database
from warehouse.rights import USUAL_CLASSES, Act, Role
from warehouse.settings import Settings
from warehouse.tables import users
from warehouse.units import load_units

RULES = Rules()
FIRST_CODE = new_first_code(RULES)  # hashing takes long
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


def client(app: FastAPI, headers: Mapping[str, str] | None = None) -> TestClient:
    """Of a browser that was just opened."""
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
        "allowed_hosts": "localhost,testserver",  # the latter is schemathesis' name for it
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
    with client(app) as nobody:
        yield Api(services, app, nobody)


@pytest.fixture
def as_user(api: Api) -> AsUser:
    """See AsUser. Each call makes another user: the first clerk's login is clerk1."""
    numbers = count(1)

    def sign_in(
        role: Role,
        unit: str = UNIT,
        fields: Collection[str] | None = None,
        classes: Collection[str] = USUAL_CLASSES,
    ) -> TestClient:
        login = f"{role.replace('_', '')}{next(numbers)}"
        post = NewPost(unit, role, frozenset(fields) if fields is not None else None, frozenset(classes))
        with api.services.database.write() as connection:
            add_user(connection, SYSTEM, login, "Hoàng Thị Lan", post, FIRST_CODE)
            user_id = connection.scalars(select(users.c.id).where(users.c.login == login)).one()
            token = open_session(connection, user_id, "full", RULES, second_factor=True)
        page = client(api.app, {HEADER: csrf_token(token)})
        page.cookies.set(SESSION, token)
        return page

    return sign_in


@pytest.fixture
def as_program(api: Api) -> Callable[..., TestClient]:
    """Gives a client with a bearer token for some acts in a unit."""
    numbers = count(1)

    def admit(*acts: Act, unit: str = UNIT) -> TestClient:
        with api.services.database.write() as connection:
            token = add_client(connection, SYSTEM, f"program{next(numbers)}", acts, [unit])
        return client(api.app, {"Authorization": f"Bearer {token}"})

    return admit
