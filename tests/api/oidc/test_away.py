"""A site whose OpenID provider is away or is none, and one that has no provider."""

import socket
import time
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from ingest.services import Services
from tests.api.oidc.flow import BEGIN, SESSION, Add, Open
from tests.warehouse.accounts.people import PASSWORD, choose_password


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of somebody who takes calls and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_site_without_a_provider_says_so(browser: Open) -> None:
    page = browser(oidc_issuer="")
    for address in (BEGIN, f"{BEGIN}/callback?code=1&state=2"):
        answer = page.get(address)
        assert (answer.status_code, answer.json()["reason"]) == (404, "oidc_not_set")


def test_provider_that_is_away_is_told_within_its_time_and_passwords_work(
    browser: Open, add: Add, services: Services, silent: str
) -> None:
    add("mo")
    choose_password(services.database, "mo")
    for issuer in ("http://127.0.0.1:9", silent):
        page, began = browser(oidc_issuer=issuer, oidc_timeout_seconds=0.2), time.monotonic()
        answer = page.get(BEGIN)
        assert time.monotonic() - began < 2
        assert (answer.status_code, answer.json()["reason"]) == (503, "oidc_away")
        assert "retry-after" in answer.headers
        assert page.post(SESSION, json={"login": "mo", "password": PASSWORD}).status_code == 201


@pytest.fixture
def web_page() -> Iterator[str]:
    """The address of a server that knows nothing of OpenID."""
    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_provider_that_is_none_is_a_fault_of_the_site_and_not_of_the_person(
    browser: Open, web_page: str
) -> None:
    for wrong in (
        {"oidc_issuer": web_page},
        {"oidc_issuer": "https://a:b"},
        {"oidc_issuer": web_page, "oidc_ca_file": Path("/nowhere.pem")},
    ):
        answer = browser(**wrong).get(BEGIN)
        assert (answer.status_code, answer.json()["reason"]) == (503, "oidc_wrong")
