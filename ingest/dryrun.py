"""`import --dry-run`: what an import would do, without writing anything to the site."""

import hashlib
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.importing import Request, entries_to_take
from ingest.intake import files_held
from ingest.manifest import match, read_manifest
from ingest.reader import Reader
from ingest.services import Services
from ingest.sources import Entry, Source, open_source
from warehouse.errors import Refused
from warehouse.store import CHUNK
from warehouse.terminal import progress_bar
from warehouse.units import Unit, unit_in_force


@dataclass(frozen=True, slots=True)
class Trial:
    """One process's means to try files."""

    services: Services
    reader: Reader
    unit: Unit
    source: Source
    seen: set[str]


def dry_run(services: Services, request: Request) -> dict[str, Any]:
    """The account that the import would end with, in the shape of a batch's; `batch` is null."""
    source = open_source(request.path)
    manifest = read_manifest(request.manifest) if request.manifest else None
    with services.database.read() as connection:
        unit = unit_in_force(connection, request.unit)
    entries = list(entries_to_take(source, request.manifest))
    with Reader(services.settings.limits) as reader, progress_bar(len(entries), "Thử / trying") as bar:
        trial = Trial(services, reader, unit, source, set())
        items = []
        for entry in entries:
            items.append(_item(entry, trial))
            bar.update(1)
    problems = []
    if manifest:
        problems = manifest.problems + match(manifest.rows, [entry.path for entry in entries]).problems
    outcomes = Counter(item["outcome"] for item in items)
    return {
        "batch": None,
        "unit": unit.code,
        "source": source.name,
        "files": len(items),
        **{name: outcomes[name] for name in ("stored", "duplicate", "rejected", "waiting")},
        "stuck": 0,
        "reading": {"records": 0, "read": 0, "waiting": 0, "stuck": 0},
        "items": items,
        "manifest": [{**problem.as_row(), "message": problem.message} for problem in problems],
    }


def _item(entry: Entry, trial: Trial) -> dict[str, Any]:
    try:
        if entry.refused:
            raise Refused(entry.refused)
        outcome, reason = _outcome(entry, trial), None
    except Refused as refused:
        outcome, reason = "rejected", refused
    return {
        "path": entry.path,
        "outcome": outcome,
        "records": [],
        "reason": reason.reason if reason else None,
        "message": reason.message if reason else None,
    }


def _outcome(entry: Entry, trial: Trial) -> str:
    """Copy the file aside as an import would, hash it, and look at it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "file"
        with trial.source.open(entry.key) as stream, copy.open("wb") as target:
            shutil.copyfileobj(stream, target, CHUNK)
        size, limit = copy.stat().st_size, trial.services.settings.max_file_bytes
        if size == 0:
            raise Refused("empty")
        if size > limit:
            raise Refused("too_large", size=size, limit=limit)
        with copy.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        with trial.services.database.read() as connection:
            held = files_held(connection, trial.unit, [sha256])
        if held or sha256 in trial.seen:
            return "duplicate"
        trial.reader.inspect(copy)
        trial.seen.add(sha256)
    return "stored"
