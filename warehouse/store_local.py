"""Objects in a folder: objects/sha256/ab/cd/<hash>, written once, synced before they are promised."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import Damaged
from warehouse.spool import Spool, disk_errors, sync
from warehouse.store import Spooled


class LocalStore(Spool):
    """A content-addressed folder. Many processes may use it at once."""

    def __init__(self, root: Path) -> None:
        super().__init__(root / "spool")
        self.root = root

    def check(self) -> None:
        """By writing."""
        self.discard(self.spool(io.BytesIO()))

    def put(self, spooled: Spooled, *, keep_copy: bool = False) -> None:
        """Sync the bytes, rename into place, sync the folders; what is fetched is that file."""
        target = self._path(spooled.sha256)
        with disk_errors():
            if self.size(spooled.sha256) != spooled.size:  # none, or what a broken disk left of it
                target.parent.mkdir(parents=True, exist_ok=True)
                spooled.path.chmod(0o440)
                sync(spooled.path)
                spooled.path.replace(target)
            # All folders, each time: another process may have made them and not synced them yet.
            for folder in [target.parent, *target.parent.parents[:4]]:
                sync(folder)
            spooled.path.unlink(missing_ok=True)

    def size(self, sha256: str) -> int | None:
        """From the folder's entry; bytes are not read."""
        with disk_errors():
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

    def read_range(self, sha256: str, start: int, length: int) -> bytes:
        """By seeking."""
        with self.fetch(sha256) as path, disk_errors(), path.open("rb") as stream:
            stream.seek(start)
            return stream.read(length)

    def presigned(self, sha256: str, seconds: int) -> str | None:
        """A folder has no address."""
        return None

    def walk(self) -> Iterator[str]:
        """By listing the folders."""
        for path in self.root.glob("sha256/*/*/*"):
            yield path.name

    def _path(self, sha256: str) -> Path:
        assert re.fullmatch(r"[0-9a-f]{64}", sha256)
        return self.root / "sha256" / sha256[:2] / sha256[2:4] / sha256
