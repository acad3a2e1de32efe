"""ID tokens that somebody between us and the real provider changed, signed by whatever key the case allows."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from tests.api.oidc.flow import NEEDS_PROVIDER, SECRET, Add, Open, came_back, refusal

pytestmark = NEEDS_PROVIDER

PUBLISHED = ECKey.generate_key("P-256", {"kid": "relay"})
FOREIGN = ECKey.generate_key("P-256", {"kid": "relay"})


def _claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def signed(key: ECKey = PUBLISHED, **changes: object) -> Callable[[dict[str, Any]], str]:
    """Signs claims with changes; None leaves one out."""

    def sign(claims: dict[str, Any]) -> str:
        changed = {name: value for name, value in (claims | changes).items() if value is not None}
        return jwt.encode({"alg": "ES256", "kid": "relay"}, changed, key)

    return sign


def unsigned(claims: dict[str, Any]) -> str:
    """As if nothing had to be signed."""
    parts = ({"alg": "none"}, claims)
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def signed_by_our_secret(claims: dict[str, Any]) -> str:
    """With a key that both sides know, but that is no proof of the provider."""
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))


class Relay(ThreadingHTTPServer):
    """Passes on to the provider what is asked; its keys are the relay's, its ID tokens are changed and signed anew."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.sign: Callable[[dict[str, Any]], str] = signed()


class _Passing(BaseHTTPRequestHandler):
    server: Relay

    def do_GET(self) -> None:
        if self.path.endswith("/jwks"):
            self._answer(200, {"keys": [PUBLISHED.as_dict(private=False)]})
        else:
            told = httpx.get(self.path, trust_env=False)
            self._answer(told.status_code, told.json())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        names = ("Authorization", "Content-Type")
        told = httpx.post(
            self.path, content=body, headers={n: self.headers[n] for n in names}, trust_env=False
        )
        token = told.json()
        self._answer(told.status_code, token | {"id_token": self.server.sign(_claims_of(token["id_token"]))})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def relay(monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    """All that the site asks of the provider goes through it, as through an office's proxy."""
    opened = Relay()
    Thread(target=opened.serve_forever, daemon=True).start()
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{opened.server_port}")
    yield opened
    opened.shutdown()
    opened.server_close()


def test_token_that_was_not_changed_is_taken(browser: Open, add: Add, relay: Relay) -> None:
    add("mo")
    page = browser()
    assert page.get(came_back(page, "mo")).status_code == 303


@pytest.mark.parametrize(
    "sign",
    [
        signed(nonce="another"), signed(nonce=None), signed(aud="another"), signed(aud=None),
        signed(aud=["khoso", "another"], azp="another"),
        signed(aud="another", azp="khoso"), signed(iss="https://evil.example"),
        signed(exp=int(time.time()) - 3600), signed(exp=None), signed(iat=int(time.time()) + 3600),
        signed(sub=None), signed(sub="x" * 256), signed(sub="a\0"),
        signed(preferred_username=None), signed(preferred_username=7),
        signed(at_hash="another"), signed(FOREIGN), unsigned, signed_by_our_secret, lambda claims: "no.token",
    ],
    ids=[
        "nonce", "no nonce", "audience", "no audience", "another's", "for another", "issuer", "expired",
        "no end", "to come",
        "no subject", "long subject", "no name",
        "no login", "no text", "access token", "key", "unsigned", "our secret", "none",
    ],
)  # fmt: skip
def test_token_that_does_not_hold_is_refused(
    browser: Open, add: Add, relay: Relay, sign: Callable[[dict[str, Any]], str]
) -> None:
    add("mo")
    relay.sign = sign
    page = browser()
    assert refusal(page.get(came_back(page, "mo"))) == (401, "oidc_refused")
