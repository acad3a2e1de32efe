"""Signing in by an OpenID provider."""

import sqlalchemy as sa
from alembic import op

from warehouse.database import UTCDateTime

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Identities, sign-ins that are under way, and by what a session was opened."""
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_identities_user_id_users")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identities")),
        sa.UniqueConstraint("user_id", "issuer", name=op.f("uq_identities_user_id_issuer")),
    )
    op.create_table(
        "oidc_attempts",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=64), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_oidc_attempts")),
    )
    op.create_index(op.f("ix_oidc_attempts_until"), "oidc_attempts", ["until"])
    with op.batch_alter_table("sessions") as table:
        table.add_column(
            sa.Column("opened_by", sa.String(length=10), server_default="password", nullable=False)
        )
