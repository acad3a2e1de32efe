"""All checks, one after the other; none can keep the others from being made."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from threading import Thread

from ingest.doctor import engines, surroundings, tools, work
from ingest.doctor.finding import Finding, Findings, wrong
from warehouse.errors import KhosoError, Unavailable, UsageError
from warehouse.settings import Settings, load_settings

CHECK_SECONDS = 15.0

OF_MACHINE: dict[str, Callable[[], Findings]] = {
    "settings": surroundings.settings_made,
    "tesseract": tools.tesseract,
    "poppler": tools.poppler,
    "fonts": tools.fonts,
}
OF_SITE: dict[str, Callable[[Settings], Findings]] = {
    "home": surroundings.home,
    "disk": surroundings.disk,
    "reader": tools.reader,
    "database": engines.database,
    "store": engines.store,
    "index": engines.index,
    "broker": engines.broker,
    "originals": work.originals,
    "arrears": work.arrears,
    "workers": work.at_work,
    "jobs": work.jobs,
    "audit": work.audit,
    "sweeper": work.sweeper,
}
NEEDS = {
    "originals": {"database", "store"},
    "arrears": {"database"},
    "workers": {"database"},
    "jobs": {"database"},
    "audit": {"database"},
    "sweeper": {"database"},
}
"""Not made if one of these is wrong: it would say the same again."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a check found, and how long that took."""

    check: str
    finding: Finding
    seconds: float


def examine() -> Iterator[Examined]:
    """The machine, then the site if its settings can be read."""
    for name, check in OF_MACHINE.items():
        yield from _made(name, check)
    try:
        settings = load_settings()
    except UsageError:  # told by the first check
        return
    failed: set[str] = set()
    for name, of_site in OF_SITE.items():
        if not failed & NEEDS.get(name, set()):
            for each in _made(name, partial(of_site, settings)):
                if each.finding.verdict == "wrong":
                    failed.add(name)
                yield each


def _made(name: str, check: Callable[[], Findings]) -> list[Examined]:
    """In a thread that is left to itself when its time is up: libraries wait as long as they like."""
    found: list[Finding] = []
    began = time.monotonic()
    thread = Thread(target=_collect, args=(check, found), daemon=True)
    thread.start()
    thread.join(CHECK_SECONDS)
    seconds = time.monotonic() - began
    told = found.copy()
    if thread.is_alive():
        told.append(wrong(Unavailable("check_too_slow", seconds=round(CHECK_SECONDS))))
    return [Examined(name, finding, seconds) for finding in told]


def _collect(check: Callable[[], Findings], found: list[Finding]) -> None:
    try:
        for finding in check():
            found.append(finding)
    except KhosoError as error:
        found.append(wrong(error))
    except Exception as error:  # noqa: BLE001  (what nobody foresaw is a finding too)
        found.append(wrong(Unavailable("check_failed", error=repr(error))))
