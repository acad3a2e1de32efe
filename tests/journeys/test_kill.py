"""Nothing is lost and nothing is done twice, whoever is killed at whatever moment."""

import hashlib
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

UNITS = ("06184", "24373", "22924")
DOCUMENTS = 60
KINDS = ("importer", "worker", "child")
KILLS = 8  # of each kind
SEED = 20_250_106
SPARED = 8
"""Seconds: a page that loses two children in a row is rightly failed, and this is about no page failing."""


class Crew:
    """Importers, one a unit until its import has ended well, and two workers; the dead are replaced."""

    def __init__(self, khoso: Any, folders: dict[str, Path]) -> None:
        self.khoso = khoso
        self.folders = dict(folders)
        self.importers: dict[str, subprocess.Popen[str]] = {}
        self.workers: list[subprocess.Popen[str]] = []
        self.kills: Counter[str] = Counter()
        self.spared_until: dict[int, float] = {}

    def fill_up(self) -> None:
        """Replace who is missing; an importer that ended by itself must have ended well."""
        for unit, importer in list(self.importers.items()):
            if importer.poll() is not None:
                del self.importers[unit]
                if importer.returncode != -signal.SIGKILL:
                    assert importer.returncode == 0, importer.communicate()[1]
                    if self.kills["importer"] >= KILLS:  # on a quick machine: once more, all duplicates
                        del self.folders[unit]
        for unit in self.folders.keys() - self.importers.keys():
            folder = self.folders[unit]
            arguments = ("import", folder, "--unit", unit, "--manifest", folder / "list.csv")
            self.importers[unit] = self.khoso.start(*arguments)
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < 2:
            self.workers.append(self.khoso.start("work", "--workers", 1))

    def kill_one(self, chance: random.Random) -> None:
        """Kill an importer, a worker or a reader child that is at work, if there is one."""
        victims = sorted((kind, pid) for kind, pid in self._at_work() if self.kills[kind] < KILLS)
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
            process.kill()
            process.communicate()

    def _at_work(self) -> Iterator[tuple[str, int]]:
        """Importers at any moment; who has started a reader child; that child if the last was not killed just now."""
        yield from (
            ("importer", importer.pid) for importer in self.importers.values() if importer.poll() is None
        )
        for kind, processes in (("importer", [*self.importers.values()]), ("worker", self.workers)):
            for process in processes:
                with suppress(psutil.NoSuchProcess):
                    for child in psutil.Process(process.pid).children():
                        if kind == "worker":
                            yield kind, process.pid
                        if time.monotonic() > self.spared_until.get(process.pid, 0):
                            yield "child", child.pid


def number_of(document: int) -> str:
    return f"{200 + document}/GXN-UBND"


@pytest.fixture
def folders(tmp_path: Path, draw) -> dict[str, Path]:
    """Sixty papers of three units, each with its list; every third has two pages."""
    found = {unit: tmp_path / unit for unit in UNITS}
    for folder in found.values():
        folder.mkdir()
        (folder / "list.csv").write_text("file,holder_name", encoding="utf-8")
    for document in range(DOCUMENTS):
        folder = found[UNITS[document % 3]]
        paper = folder / (f"{document:02}.png" if document // 3 % 3 else f"{document:02}.pdf")
        first = ["ỦY BAN NHÂN DÂN XÃ ĐỒNG ĐĂNG", f"Số: {number_of(document)}", "GIẤY XÁC NHẬN"]
        second = [f"Trang hai của giấy {document}"]
        draw(paper, first, second) if paper.suffix == ".pdf" else draw(paper, first)
        with (folder / "list.csv").open("a", encoding="utf-8") as rows:
            rows.write(f"\n{paper.name},Lê Thị Đào")
    return found


@pytest.mark.slow
def test_importers_workers_and_children_killed_at_random_lose_nothing_and_do_nothing_twice(khoso, folders):
    khoso.settings["KHOSO_LEASE_SECONDS"] = "2"
    chance = random.Random(SEED)
    crew = Crew(khoso, folders)
    try:
        while crew.kills.total() < KILLS * len(KINDS):
            crew.fill_up()
            time.sleep(chance.uniform(0.0, 0.8))
            crew.kill_one(chance)
        while crew.folders:
            crew.fill_up()
            time.sleep(0.2)
    finally:
        crew.end()
    assert crew.kills == dict.fromkeys(KINDS, KILLS)

    for unit, folder in folders.items():
        again = khoso.take_in(folder, "--manifest", folder / "list.csv", "--wait", unit=unit)
        assert (again["files"], again["duplicate"]) == (20, 20)
    check_nothing_lost(khoso, folders)
    check_nothing_twice(khoso)


def check_nothing_lost(khoso: Any, folders: dict[str, Path]) -> None:
    originals = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders.values()
        for path in folder.glob("*.p*")
    }
    assert {
        sha256 for (sha256,) in khoso.rows("SELECT sha256 FROM files WHERE state = 'registered'")
    } == originals
    verified = khoso.json("verify")
    assert verified["problems"] == []
    expected = khoso.rows("SELECT sum(pages), sum(pages) FROM files")
    assert khoso.rows("SELECT count(*), count(DISTINCT file_id * 10 + number) FROM pages") == expected
    assert khoso.rows("SELECT DISTINCT status FROM pages") == [("ok",)]
    assert khoso.rows("SELECT count(*) FROM records WHERE work IN ('ready', 'needs_review')") == [
        (DOCUMENTS,)
    ]
    assert khoso.rows("SELECT count(*) FROM jobs UNION ALL SELECT count(*) FROM outbox") == [(0,), (0,)]
    found = [khoso.found(number_of(document)) for document in range(DOCUMENTS)]
    assert [len(records) for records in found] == [1] * DOCUMENTS


def check_nothing_twice(khoso: Any) -> None:
    assert khoso.rows("SELECT count(*), count(DISTINCT file_id) FROM parts") == [(DOCUMENTS, DOCUMENTS)]
    assert khoso.rows("SELECT count(*) FROM records") == [(DOCUMENTS,)]
    assert khoso.rows("SELECT max(version) FROM fields") == [(1,)]
    assert khoso.rows("SELECT count(*) FROM items WHERE outcome = 'stored'") == [(DOCUMENTS,)]
    assert sorted(Counter(khoso.deeds("file")).values()) == [1] * DOCUMENTS
    for batch in khoso.json("batch", "list")["batches"]:
        outcomes = [batch[name] for name in ("stored", "duplicate", "rejected", "waiting")]
        assert batch["files"] == 20 == sum(outcomes)
        assert outcomes[2:] == [0, 0]
