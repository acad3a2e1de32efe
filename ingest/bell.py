"""The bell: tells Celery's workers that work was queued. Losing a ring loses no work, only seconds.

The database alone says what there is to do (warehouse.ledger); a worker that hears the bell claims from
it. Whoever cannot be reached by the bell is called by the sweeper (ingest.sweeper).
"""

import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

LOCAL = "local:"
RING_EVERY = 1.0
"""Seconds: who rings more often tells workers nothing new and fills the broker."""
SILENT_SECONDS = 30.0
"""A broker that is away is not asked again so soon: work must not wait for it."""
CONNECT_SECONDS = 3.0


class Bell:
    """Rings by way of a broker; never raises, because what was committed must not fail afterwards."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._silent_until = 0.0

    def ring(self) -> None:
        """Wake one worker, unless one was woken a moment ago."""
        if time.monotonic() >= self._silent_until:
            self._silent_until = time.monotonic() + RING_EVERY
            self.ring_for(1)

    def ring_for(self, workers: int) -> None:
        """Wake so many workers."""
        from kombu import Connection  # slow to import, and not needed where there is no broker
        from kombu.exceptions import OperationalError

        from ingest.tasks import work

        connection = Connection(self._url, connect_timeout=CONNECT_SECONDS)
        try:
            with connection:
                for _ in range(workers):
                    work.apply_async(connection=connection, retry=False)
        except (OperationalError, *connection.connection_errors, *connection.channel_errors) as error:
            self._silent_until = time.monotonic() + SILENT_SECONDS
            log.warning("workers could not be called, they will look by themselves: %s", error)


def open_bell(url: str) -> Callable[[], None]:
    """What to do after work was queued: local workers look by themselves."""
    return _nothing if url == LOCAL else Bell(url).ring


def _nothing() -> None:
    pass
