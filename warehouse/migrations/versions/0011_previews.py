"""Facts of a paper's end."""

import sqlalchemy as sa
from alembic import op

from warehouse.database import UTCDateTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Facts of a paper's end."""
    op.create_table(
        "endings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("decision_number", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", UTCDateTime(), nullable=False),
        sa.Column("entered_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_endings_record_id_records")),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["records.id"], name=op.f("fk_endings_successor_id_records")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endings")),
    )
    for column in ("record_id", "successor_id"):
        op.create_index(op.f(f"ix_endings_{column}"), "endings", [column])
