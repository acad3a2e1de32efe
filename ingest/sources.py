"""Where files come from: a folder, a ZIP or one file, as a list of entries that can be opened.

Only names and sizes are looked at here; bytes are parsed in the reader child.
"""

import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Protocol
from urllib.parse import quote, unquote_to_bytes

from ingest.zips import (
    BAD_ZIP,
    ZipLimits,
    check_member,
    member_name,
    member_refused,
    opened_zip,
    overlapping,
)
from warehouse.errors import Refused, UsageError

LITTER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
"""Left by operating systems, never put there by a clerk; hidden files likewise."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as listed. `path` is for people (NFC, /), `key` finds it again; `refused` says why not."""

    path: str
    key: str
    refused: str | None = None


class Source(Protocol):
    """A place that lists files and opens them by key."""

    name: str

    def entries(self) -> Iterator[Entry]:
        """Every file, in a stable order."""

    def place(self, entry: Entry) -> Path | None:
        """Where the entry lies as a file of its own; None inside an archive."""

    def stamp(self, key: str) -> str:
        """Letters and digits that change when the file does, as far as is seen without reading it."""

    def open(self, key: str) -> AbstractContextManager[IO[bytes]]:
        """The file's bytes; raises Refused if they cannot be had, also while they are read."""


def open_source(path: Path, zip_limits: ZipLimits | None = None) -> Source:
    """A folder, a ZIP (by its name) or a single file; raises UsageError if there is nothing there."""
    if path.is_dir():
        return Folder(path)
    if not path.is_file():
        raise UsageError("bad_path", path=path)
    return Zip(path, zip_limits or ZipLimits()) if path.suffix.lower() == ".zip" else OneFile(path)


class Folder:
    """A folder and all below it; links are listed but not followed."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.name = _shown_path(self.root)

    def entries(self) -> Iterator[Entry]:
        """Walk the folder in the order of names."""
        unread: list[OSError] = []
        for folder, folders, names in os.walk(self.root, onerror=unread.append):
            folders[:] = sorted(name for name in folders if not _is_litter(name))
            here = Path(folder)
            links = [name for name in folders if (here / name).is_symlink()]
            for name in sorted(names + links):
                if not _is_litter(name):
                    yield self._entry((here / name).relative_to(self.root))
        for error in unread:
            path = Path(os.path.relpath(error.filename, self.root))
            yield Entry(_shown_path(path), quote(os.fsencode(path)), "unreadable_folder")

    def place(self, entry: Entry) -> Path:
        """Its path below the root."""
        return self._path(entry.key)

    def stamp(self, key: str) -> str:
        """Size and time of change."""
        return _stamp(self._path(key))

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """Open the file that `key` names."""
        with _source_errors(), self._path(key).open("rb") as stream:
            yield stream

    def _path(self, key: str) -> Path:
        return self.root / os.fsdecode(unquote_to_bytes(key))

    def _entry(self, path: Path) -> Entry:
        mode = stat.S_IFREG  # if it is gone meanwhile, opening it will tell
        with suppress(OSError):
            mode = (self.root / path).lstat().st_mode
        raw = os.fsencode(path)
        return Entry(_shown_path(path), quote(raw), None if stat.S_ISREG(mode) else "not_a_file")


class OneFile:
    """A single file, whatever its name says."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.name = _shown_path(self.path)

    def entries(self) -> Iterator[Entry]:
        """The one file."""
        yield Entry(_shown_path(Path(self.path.name)), quote(os.fsencode(self.path.name)))

    def place(self, entry: Entry) -> Path:
        """The file itself."""
        return self.path

    def stamp(self, key: str) -> str:
        """Size and time of change."""
        return _stamp(self.path)

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """Open it."""
        with _source_errors(), self.path.open("rb") as stream:
            yield stream


class Zip:
    """A ZIP archive, read member by member; nothing is ever unpacked by its own path."""

    def __init__(self, path: Path, limits: ZipLimits) -> None:
        self.name = _shown_path(path.absolute())
        self._limits = limits
        self._archive = opened_zip(path, limits)

    def entries(self) -> Iterator[Entry]:
        """The directory's members in its own order."""
        members = self._archive.infolist()
        bombs = overlapping(members)
        for index, member in enumerate(members):
            path = PurePosixPath(member_name(member))
            if not member.is_dir() and not any(_is_litter(part) for part in path.parts):
                refused = member_refused(member, path) or ("zip_bomb" if index in bombs else None)
                yield Entry(_shown(str(path)), f"{index}", refused)

    def place(self, entry: Entry) -> None:
        """Nowhere: members have no path outside the archive."""
        return

    def stamp(self, key: str) -> str:
        """Size and checksum, as the directory says."""
        member = self._archive.infolist()[int(key)]
        return f"{member.file_size:x}.{member.CRC:x}"

    @contextmanager
    def open(self, key: str) -> Iterator[IO[bytes]]:
        """Open one member; a damaged one fails while it is read."""
        member = self._archive.infolist()[int(key)]
        with _source_errors():
            check_member(self._archive, member, self._limits)
            with self._archive.open(member) as stream:
                yield stream


def _stamp(path: Path) -> str:
    with suppress(OSError):  # opening it will tell
        found = path.stat()
        return f"{found.st_size:x}.{found.st_mtime_ns:x}"
    return "gone"


@contextmanager
def _source_errors() -> Iterator[None]:
    try:
        yield
    except BAD_ZIP as error:
        raise Refused("unreadable_source", error=error) from error


def _is_litter(name: str) -> bool:
    hidden = name.startswith((".", "~$")) and name != ".."
    return hidden or name.lower() in LITTER


def _shown_path(path: Path) -> str:
    """For people: what is no UTF-8 becomes a replacement sign."""
    return _shown(os.fsencode(path).decode("utf-8", "replace"))


def _shown(path: str) -> str:
    return unicodedata.normalize("NFC", path)
