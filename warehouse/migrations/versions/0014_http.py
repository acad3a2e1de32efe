"""HTTP: idempotency keys."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """HTTP: idempotency keys."""
    pass
