"""Anchors: heads of the audit log that were written down elsewhere, so that nobody can make the whole log anew.

An anchor is one JSON line: seq, hash, at (UTC), site. A file of them is only ever appended to.
"""

import fcntl
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from warehouse.chain import Head
from warehouse.errors import UsageError
from warehouse.settings import Settings
from warehouse.tables import audit_anchors

IN_DATABASE = "audit_anchors"
"""Where an anchor comes from that the database itself keeps: who can change entries can change it, too."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head at a moment. `source`: the file or table it was read from."""

    head: Head
    at: datetime
    site: str
    source: str = ""

    def line(self) -> str:
        """As a file, an e-mail and syslog have it."""
        told = {**self.head._asdict(), "at": self.at.isoformat(timespec="seconds"), "site": self.site}
        return json.dumps(told, ensure_ascii=False)

    def __str__(self) -> str:
        return f"{self.source}: {self.head.seq}, {self.at:%Y-%m-%d %H:%M:%S} UTC"


class Anchors:
    """Anchors by the entry they name; knows which ones a chain has passed in agreement."""

    def __init__(self, known: Iterable[Anchor]) -> None:
        self._by_seq = defaultdict[int, list[Anchor]](list)
        for anchor in known:
            self._by_seq[anchor.head.seq].append(anchor)
        self.agreed: Anchor | None = None

    def contradicting(self, head: Head) -> Anchor | None:
        """The anchor that has another hash for this entry; those that have the same are noted."""
        for anchor in self._by_seq.get(head.seq, ()):
            if anchor.head.hash != head.hash:
                return anchor
            self.agreed = anchor
        return None

    def beyond(self, seq: int) -> Anchor | None:
        """The last anchor, if it names a later entry."""
        last = max(self._by_seq, default=0)
        return self._by_seq[last][0] if last > seq else None


def append(path: Path, anchor: Anchor) -> None:
    """Add a line and wait for the disk. A line that a crash cut off is ended first, and stays unread."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        whole = size == 0 or os.pread(file.fileno(), 1, size - 1) == b"\n"
        file.write((b"" if whole else b"\n") + anchor.line().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def anchors_in(path: Path) -> list[Anchor]:
    """The anchors of a file; lines that were cut off are passed over. Raises UsageError if there is none."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UsageError("no_anchor", path=path, error=error.strerror) from error
    found = [anchor for line in lines for anchor in _read(line, str(path))]
    if not found:
        raise UsageError("no_anchor", path=path, error="no line {seq, hash, at, site}")
    return found


def anchors_at(settings: Settings, file: Path | None = None) -> list[Anchor]:
    """The anchors of this file; without one, of the site's own if it was ever written."""
    if file is None and not settings.anchors.exists():
        return []
    return anchors_in(file or settings.anchors)


def kept_anchors(connection: Connection) -> list[Anchor]:
    """Those that the database keeps."""
    rows = connection.execute(select(audit_anchors).order_by(audit_anchors.c.id))
    return [Anchor(Head(row.seq, row.hash), row.at, "", IN_DATABASE) for row in rows]


def _read(line: bytes, source: str) -> Iterator[Anchor]:
    try:
        told = json.loads(line)
        at = datetime.fromisoformat(told["at"]).astimezone(UTC)
        yield Anchor(Head(int(told["seq"]), str(told["hash"])), at, str(told["site"]), source)
    except (ValueError, KeyError, TypeError):
        return
