"""`--wait`: until a batch is settled, read and indexed; works the queue itself if nobody else does."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from ingest.heartbeat import living_workers
from ingest.patience import Patience
from ingest.services import Services
from search.indexer import REFUSED
from warehouse.errors import Unavailable
from warehouse.tables import items, jobs, outbox, parts
from warehouse.terminal import progress_bar

POLL_SECONDS = 0.3


def wait_for(services: Services, batch_id: int) -> None:
    """Return when nothing of the batch is left to do but what is stuck, and the index knows it."""
    patience = Patience(services.settings.patience_seconds)
    total = patience.of(lambda: _left(services, batch_id))
    with _own_workers(services) as keep_working, progress_bar(total, "Đọc / reading") as bar:
        left = total
        while left:
            patience.of(keep_working)
            time.sleep(POLL_SECONDS)
            now_left = patience.of(lambda: _left(services, batch_id))
            bar.update(left - now_left)
            left = now_left
    while patience.of(lambda: _unindexed(services, batch_id)):
        patience.of(services.tell_index)
        time.sleep(POLL_SECONDS / 10)


@contextmanager
def _own_workers(services: Services) -> Iterator[Callable[[], None]]:
    """Yields what starts workers if none is alive; they end by themselves when the queue is empty."""
    started: list[subprocess.Popen[bytes]] = []

    def keep_working() -> None:
        if started and started[-1].poll() is None:
            return
        if started and started[-1].returncode > 0:  # killed ones are replaced
            raise Unavailable("workers_stopped", code=started[-1].returncode)
        if living_workers(services.database) == 0:
            started.append(subprocess.Popen([sys.executable, "-P", "-m", "cli", "work", "--until-empty"]))

    try:
        yield keep_working
    finally:
        for process in started:
            process.wait()


def _left(services: Services, batch_id: int) -> int:
    """Jobs of the batch's files that somebody may still do; dead ones are stuck."""
    its_files = select(items.c.file_id).where(items.c.batch_id == batch_id)
    left = select(func.count()).where(jobs.c.file_id.in_(its_files), jobs.c.state != "dead")
    with services.database.read() as connection:
        return int(connection.scalar(left) or 0)


def _unindexed(services: Services, batch_id: int) -> bool:
    """Whether the index has yet to be told of a record of the batch's files."""
    its_files = select(items.c.file_id).where(items.c.batch_id == batch_id)
    its_records = select(parts.c.record_id).where(parts.c.file_id.in_(its_files))
    with services.database.read() as connection:
        waiting = select(outbox.c.record_id).where(outbox.c.revision != REFUSED)
        return connection.scalar(waiting.where(outbox.c.record_id.in_(its_records)).limit(1)) is not None
