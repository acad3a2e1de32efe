"""Browsers at a site that has an OpenID provider, and accounts there."""

from dataclasses import replace

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.app import create_app
from ingest.services import Services
from tests.api.conftest import UNIT, client
from tests.api.oidc.flow import ISSUER, SECRET, Add, Open
from tests.warehouse.accounts.people import FIRST_CODE, OPERATOR
from warehouse.accounts.posts import NewPost
from warehouse.accounts.users import add_user
from warehouse.rights import Role


@pytest.fixture
def browser(services: Services) -> Open:
    """Opens a browser at a site that has the provider, with more settings if need be."""

    def open_browser(**settings: object) -> TestClient:
        given = {"oidc_issuer": ISSUER, "oidc_client_id": "khoso"} | settings
        given["oidc_client_secret"] = SecretStr(SECRET)
        settings_of_site = services.settings.model_copy(update=given)
        return client(create_app(replace(services, settings=settings_of_site)))

    return open_browser


@pytest.fixture
def add(services: Services) -> Add:
    """Makes an account that waits for its owner with a first code."""

    def add_one(login: str, role: Role = "clerk") -> None:
        with services.database.write() as connection:
            add_user(connection, OPERATOR, login, "Hoàng Thị Mơ", NewPost(UNIT, role), FIRST_CODE)

    return add_one
