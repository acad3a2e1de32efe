"""Previews of pages."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Previews of pages."""
    pass
