"""Accounts: users with their posts, their sessions and second factors; programs that ask by token.

Of passwords, codes and tokens only hashes are kept. A second factor's secret must be kept as it is.
"""

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Integer, String, Table, Text, false

from warehouse.database import UTCDateTime, metadata

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(64), nullable=False, unique=True),  # folded
    Column("full_name", String(200), nullable=False),
    Column("state", String(10), nullable=False),  # active | disabled
    Column("password", Text, nullable=False),  # Argon2
    Column("must_change", Boolean, nullable=False),  # the password is a code that others know
    Column("code_until", UTCDateTime),  # such a code's last moment
    Column("totp_secret", String(64)),
    Column("totp_pending", String(64)),  # one that was not yet proved to work
    Column("totp_step", Integer, nullable=False, server_default="0"),  # that of the last code used
    Column("failures", Integer, nullable=False, server_default="0"),  # since the last success
    Column("locked_until", UTCDateTime),
    Column("created_at", UTCDateTime, nullable=False),
    Column("created_by", String(100), nullable=False),
    Column("signed_in_at", UTCDateTime),
)

assignments = Table(
    "assignments",  # posts: a user may hold several, and moves from one to another
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("unit_id", ForeignKey("units.id"), nullable=False, index=True),
    Column("role", String(10), nullable=False),
    Column("fields", JSON(none_as_null=True)),  # fields of activity; null: all
    Column("classes", JSON, nullable=False),  # of sensitivity
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),  # last day, inclusive
    Column("created_at", UTCDateTime, nullable=False),
    Column("created_by", String(100), nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of the token
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("stage", String(16), nullable=False),  # totp | password_change | full
    Column("opened_by", String(10), nullable=False, server_default="password"),  # password | oidc
    Column("showed_second_factor", Boolean, nullable=False, server_default=false()),
    Column("created_at", UTCDateTime, nullable=False),
    Column("idle_seconds", Integer, nullable=False),
    Column("idle_until", UTCDateTime, nullable=False),  # put off by use
    Column("ends_at", UTCDateTime, nullable=False, index=True),  # whatever happens
    info={"copied": False},
)

recovery_codes = Table(
    "recovery_codes",  # one is gone once it was used
    metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("hash", String(64), primary_key=True),
)

clients = Table(
    "clients",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("state", String(10), nullable=False),  # active | disabled
    Column("prefix", String(16), nullable=False, unique=True),  # the token's public beginning
    Column("hash", String(64), nullable=False),  # SHA-256 of the whole token
    Column("scopes", JSON, nullable=False),  # acts
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),  # last day, inclusive
    Column("created_at", UTCDateTime, nullable=False),
    Column("created_by", String(100), nullable=False),
)

client_units = Table(
    "client_units",
    metadata,
    Column("client_id", ForeignKey("clients.id"), primary_key=True),
    Column("unit_id", ForeignKey("units.id"), primary_key=True, index=True),
)
