"""Audit."""

import sqlalchemy as sa
from alembic import op

import warehouse.database

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables, those first that others refer to."""
    _create_audit()


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", warehouse.database.UTCDateTime(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("seq", name=op.f("uq_audit_seq")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
