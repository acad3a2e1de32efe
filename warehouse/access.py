"""Access sessions: a holder's papers opened for one officer, for one procedure, until a moment."""

from sqlalchemy import Connection


def open_holders(connection: Connection, user_id: int) -> frozenset[str]:
    """Identity numbers of the persons whose papers are open for a user now."""
    return frozenset()
