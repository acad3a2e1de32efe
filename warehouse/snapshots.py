"""A backup folder: snapshots of the database, each with a manifest, over one store of objects.

snapshots/<time>.db     the database, whatever kind it was, as one SQLite file
snapshots/<time>.json   its manifest: written last, so a snapshot that has one is whole
objects/                every object that a snapshot names; each snapshot adds what is new

It holds personal data and the passwords of locked PDFs, so it is for its owner alone.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

from warehouse.database import Database
from warehouse.errors import Busy, Damaged, NotFound, UsageError
from warehouse.spool import disk_errors, sync
from warehouse.store import CHUNK
from warehouse.store_local import LocalStore
from warehouse.table_copy import Digest


class Manifest(TypedDict):
    """What a snapshot is: the schema's version, its file's hash, its tables, the objects it names."""

    snapshot: str
    schema: str
    sha256: str
    tables: Mapping[str, Digest]
    objects: int
    bytes: int


class BackupFolder:
    """One folder of backups, opened or new."""

    def __init__(self, root: Path) -> None:
        self.store = LocalStore(root.absolute() / "objects")
        self._root = root.absolute()
        self._snapshots = self._root / "snapshots"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make it if it is new, and keep other processes from adding to it.

        Raises UsageError if it is a folder of something else, Busy while another process adds a snapshot.
        """
        with _for_owner_alone():
            self._make()
            handle = os.open(self._snapshots, os.O_RDONLY)
            try:
                self._lock(handle)
                self._sweep()
                yield
            finally:
                os.close(handle)

    def new_name(self) -> str:
        """A snapshot's name: now."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")

    def part(self, name: str) -> Path:
        """Where a snapshot is written until it is on the disk."""
        return self._snapshots / f"{name}.db.part"

    def keep(self, name: str) -> None:
        """The part is written."""
        self._put_in_place(self.part(name), self._file(name))

    def write_manifest(self, manifest: Manifest) -> None:
        """The snapshot is whole."""
        part = self._snapshots / f"{manifest['snapshot']}.json.part"
        with disk_errors():
            part.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        self._put_in_place(part, self._manifest(manifest["snapshot"]))

    def choose(self, name: str | None) -> Manifest:
        """The newest whole snapshot, or the one of this name; raises NotFound, or Damaged if its file changed."""
        whole = sorted(path.stem for path in self._snapshots.glob("*.json"))
        if not whole or name not in (None, *whole):
            raise NotFound("no_snapshot", path=self._root, name=name or "", names=", ".join(whole) or "–")
        chosen: Manifest = json.loads(self._manifest(name or whole[-1]).read_text(encoding="utf-8"))
        with disk_errors():
            if (
                not self._file(chosen["snapshot"]).exists()
                or self.hash(chosen["snapshot"]) != chosen["sha256"]
            ):
                raise Damaged("snapshot_damaged", name=chosen["snapshot"])
        return chosen

    def hash(self, name: str) -> str:
        """Of a snapshot's file."""
        with self._file(name).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def open(self, name: str) -> Database:
        """A snapshot, to be read only: not a byte of its file changes."""
        return Database(f"sqlite:///file:{quote(str(self._file(name)))}?mode=ro&immutable=1&uri=true")

    def copy(self, name: str, to: Path) -> Database:
        """A copy of a snapshot, to be changed."""
        with disk_errors(), self._file(name).open("rb") as source, to.open("wb") as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
        return Database(f"sqlite:///{to}")

    def _make(self) -> None:
        with disk_errors():
            if self._root.exists() and not self._snapshots.is_dir() and any(self._root.iterdir()):
                raise UsageError("not_a_backup", path=self._root)
            self._snapshots.mkdir(parents=True, exist_ok=True)
            self._root.chmod(0o700)

    def _lock(self, handle: int) -> None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy("backup_busy", path=self._root) from error

    def _sweep(self) -> None:
        """What a process that was killed left behind: parts, and a snapshot without a manifest."""
        for path in self._snapshots.iterdir():
            if path.suffix != ".json" and not self._manifest(path.name.split(".db")[0]).exists():
                path.unlink()

    def _put_in_place(self, part: Path, path: Path) -> None:
        with disk_errors():
            sync(part)
            part.rename(path)
            sync(self._snapshots)

    def _file(self, name: str) -> Path:
        return self._snapshots / f"{name}.db"

    def _manifest(self, name: str) -> Path:
        return self._snapshots / f"{name}.json"  # a name has a dot in it: with_suffix would cut there


@contextmanager
def _for_owner_alone() -> Iterator[None]:
    """Whatever is made meanwhile, nobody else may read."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
