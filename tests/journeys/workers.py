"""Celery's workers of a site: what they are in the middle of, how they are ended, and when all is done."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psutil
import pytest


def children_of(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """Its processes, and theirs."""
    return psutil.Process(process.pid).children(recursive=True)


def kill_all_of(process: "subprocess.Popen[str]") -> None:
    """As if its machine lost its power."""
    if process.poll() is None:
        for each in [psutil.Process(process.pid), *children_of(process)]:
            with suppress(psutil.NoSuchProcess):
                each.kill()


def parent_of_tesseract(worker: "subprocess.Popen[str]") -> psutil.Process:
    """The process of the pool that is in the middle of a page."""
    return _reading(worker, lambda process: process.parents()[1])  # its reader child's parent


def reader_child(worker: "subprocess.Popen[str]") -> psutil.Process:
    """The reader child that is in the middle of a page."""
    return _reading(worker, lambda process: process.parents()[0])


def _reading(
    worker: "subprocess.Popen[str]", who: Callable[[psutil.Process], psutil.Process]
) -> psutil.Process:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        for process in children_of(worker):
            with suppress(psutil.NoSuchProcess, IndexError):
                if process.name() == "tesseract":
                    return who(process)
        time.sleep(0.02)
    pytest.fail("nobody read")


def wait_until(site: Any, query: str, rows: list[tuple[Any, ...]], seconds: float = 240) -> None:
    """Until the tables answer so."""
    end = time.monotonic() + seconds
    while (found := site.rows(query)) != rows:
        assert time.monotonic() < end, f"{query}: {found}"
        time.sleep(0.2)


def all_done(site: Any, papers: int, pages: int) -> None:
    """Nothing is left of these papers of so many pages each, nothing was lost, nothing was done twice."""
    wait_until(site, "SELECT count(*) FROM jobs", [(0,)])
    wait_until(site, "SELECT count(*) FROM outbox", [(0,)])
    account = site.json("batch", "show", 1)
    assert (account["stored"], account["waiting"]) == (papers, 0)
    assert account["reading"] == {"records": papers, "read": papers, "waiting": 0, "stuck": 0}
    kept = "SELECT count(*), count(DISTINCT file_id * 10 + number), min(status), max(status) FROM pages"
    assert site.rows(kept) == [(papers * pages, papers * pages, "ok", "ok")]
    assert sorted(Counter(site.deeds("file")).values()) == [1] * papers
    assert site.rows("SELECT count(*) FROM fields WHERE version > 1") == [(0,)]
    assert site.json("verify")["problems"] == []
