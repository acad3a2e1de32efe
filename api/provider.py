"""The province's OpenID provider as authlib speaks to it: authorization code, PKCE, checked ID token.

What the provider says of itself and its keys are asked for anew at each sign-in: it may change them at any time.
"""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from warehouse.accounts.oidc import Attempt, Identity
from warehouse.errors import Away, Unauthenticated, Unavailable
from warehouse.settings import OidcProvider

DISCOVERY = "/.well-known/openid-configuration"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by the provider's own key: never by our secret, never none."""
LEEWAY_SECONDS = 60
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, section 2
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
            verify=ssl.create_default_context(cafile=settings.ca_file),
        )

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
        with _translated():
            token = self._client.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=attempt.verifier,
            )
        keys = self._json(metadata["jwks_uri"])
        with _translated():
            signed = jwt.decode(
                token["id_token"],
                KeySet.import_key_set(keys),
                registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False),
            )
            claims = CodeIDToken(signed.claims, signed.header, self._wanted(), self._given(token, attempt))
            claims.validate(leeway=LEEWAY_SECONDS)
            return self._identity(claims)

    def _wanted(self) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "value": self._settings.issuer},
            "aud": {"essential": True, "value": self._settings.client_id},
        }

    def _given(self, token: dict[str, Any], attempt: Attempt) -> dict[str, Any]:
        return {
            "nonce": attempt.nonce,
            "client_id": self._settings.client_id,
            "access_token": token.get("access_token"),
        }

    def _identity(self, claims: dict[str, Any]) -> Identity:
        subject, login = claims["sub"], claims[self._settings.login_claim]
        if not isinstance(login, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise ValueError
        shown = {*claims.get("amr", ()), claims.get("acr")}
        return Identity(self._settings.issuer, subject, login, bool(shown & self._settings.second_factor))

    def _metadata(self) -> dict[str, Any]:
        metadata = self._json(self._settings.issuer.rstrip("/") + DISCOVERY)
        if metadata.get("issuer") != self._settings.issuer:
            raise Unavailable("oidc_wrong", error=f"it calls itself {metadata.get('issuer')}")
        return metadata

    def _json(self, address: str) -> dict[str, Any]:
        with _translated():
            answer = self._client.get(address, withhold_token=True).raise_for_status().json()
        if not isinstance(answer, dict):
            raise Unavailable("oidc_wrong", error=f"{address} is no JSON object")
        return answer


@contextmanager
def _translated() -> Iterator[None]:
    """Errors of the libraries as ours."""
    try:
        yield
    except OAuthError as error:
        if error.error in OF_OURS:
            raise Unavailable("oidc_wrong", error=error.error) from error
        raise Unauthenticated("oidc_refused") from error
    except httpx.HTTPStatusError as error:
        if error.response.is_server_error:
            raise Away("oidc_away", error=error.response.status_code) from error
        raise Unavailable("oidc_wrong", error=error.response.status_code) from error
    except httpx.HTTPError as error:
        raise Away("oidc_away", error=type(error).__name__) from error
    except json.JSONDecodeError as error:
        raise Unavailable("oidc_wrong", error="no JSON") from error
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise Unauthenticated("oidc_refused") from error
