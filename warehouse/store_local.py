"""Objects in a folder: objects/sha256/ab/cd/<hash>, written once, synced before they are promised."""

import errno
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from warehouse.errors import Damaged, KhosoError, StoreFull, Unavailable
from warehouse.store import CHUNK, Readable, Spooled

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

LEFT_BEHIND_SECONDS = 24 * 3600


class LocalStore:
    """A content-addressed folder. Many processes may use it at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "spool"

    def spool(self, source: Readable) -> Spooled:
        """Copy and hash a stream in pieces of 1 MiB."""
        handle, path = self._new_spool_file()
        digest, size = hashlib.sha256(), 0
        try:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                with _translated():
                    _write(handle, chunk)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
        return Spooled(path, digest.hexdigest(), size)

    def put(self, spooled: Spooled) -> None:
        """Sync the bytes, rename into place, sync the folders."""
        target = self._path(spooled.sha256)
        with _translated():
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                spooled.path.chmod(0o440)
                _sync(spooled.path)
                spooled.path.replace(target)
            # All folders, each time: another process may have made them and not synced them yet.
            for folder in [target.parent, *target.parent.parents[:4]]:
                _sync(folder)
            spooled.path.unlink(missing_ok=True)

    def discard(self, spooled: Spooled) -> None:
        """Remove the spool file."""
        spooled.path.unlink(missing_ok=True)

    def tidy(self) -> None:
        """By the files' age: nobody spools for a day."""
        oldest = time.time() - LEFT_BEHIND_SECONDS
        with _translated():
            for path in self.incoming.glob("*"):
                with suppress(FileNotFoundError):  # another process tidies too
                    if path.stat().st_mtime < oldest:
                        path.unlink()

    def size(self, sha256: str) -> int | None:
        """From the folder's entry; bytes are not read."""
        with _translated():
            try:
                return self._path(sha256).stat().st_size
            except FileNotFoundError:
                return None

    @contextmanager
    def fetch(self, sha256: str) -> Iterator[Path]:
        """The stored file itself: readers open it read-only."""
        if self.size(sha256) is None:
            raise Damaged("object_missing", sha256=sha256)
        yield self._path(sha256)

    def walk(self) -> Iterator[str]:
        """By listing the folders."""
        for path in self.root.glob("sha256/*/*/*"):
            yield path.name

    def _path(self, sha256: str) -> Path:
        assert re.fullmatch(r"[0-9a-f]{64}", sha256)
        return self.root / "sha256" / sha256[:2] / sha256[2:4] / sha256

    def _new_spool_file(self) -> tuple[int, Path]:
        with _translated():
            self.incoming.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.incoming)
        return handle, Path(name)


def _write(handle: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _as_khoso(error) from error


def _as_khoso(error: OSError) -> KhosoError:
    if error.errno in FULL:
        return StoreFull("store_full")
    return Unavailable("store_error", error=error)
