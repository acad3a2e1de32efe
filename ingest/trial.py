"""Trying what an import would do: files copied aside and looked at, nothing written to the site."""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from ingest.intake import files_held
from ingest.manifest_rows import ManifestRow
from ingest.matching import Matched
from ingest.reader import Reader
from ingest.services import Services
from ingest.sources import Entry, Source
from ocr.fields.understand import understand
from warehouse.errors import Refused
from warehouse.records import Known
from warehouse.store import CHUNK
from warehouse.suspicion import SHIFTS, SURE, Said, Suspicion, judge, said
from warehouse.units import Unit


@dataclass(frozen=True, slots=True)
class Trial:
    """One process's means to try files; `seen` are the bytes that this trial would have taken in, with
    so many `pages`."""

    services: Services
    reader: Reader
    unit: Unit
    source: Source
    password: str = ""
    seen: set[str] = field(default_factory=set)
    pages: list[int] = field(default_factory=list)

    def outcome(self, connection: Connection, entry: Entry) -> str:
        """stored or duplicate; raises Refused for what an import would reject."""
        if entry.refused:
            raise Refused(entry.refused)
        with self.copied(entry) as (path, sha256):
            if sha256 in self.seen or files_held(connection, self.unit, [sha256]):
                return "duplicate"
            self.pages.append(self.reader.inspect(path, self.password).pages)
            self.seen.add(sha256)
        return "stored"

    @contextmanager
    def copied(self, entry: Entry) -> Iterator[tuple[Path, str]]:
        """The file as an import would take it: a copy, its SHA-256; refused if empty or too large."""
        limit, size, digest = self.services.settings.max_file_bytes, 0, hashlib.sha256()
        with tempfile.NamedTemporaryFile(prefix="khoso-trial-") as copy:
            with self.source.open(entry.key) as stream:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise Refused("too_large", size=size, limit=limit)
                    digest.update(chunk)
                    copy.write(chunk)
            if size == 0:
                raise Refused("empty")
            copy.flush()
            yield Path(copy.name), digest.hexdigest()


def try_list(
    trial: Trial, rows: Sequence[ManifestRow], matched: Matched, entries: Mapping[str, Entry], most: int
) -> tuple[int, Suspicion | None]:
    """Read the first pages of a few files all over the list; how many were read, and what is odd about it."""
    places = [place for place, row in enumerate(rows) if matched.files_of.get(row.row) and said(row.values)]
    known = trial.services.known()
    read: dict[int, Said] = {}
    for place in _spread(places, most):
        row = rows[place]
        entry = entries[matched.files_of[row.row][0]]
        read[place] = _first_page(trial, entry, row.pages[0] if row.pages else 1, known)
    near = {place + shift for place in read for shift in (0, *SHIFTS)} & set(range(len(rows)))
    return len(read), judge({place: said(rows[place].values) for place in near}, read)


def _spread(places: Sequence[int], most: int) -> list[int]:
    """At most so many, evenly from the first to the last: where a list goes astray nobody knows."""
    if len(places) <= most:
        return list(places)
    return [places[round(number * (len(places) - 1) / max(most - 1, 1))] for number in range(most)]


def _first_page(trial: Trial, entry: Entry, number: int, known: Known) -> Said:
    """What is surely read of a paper's first page; nothing if it cannot be had."""
    try:
        with trial.copied(entry) as (path, _):
            page = trial.reader.read_page(path, number, trial.password)
    except Refused:
        return {}
    found = understand([page], known)
    return said({value.name: value.value for value in found if value.confidence >= SURE})
