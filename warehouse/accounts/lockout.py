"""Guessing is slowed down: an account is locked for longer after each failure, an address fails so often only."""

import math
import time
from datetime import UTC, datetime, timedelta

from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Connection, RowMapping, update

from warehouse.errors import TooMany
from warehouse.tables import users

FREE = 4
"""So many failures in a row are anybody's."""
FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=1)
PER_ADDRESS = "30 per minute; 200 per hour"


def is_locked(user: RowMapping) -> bool:
    """Whether the account answers nobody now, be the password right or wrong."""
    until: datetime | None = user["locked_until"]
    return until is not None and until > datetime.now(UTC)


def note_failure(connection: Connection, user: RowMapping) -> None:
    """Count one more on a locked row; from the fifth in a row on each locks the account twice as long."""
    beyond = user["failures"] - FREE
    delay = min(LONGEST, FIRST * 2 ** min(beyond, 10)) if beyond >= 0 else None
    _set(connection, user, failures=user["failures"] + 1, locked_until=delay and datetime.now(UTC) + delay)


def forget_failures(connection: Connection, user: RowMapping) -> None:
    """All was right."""
    _set(connection, user, failures=0, locked_until=None)


class Addresses:
    """How often addresses failed lately, as this process saw it.

    Only failures count: a whole office may sit behind one address, and signs in at half past seven.
    """

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = parse_many(PER_ADDRESS)

    def require_few(self, address: str) -> None:
        """Raise TooMany, which says how long to wait, if the address failed too often."""
        for limit in self._limits:
            if not self._limiter.test(limit, address):
                wait = self._limiter.get_window_stats(limit, address).reset_time - time.time()
                raise TooMany("too_many_tries", seconds=max(1, math.ceil(wait)))

    def note_failure(self, address: str) -> None:
        """Count one."""
        for limit in self._limits:
            self._limiter.hit(limit, address)


def _set(connection: Connection, user: RowMapping, **values: object) -> None:
    connection.execute(update(users).where(users.c.id == user["id"]).values(**values))
