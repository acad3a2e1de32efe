"""Finding persons."""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Finding persons."""
    pass
