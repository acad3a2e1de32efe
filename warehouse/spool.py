"""A folder beside the store where bytes wait until they are put or thrown away."""

import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from warehouse.errors import KhosoError, StoreFull, Unavailable
from warehouse.store import CHUNK, Readable, Spooled

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

LEFT_BEHIND_SECONDS = 24 * 3600


class Spool:
    """The part of a store that every backend keeps on its own disk. Many processes may use it at once."""

    def __init__(self, incoming: Path) -> None:
        self.incoming = incoming

    def spool(self, source: Readable) -> Spooled:
        """Copy and hash a stream in pieces of 1 MiB."""
        handle, path = self.new_file()
        digest, size = hashlib.sha256(), 0
        try:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                with disk_errors():
                    write_all(handle, chunk)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
        return Spooled(path, digest.hexdigest(), size)

    def set_aside(self, spooled: Spooled, name: str) -> None:
        """By renaming; the hash stands in the name, since nobody has waited for the disk yet."""
        with disk_errors(), suppress(FileNotFoundError):  # it was put
            spooled.path.replace(self.incoming / f"{name}-{spooled.sha256}")

    def take_up(self, name: str) -> Spooled | None:
        """Read again, so that a copy which lost bytes with the machine's power is not taken for the file."""
        for aside in self._those_set_aside(name):
            handle, path = self.new_file()
            os.close(handle)
            with disk_errors(), suppress(FileNotFoundError):  # another process took it
                aside.replace(path)
                with path.open("rb") as stream:
                    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
                if aside.name == f"{name}-{sha256}":
                    return Spooled(path, sha256, path.stat().st_size)
            path.unlink(missing_ok=True)
        return None

    def _those_set_aside(self, name: str) -> list[Path]:
        """Not by a pattern: compiling one a file takes longer than all else here."""
        with suppress(FileNotFoundError):
            return [Path(entry) for entry in os.scandir(self.incoming) if entry.name.startswith(f"{name}-")]
        return []

    def discard(self, spooled: Spooled) -> None:
        """Remove the spool file."""
        spooled.path.unlink(missing_ok=True)

    def tidy(self) -> None:
        """By the files' age: nobody spools for a day."""
        oldest = time.time() - LEFT_BEHIND_SECONDS
        with disk_errors():
            for path in self.incoming.glob("*"):
                with suppress(FileNotFoundError):  # another process tidies too
                    if path.stat().st_mtime < oldest:
                        path.unlink()

    def new_file(self) -> tuple[int, Path]:
        """An empty file of one's own: its open descriptor and its path."""
        with disk_errors():
            self.incoming.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.incoming)
        return handle, Path(name)


def write_all(handle: int, chunk: bytes) -> None:
    """All of it: one write may take less."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(handle, rest) :]


def sync(path: Path) -> None:
    """A file's bytes, or a folder's names: on the disk when it returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Errors of the disk in the program's own words."""
    try:
        yield
    except OSError as error:
        raise _as_khoso(error) from error


def _as_khoso(error: OSError) -> KhosoError:
    if error.errno in FULL:
        return StoreFull("store_full")
    return Unavailable("store_error", error=error)
