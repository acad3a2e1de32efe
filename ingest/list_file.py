"""The file of a batch's list: beside its papers, among them, or inside their ZIP."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ingest.column_maps import called
from ingest.intake import Limited
from ingest.manifest import Manifest, read_manifest
from ingest.plan import Plan
from ingest.reader import Reader
from ingest.services import Services
from ingest.sheets import MOST_BYTES
from ingest.sources import Entry, Source, Zip
from warehouse.errors import UsageError
from warehouse.store import CHUNK
from warehouse.units import unit_in_force


class List(NamedTuple):
    """A list and the SHA-256 of its file; both None if there is none."""

    manifest: Manifest | None = None
    sha256: str | None = None


def read_list(
    services: Services, reader: Reader, source: Source, path: Path | None, unit: str, plan: Plan
) -> List:
    """Read a list by the unit's own names for its columns; in a ZIP, `path` may be a member's."""
    if path is None:
        return List()
    with services.database.read() as connection:
        names = called(connection, unit_in_force(connection, unit).id)
    with _as_file(source, path) as file, file.open("rb") as stream:
        manifest = read_manifest(file, reader, names)
        if plan.accept_proposals:
            manifest.accept_proposals()
        return List(manifest, hashlib.file_digest(stream, "sha256").hexdigest())


def entries_to_take(source: Source, path: Path | None) -> Iterator[Entry]:
    """What the source lists, without the list itself if it lies among the files."""
    if path is None:
        return source.entries()
    own, member = path.absolute(), None if path.exists() else path.as_posix()
    return (entry for entry in source.entries() if source.place(entry) != own and entry.path != member)


@contextmanager
def _as_file(source: Source, path: Path) -> Iterator[Path]:
    if path.exists():
        yield path
        return
    members = source.entries() if isinstance(source, Zip) else iter(())
    key = next((entry.key for entry in members if entry.path == path.as_posix() and not entry.refused), None)
    if key is None:
        raise UsageError("bad_path", path=path)
    with tempfile.NamedTemporaryFile(prefix="khoso-list-", suffix=path.suffix) as copy:
        with source.open(key) as stream:
            limited = Limited(stream, MOST_BYTES)
            while chunk := limited.read(CHUNK):
                copy.write(chunk)
        copy.flush()
        yield Path(copy.name)
