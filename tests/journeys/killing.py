"""Importers, workers and reader children at work, and what kills them at random moments."""

import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from typing import Any

import psutil

from tests.journeys.workers import kill_all_of

KINDS = ("importer", "worker", "child")
SPARED = 16
"""Seconds: a page that loses two children in a row is rightly failed, and this is about no page failing."""


class Crew:
    """Importers, one a unit until its import has ended well, and two workers; the dead are replaced.

    `imports`: the arguments of each unit's import; `codes`: how it may end when it was not killed; `kills_wanted`:
    how many of each kind are to be killed.
    """

    def __init__(
        self, khoso: Any, imports: dict[str, Sequence[Any]], codes: Set[int], kills_wanted: int
    ) -> None:
        self.khoso = khoso
        self.imports = dict(imports)
        self.codes = codes
        self.kills_wanted = kills_wanted
        self.importers: dict[str, subprocess.Popen[str]] = {}
        self.workers: list[subprocess.Popen[str]] = []
        self.kills: Counter[str] = Counter()
        self.spared_until: dict[int, float] = {}
        self.work = ("worker", "--concurrency", 1) if khoso.on_broker else ("work", "--workers", 1)

    def fill_up(self) -> None:
        """Replace who is missing; an importer that ended by itself must have ended well."""
        for unit, importer in list(self.importers.items()):
            if importer.poll() is not None:
                del self.importers[unit]
                if importer.returncode != -signal.SIGKILL:
                    assert importer.returncode in self.codes, importer.communicate()[1]
                    if (
                        self.kills["importer"] >= self.kills_wanted
                    ):  # on a quick machine: once more, all duplicates
                        del self.imports[unit]
        for unit in self.imports.keys() - self.importers.keys():
            self.importers[unit] = self.khoso.start("import", *self.imports[unit], "--unit", unit)
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < 2:
            self.workers.append(self.khoso.start(*self.work))

    def run(self, seed: int) -> None:
        """Kill so many of each kind at random moments, then let everybody finish."""
        chance = random.Random(seed)
        try:
            while self.kills.total() < self.kills_wanted * len(KINDS):
                self.fill_up()
                time.sleep(chance.uniform(0.0, 0.8))
                self.kill_one(chance)
            while self.imports:
                self.fill_up()
                time.sleep(0.2)
        finally:
            self.end()
        assert self.kills == dict.fromkeys(KINDS, self.kills_wanted)

    def kill_one(self, chance: random.Random) -> None:
        """Kill an importer, a worker or a reader child that is at work, if there is one."""
        victims = sorted((kind, pid) for kind, pid in self._at_work() if self.kills[kind] < self.kills_wanted)
        if not victims:
            return
        wanted = chance.choice(sorted({kind for kind, _ in victims}))
        pid = chance.choice([pid for kind, pid in victims if kind == wanted])
        with suppress(psutil.NoSuchProcess):
            victim = psutil.Process(pid)
            if wanted == "child":
                self.spared_until[victim.ppid()] = time.monotonic() + SPARED
            victim.kill()
            self.kills[wanted] += 1

    def end(self) -> None:
        """Kill whoever is left."""
        for process in [*self.importers.values(), *self.workers]:
            kill_all_of(process)
            process.communicate()

    def _at_work(self) -> Iterator[tuple[str, int]]:
        """Importers at any moment; who has started a reader child; that child if the last was not killed just now."""
        yield from (
            ("importer", importer.pid) for importer in self.importers.values() if importer.poll() is None
        )
        for kind, processes in (("importer", [*self.importers.values()]), ("worker", self.workers)):
            for process in processes:
                with suppress(psutil.NoSuchProcess):
                    for reader in self._who_reads(psutil.Process(process.pid), kind):
                        for child in reader.children():
                            if kind == "worker":
                                yield kind, reader.pid
                            if time.monotonic() > self.spared_until.get(reader.pid, 0):
                                yield "child", child.pid

    def _who_reads(self, process: psutil.Process, kind: str) -> list[psutil.Process]:
        """The process itself; of Celery's workers those of their pool, which are replaced when they die."""
        return process.children() if kind == "worker" and self.khoso.on_broker else [process]
