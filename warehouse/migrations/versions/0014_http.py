"""HTTP: idempotency keys."""

import sqlalchemy as sa
from alembic import op

import warehouse.database

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Answers of requests that may come again."""
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("body", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", warehouse.database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"])
