"""Accounts: users, posts, sessions, API clients."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Accounts: users, posts, sessions, API clients."""
    pass
