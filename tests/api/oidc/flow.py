"""A browser's way to the OpenID provider and back."""

import os
from collections.abc import Callable

import httpx
import pytest
from starlette.testclient import TestClient

from tests.api.conftest import ADDRESS

ISSUER = os.environ.get("KHOSO_TEST_OIDC_ISSUER", "")
SECRET = os.environ.get("KHOSO_TEST_OIDC_CLIENT_SECRET", "")
SESSION = "/api/v1/session"
BEGIN = f"{SESSION}/oidc"
CALLBACK = f"{ADDRESS}{BEGIN}/callback"
NEEDS_PROVIDER = pytest.mark.skipif(
    not ISSUER, reason="needs KHOSO_TEST_OIDC_ISSUER: bash deploy/services/oidc.sh start"
)

Open = Callable[..., TestClient]
Add = Callable[..., None]


def came_back(page: TestClient, login: str, subject: str = "", amr: str = "pwd", **form: str) -> str:
    """Begins in this browser, signs in at the provider's; the address that it sends the browser back to."""
    address = page.get(BEGIN).headers["location"]
    with httpx.Client(trust_env=False) as provider:
        while not address.startswith(CALLBACK):
            if "/interaction/" in address:
                given = {"login": login, "subject": subject, "amr": amr} | form
                answer = provider.post(address, data=given)
            else:
                answer = provider.get(address)
            assert answer.status_code in (302, 303), answer.text
            address = str(httpx.URL(address).join(answer.headers["location"]))
    return address


def refusal(answer: httpx.Response) -> tuple[int, str]:
    assert "set-cookie" not in answer.headers
    return answer.status_code, answer.json()["reason"]
