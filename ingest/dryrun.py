"""`import --dry-run`: what an import would do, without writing anything to the site."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from ingest.importing import Request
from ingest.list_file import entries_to_take, read_list
from ingest.manifest import Manifest
from ingest.manifest_rows import ManifestProblem
from ingest.matching import Matched, match
from ingest.plan import Plan
from ingest.reader import Reader
from ingest.services import Services
from ingest.sources import Entry, open_source
from ingest.trial import Trial, try_list
from ingest.zips import ZipLimits
from warehouse.errors import Refused
from warehouse.terminal import progress_bar
from warehouse.units import unit_in_force

SAMPLE = 12
"""Pages read to compare list and papers: half a minute's work at most times."""

TRIED_AT_ONCE = 100


def dry_run(services: Services, request: Request, sample: int = SAMPLE) -> dict[str, Any]:
    """The account that the import would end with, in the shape of a batch's; `batch` is null.

    `sample`: so many files are read at their first page, to see whether the list is that of these papers.
    """
    source = open_source(request.path, ZipLimits.of(services.settings))
    with services.database.read() as connection:
        unit = unit_in_force(connection, request.unit)
    with Reader(services.settings.limits) as reader:
        manifest = read_list(services, reader, source, request.manifest, request.unit, request.plan).manifest
        manifest = manifest or Manifest([], [])
        entries = list(entries_to_take(source, request.manifest))
        by_path = {entry.path: entry for entry in entries}
        trial = Trial(services, reader, unit, source, request.password or "")
        items = list(_items(trial, entries))
        matched = (
            match(manifest.rows, list(by_path), request.plan.matching) if request.manifest else Matched()
        )
        sampled, suspect = try_list(trial, manifest.rows, matched, by_path, sample)
    outcomes = Counter(item["outcome"] for item in items)
    problems = [*manifest.problems, *matched.problems, *_said_badly(request.plan, by_path)]
    return {
        "batch": None,
        "unit": unit.code,
        "source": source.name,
        "files": len(items),
        **{name: outcomes[name] for name in ("stored", "duplicate", "rejected", "waiting")},
        "stuck": 0,
        "reading": {"records": 0, "read": 0, "waiting": 0, "stuck": 0},
        "metadata_only": sum(not matched.files_of[row.row] for row in matched.rows),
        "quarantined": sum(row.secrecy is not None for row in matched.rows),
        "pages": {"in": sum(trial.pages)},  # where papers part is seen when they are read
        "sampled": sampled,
        "suspect": suspect.as_json() if suspect else None,
        "items": items,
        "manifest": [{**problem.as_row(), "message": problem.message} for problem in problems],
    }


def _items(trial: Trial, entries: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    with progress_bar(len(entries), "Thử / trying") as bar:
        for start in range(0, len(entries), TRIED_AT_ONCE):
            with trial.services.database.read() as connection:
                for entry in itertools.islice(entries, start, start + TRIED_AT_ONCE):
                    yield _item(trial, connection, entry)
                    bar.update(1)


def _item(trial: Trial, connection: Connection, entry: Entry) -> dict[str, Any]:
    try:
        outcome, reason = trial.outcome(connection, entry), None
    except Refused as refused:
        outcome, reason = "rejected", refused
    return {
        "path": entry.path,
        "outcome": outcome,
        "records": [],
        "reason": reason.reason if reason else None,
        "message": reason.message if reason else None,
    }


def _said_badly(plan: Plan, paths: Iterable[str]) -> Iterator[ManifestProblem]:
    """What paths and defaults say that cannot be."""
    for path in paths:
        for name, text, reason in plan.said_of(path).bad:
            yield ManifestProblem(None, path, name, text, reason, warning=True)
