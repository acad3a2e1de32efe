"""Rights: field of activity, sensitivity class, access sessions, custody."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Rights: field of activity, sensitivity class, access sessions, custody."""
    with op.batch_alter_table("records") as table:
        table.add_column(sa.Column("field_of_activity", sa.String(length=30), nullable=True))
        table.add_column(
            sa.Column("sensitivity", sa.String(length=20), server_default="unclassified", nullable=False)
        )
