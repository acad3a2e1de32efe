"""Whether a site is open, and who takes papers in: for moving it and filling it from a backup."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """One row that says: open; workers tell their role."""
    site = op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=10), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("holder", sa.String(length=100), nullable=True),
        sa.Column("until", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.bulk_insert(site, [{"id": 1, "standing": "open"}])
    with op.batch_alter_table("workers") as table:
        table.add_column(sa.Column("role", sa.String(length=10), server_default="worker", nullable=False))
