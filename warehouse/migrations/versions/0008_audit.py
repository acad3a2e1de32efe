"""The audit log's chain: seals and anchors."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """The audit log's chain: seals and anchors."""
    pass
