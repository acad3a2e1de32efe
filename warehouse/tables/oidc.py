"""Signing in by the province's OpenID provider: whom its subjects are here, and sign-ins that are under way."""

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint

from warehouse.database import UTCDateTime, metadata

identities = Table(
    "identities",
    metadata,
    Column("issuer", String(200), primary_key=True),
    Column("subject", String(255), primary_key=True),  # the provider's own name of the person, never reused
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("linked_at", UTCDateTime, nullable=False),
    UniqueConstraint("user_id", "issuer"),
)

oidc_attempts = Table(
    "oidc_attempts",  # a browser that was sent to the provider; gone when it comes back
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the browser's cookie
    Column("state", String(64), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(64), nullable=False),  # PKCE
    Column("until", UTCDateTime, nullable=False, index=True),
    info={"copied": False},
)
