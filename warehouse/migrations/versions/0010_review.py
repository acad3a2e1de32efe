"""Review: notes, returns, replaced scans."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Review: notes, returns, replaced scans."""
    pass
