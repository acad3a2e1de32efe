"""The object store's promises: bytes are named by their SHA-256 and never change."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from warehouse.errors import UsageError
from warehouse.settings import Settings

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Spooled:
    """Bytes copied next to the store, hashed on the way, not yet promised to anybody."""

    path: Path
    sha256: str
    size: int


class Readable(Protocol):
    """A stream of bytes, as far as spooling needs it."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; none at the end."""


class Store(Protocol):
    """One suite of contract tests holds for every backend (tests/contracts)."""

    def check(self) -> None:
        """Ask whether the store can be used now; raises what is wrong with its settings, keys or room."""

    def spool(self, source: Readable) -> Spooled:
        """Copy and hash a stream. Raises StoreFull; errors of the source pass through as OSError."""

    def put(self, spooled: Spooled, *, keep_copy: bool = False) -> None:
        """Keep spooled bytes for good under their hash: on the disk when it returns. Safe to repeat.

        `keep_copy`: the spooled file stays until it is discarded, where the object is not that very file.
        """

    def set_aside(self, spooled: Spooled, name: str) -> None:
        """Keep bytes that could not be put for another try; `name` is made of letters, digits and dots."""

    def take_up(self, name: str) -> Spooled | None:
        """What was set aside under this name, whole; it is nobody else's from now on."""

    def discard(self, spooled: Spooled) -> None:
        """Drop spooled bytes that are not wanted."""

    def tidy(self) -> None:
        """Drop spooled copies that were set aside, or left by a killed process, more than a day ago."""

    def size(self, sha256: str) -> int | None:
        """The object's size in bytes, None if it is not there."""

    def fetch(self, sha256: str) -> AbstractContextManager[Path]:
        """The object as a local file that must not be changed; raises Damaged if it is missing."""

    def read_range(self, sha256: str, start: int, length: int) -> bytes:
        """Some of an object's bytes, fewer at its end. Not compared with the hash: for showing only."""

    def presigned(self, sha256: str, seconds: int) -> str | None:
        """An address that serves this object to anybody for so long; None if the backend has none."""

    def walk(self) -> Iterator[str]:
        """Every object's SHA-256, in any order."""


def open_store(settings: Settings) -> Store:
    """The backend that the URL's scheme names; nothing is asked of it yet."""
    scheme, _, rest = settings.store_url.partition(":")
    if scheme == "file":
        from warehouse.store_local import LocalStore

        if rest.startswith("//"):
            raise wrong_url("file: takes a path, not a host")
        return LocalStore(Path(rest))
    if scheme == "s3":
        from warehouse.store_s3 import S3Store

        return S3Store(settings)
    raise wrong_url(f"unknown scheme {scheme}:")


def wrong_url(error: str) -> UsageError:
    """What is wrong with the store's URL."""
    return UsageError("bad_setting", name="KHOSO_STORE_URL", error=error)
