"""Reader children of a process that answers people: one for pages, one for whole papers, each with a short queue."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import BoundedSemaphore, Lock

from ingest.reader import Reader
from warehouse.errors import Busy
from warehouse.records import Limits

PAGES_WAITING, PAPERS_WAITING = 5, 3
"""Together fewer than the requests a web process has at work at a time (api.app.THREADS)."""
SECONDS = 20
"""A page that takes longer to draw is not waited for: others want theirs."""


class Counter:
    """One reader behind a lock: who finds the queue full is told to come back."""

    def __init__(self, limits: Limits, most: int) -> None:
        self._reader = Reader(limits)
        self._places = BoundedSemaphore(most)
        self._turn = Lock()

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """The reader, for one caller at a time; raises Busy if too many wait."""
        if not self._places.acquire(blocking=False):
            raise Busy("readers_busy")
        try:
            with self._turn:
                yield self._reader
        finally:
            self._places.release()

    def close(self) -> None:
        """End the child once its present work is done."""
        with self._turn:
            self._reader.close()


class ReadingRoom:
    """The readers of one process; nothing is started before it is needed."""

    def __init__(self, limits: Limits) -> None:
        self.pages = Counter(replace(limits, page_seconds=min(limits.page_seconds, SECONDS)), PAGES_WAITING)
        self.papers = Counter(limits, PAPERS_WAITING)

    def close(self) -> None:
        """End the children."""
        self.pages.close()
        self.papers.close()
