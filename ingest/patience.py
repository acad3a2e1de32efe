"""What to do while an engine is away: wait, say so once, and go on when it answers again."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from warehouse.errors import Away, KhosoError
from warehouse.reasons import message

log = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0

T = TypeVar("T")


class Patience:
    """Waits as long as a fault goes on, but no longer than `seconds` each time. `wait` sleeps."""

    def __init__(self, seconds: float, wait: Callable[[float], object] = time.sleep) -> None:
        self._seconds = seconds
        self._wait = wait
        self._since: float | None = None

    def of(self, act: Callable[[], T]) -> T:
        """What `act` answers; it is done again while an engine is away, so it must be safe to repeat."""
        while True:
            try:
                answer = act()
            except Away as error:
                self.bear(error)
            else:
                self.renew()
                return answer

    def bear(self, error: KhosoError) -> None:
        """Wait a little before another try; raises the error when it has gone on for too long."""
        now = time.monotonic()
        if self._since is None:
            self._since = now
            if self._seconds:
                _say("engine_awaited", error=error.detail.get("error", error))
        if now - self._since >= self._seconds:
            raise error
        self._wait(PAUSE_SECONDS)

    def renew(self) -> None:
        """All is well: the next fault is waited for anew."""
        if self._since is not None:
            _say("engine_back")
        self._since = None


def _say(reason: str, **detail: object) -> None:
    sentence = message(reason, {name: str(value) for name, value in detail.items()})
    log.warning("%s", " ".join(f"{sentence['vi']} | {sentence['en']}".split()))
