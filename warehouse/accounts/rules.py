"""What a site demands of those who sign in."""

from datetime import timedelta
from typing import NamedTuple


class Rules(NamedTuple):
    """How long a session lasts unused, and at most; who needs a second factor; how long a first code works."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)
    totp_roles: frozenset[str] = frozenset({"officer", "admin", "auditor", "unit_admin"})
    code_days: int = 7
