"""Sessions know whether a second factor was shown in them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Those that are open count as without: who needs one signs in again."""
    with op.batch_alter_table("sessions") as table:
        table.add_column(
            sa.Column("showed_second_factor", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
