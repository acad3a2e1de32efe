"""The province's OpenID provider as authlib speaks to it: authorization code, PKCE, checked ID token.

What the provider says of itself and its keys are asked for anew at each sign-in: it may change them at any time.
"""

import json
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self, cast

import httpx
from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from joserfc.jws import JWSRegistry

from warehouse.accounts.oidc import Attempt, Identity
from warehouse.errors import Away, Unauthenticated, Unavailable
from warehouse.settings import OidcProvider

DISCOVERY = "/.well-known/openid-configuration"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by the provider's own key: never by our secret, never none."""
LEEWAY_SECONDS = 60
SUBJECT = re.compile(r"[\x20-\x7e]{1,255}")  # OpenID Connect Core 1.0, section 2
ENDPOINTS = {"authorization_endpoint", "token_endpoint", "jwks_uri"}
OF_OURS = frozenset({"invalid_client", "unauthorized_client"})
"""Refusals that are a fault of our settings."""


class Provider:
    """One conversation with the provider."""

    def __init__(self, settings: OidcProvider, redirect_uri: str) -> None:
        self._settings = settings
        self._client = OAuth2Client(
            settings.client_id,
            settings.client_secret or None,
            token_endpoint_auth_method="client_secret_basic" if settings.client_secret else "none",
            scope="openid profile",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=settings.timeout_seconds,
            verify=_trusted(settings),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def address_of(self, attempt: Attempt) -> str:
        """Where the browser is sent; raises Away, Unavailable."""
        address, _ = self._client.create_authorization_url(
            self._metadata()["authorization_endpoint"],
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
        )
        return str(address)

    def identity(self, code: str, attempt: Attempt) -> Identity:
        """Whom the code that the browser brought stands for; raises Unauthenticated, Away, Unavailable."""
        metadata = self._metadata()
        with _reached():
            token = self._client.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=attempt.verifier,
            )
        keys = self._json(metadata["jwks_uri"])
        try:
            return self._vouched_for(token, keys, attempt)
        except (JoseError, LookupError, ValueError) as error:
            raise Unauthenticated("oidc_refused") from error

    def _vouched_for(self, token: dict[str, Any], keys: dict[str, Any], attempt: Attempt) -> Identity:
        """Whom an ID token names, if its signature and claims hold; raises JoseError, LookupError, ValueError."""
        signed = jwt.decode(
            token["id_token"],
            KeySet.import_key_set(cast(KeySetSerialization, keys)),
            registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False),
        )
        given = {
            "nonce": attempt.nonce,
            "client_id": self._settings.client_id,
            "access_token": token.get("access_token"),
        }
        claims = CodeIDToken(signed.claims, signed.header, self._wanted(), given)
        claims.validate(leeway=LEEWAY_SECONDS)
        subject, login = claims["sub"], claims[self._settings.login_claim]
        if not isinstance(login, str) or not SUBJECT.fullmatch(subject):
            raise ValueError(self._settings.login_claim)
        shown = {str(value) for value in (*(claims.get("amr") or ()), claims.get("acr"))}
        return Identity(self._settings.issuer, subject, login, bool(shown & self._settings.second_factor))

    def _wanted(self) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "value": self._settings.client_id},
        }

    def _metadata(self) -> dict[str, Any]:
        """What the provider says of itself, with all that we ask of it."""
        metadata = self._json(self._settings.issuer.rstrip("/") + DISCOVERY)
        if metadata.get("issuer") != self._settings.issuer:
            raise Unavailable("oidc_wrong", error=f"it calls itself {metadata.get('issuer')}")
        if missing := ENDPOINTS - metadata.keys():
            raise Unavailable("oidc_wrong", error=f"it tells no {', '.join(sorted(missing))}")
        return metadata

    def _json(self, address: str) -> dict[str, Any]:
        with _reached():
            told = self._client.request("GET", address, withhold_token=True)
            answer = told.raise_for_status().json()
        if not isinstance(answer, dict):
            raise Unavailable("oidc_wrong", error=f"{address} is no JSON object")
        return answer


def _trusted(settings: OidcProvider) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        raise Unavailable("oidc_wrong", error=f"{settings.ca_file}: {error}") from error


@contextmanager
def _reached() -> Iterator[None]:
    """Errors on the way to the provider as ours; a fault of the settings is nobody's who signs in."""
    try:
        yield
    except OAuthError as error:
        if error.error in OF_OURS:
            raise Unavailable("oidc_wrong", error=error.error) from error
        raise Unauthenticated("oidc_refused") from error
    except httpx.HTTPStatusError as error:
        wrong = (
            Away("oidc_away") if error.response.is_server_error else Unavailable("oidc_wrong", error=error)
        )
        raise wrong from error
    except httpx.HTTPError as error:
        raise Away("oidc_away") from error
    except (httpx.InvalidURL, json.JSONDecodeError) as error:
        raise Unavailable("oidc_wrong", error=error) from error
