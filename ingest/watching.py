"""`khoso watch`: a folder that scanners write into; what is complete is taken in and moved out of the way.

Looked at again and again, since network shares tell nobody of their changes. A file is moved only after
its outcome is settled; one that was booked and not moved (a kill between) is a duplicate next time.
"""

import math
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from sqlalchemy import select

from ingest.batches import Batch, NewBatch, list_items, open_batch
from ingest.deliveries import Deliveries
from ingest.importing import INDEX_EVERY, Request, announced_import, run_import
from ingest.moving import DONE, REJECTED, Verdict, move, require_place
from ingest.patience import Patience
from ingest.pipeline import receive
from ingest.plan import Plan
from ingest.reader import Reader
from ingest.services import Services
from ingest.sources import LITTER, Entry, Folder
from ingest.worker import Worker
from warehouse.errors import Away, Refused, UsageError
from warehouse.rights import Actor
from warehouse.tables import items
from warehouse.units import unit_in_force

SETTLE_SECONDS = 5.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download", ".!ut")
"""Suffixes under which programs write a file that is not yet whole."""

Signature = tuple[int, int]
"""Size in bytes and time of change in nanoseconds: while they stay, nobody is writing."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a person asked to be watched; a file must be unchanged for `settle` seconds."""

    folder: Path
    unit: str
    manner: str
    plan: Plan = field(default_factory=Plan)
    settle: float = SETTLE_SECONDS


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did with one batch; files whose outcome is open stay where they are."""

    batch: int | None
    done: int
    rejected: int


class Watch:
    """One watched folder; `stop.set()` ends it after the files in hand."""

    def __init__(self, services: Services, actor: Actor, watched: Watched) -> None:
        """Raises UsageError if folder or unit are not fit."""
        self.stop = Event()
        self._services, self._actor, self._watched = services, actor, watched
        if not watched.folder.is_dir():
            raise UsageError("bad_path", path=watched.folder)
        self._root = watched.folder.absolute()
        require_place(self._root)
        with services.database.read() as connection:
            self._unit = unit_in_force(connection, watched.unit)
        self._sightings: dict[Path, tuple[Signature, float]] = {}

    def run(self, *, once: bool) -> Iterator[Swept]:
        """Sweep until told to stop, or once over what is complete now."""
        patience = Patience(0 if once else math.inf, self.stop.wait)
        self._settled()
        while not self.stop.wait(self._pause(once)):
            try:
                yield from self.sweep()
            except Away as error:  # the next sweep goes on where this one stopped
                patience.bear(error)
            else:
                patience.renew()
            if once:
                return

    def sweep(self) -> Iterator[Swept]:
        """Take in and move what is complete: loose files are one batch, each archive is its own."""
        settled = self._settled()
        archives = {path: seen for path, seen in settled.items() if path.suffix.lower() == ".zip"}
        loose = {path: seen for path, seen in settled.items() if path not in archives}
        if loose:
            yield self._take_files(loose)
        for path, seen in archives.items():
            if not self.stop.is_set():
                yield self._take_archive(path, seen)

    def _pause(self, once: bool) -> float:
        return self._watched.settle if once else min(max(self._watched.settle, SHORTEST_PAUSE), LONGEST_PAUSE)

    def _settled(self) -> dict[Path, Signature]:
        """Files that nobody has written to for long enough; remembers the others for the next look."""
        now = time.monotonic()
        before, self._sightings = self._sightings, {}
        for path in _files_in(self._root):
            seen = _signature(path)
            if seen is not None:
                since = before[path][1] if path in before and before[path][0] == seen else now
                self._sightings[path] = seen, since
        return {
            path: seen
            for path, (seen, since) in self._sightings.items()
            if now - since >= self._watched.settle
        }

    def _take_files(self, chosen: Mapping[Path, Signature]) -> Swept:
        source = _Chosen(self._root, sorted(chosen))
        new = NewBatch(self._unit, source.name, self._watched.manner, None, self._watched.plan)
        with self._services.database.write(durable=True) as connection:
            batch = open_batch(connection, self._actor, new)
        # In a batch that goes on, these names may have been taken with other bytes: the next sweep sees.
        taken_before = self._verdicts(batch.id)
        list_items(self._services.database, batch, source.entries())
        self._receive(batch, source)
        verdicts = self._verdicts(batch.id)
        named = {path: source.entry_of(path).key for path in chosen}
        settled = {
            path: verdicts[key]
            for path, key in named.items()
            if key in verdicts and key not in taken_before and _signature(path) == chosen[path]
        }
        return self._move(batch.id, settled)

    def _receive(self, batch: Batch, source: Folder) -> None:
        with announced_import(self._services), Reader(self._services.settings.limits) as reader:
            worker = Worker(self._services, reader)
            with worker.holding_leases(), Deliveries(self._services, batch, source) as deliveries:
                while not self.stop.is_set() and (
                    receive(self._services, batch, deliveries) or worker.triage_own(batch.id)
                ):
                    worker.triage_own(batch.id)
                    worker.tell_index(at_least_every=INDEX_EVERY)
            worker.tell_index()

    def _take_archive(self, path: Path, seen: Signature) -> Swept:
        request = Request(path, self._watched.unit, None, self._watched.manner, self._watched.plan)
        try:
            batch_id = run_import(self._services, self._actor, request)
        except Refused as refused:
            return self._move(None, {path: Verdict(False, (refused.message,))})
        verdicts = self._verdicts(batch_id).values()
        reasons = tuple(reason for verdict in verdicts for reason in verdict.reasons)
        whole = Verdict(any(verdict.taken for verdict in verdicts), reasons)
        return self._move(batch_id, {path: whole} if _signature(path) == seen else {})

    def _verdicts(self, batch_id: int) -> dict[str, Verdict]:
        """What became of the batch's items, by their key in the source; open ones are left out."""
        query = select(items).where(items.c.batch_id == batch_id, items.c.outcome != "waiting")
        with self._services.database.read() as connection:
            rows = connection.execute(query.order_by(items.c.id)).mappings().all()
        return {row["source_path"]: Verdict.of_item(row) for row in rows}

    def _move(self, batch_id: int | None, settled: Mapping[Path, Verdict]) -> Swept:
        moved = [verdict.taken for path, verdict in settled.items() if move(self._root, path, verdict)]
        return Swept(batch_id, moved.count(True), moved.count(False))


class _Chosen(Folder):
    """Some files of a folder, as a source."""

    def __init__(self, root: Path, chosen: list[Path]) -> None:
        super().__init__(root)
        self._chosen = chosen

    def entries(self) -> Iterator[Entry]:
        """The chosen files in the order of their names."""
        return map(self.entry_of, self._chosen)

    def entry_of(self, path: Path) -> Entry:
        """One of them as it is listed."""
        return self._entry(path.relative_to(self.root))


def _files_in(root: Path) -> Iterator[Path]:
    """What may be a paper: neither moved already nor hidden, nor under a name of what is half written."""
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        ours = (DONE, REJECTED) if here == root else ()
        folders[:] = sorted(name for name in folders if name not in ours and not _is_litter(name))
        for name in sorted(names):
            if not _is_litter(name) and not name.lower().endswith(UNFINISHED):
                yield here / name


def _is_litter(name: str) -> bool:
    return name.startswith((".", "~")) or name.lower() in LITTER


def _signature(path: Path) -> Signature | None:
    """None while there is nothing in it, or if it is gone."""
    with suppress(OSError):
        found = path.lstat()
        if found.st_size:
            return found.st_size, found.st_mtime_ns
    return None
