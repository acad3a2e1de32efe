"""The jobs that a file needs once triage has accepted it: ranges of pages, and the filing that waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ingest.listed import FILING
from warehouse.jobs import LaneClass, NewJob, enqueue

RANGE_PAGES = 10
READ_UNLISTED, READ_LISTED = 3, 4
"""Order inside a unit's lane: what no list describes is found by its text alone, so it is read first."""


@dataclass(frozen=True, slots=True)
class ToRead:
    """A file to be read for a unit; `lane_class`: whether somebody waits for it."""

    file_id: int
    unit: str
    pages: int
    batch_id: int | None
    rank: int = READ_UNLISTED
    lane_class: LaneClass = "bulk"


def queue_reading(connection: Connection, todo: Sequence[ToRead]) -> None:
    """Queue what reads these files; pages that an earlier job has kept cost nothing again."""
    starts = [range(1, file.pages + 1, RANGE_PAGES) for file in todo]
    filings = enqueue(
        connection,
        [
            NewJob("file", file.unit, file.file_id, FILING, file.lane_class, batch_id=file.batch_id,
                   remaining=len(begun))
            for file, begun in zip(todo, starts, strict=True)
        ],
    )  # fmt: skip
    ranges = [
        NewJob(
            "read",
            file.unit,
            file.file_id,
            file.rank,
            file.lane_class,
            pages=min(RANGE_PAGES, file.pages + 1 - start),
            batch_id=file.batch_id,
            page_from=start,
            page_to=min(start + RANGE_PAGES - 1, file.pages),
            filing_id=filing_id,
        )
        for file, begun, filing_id in zip(todo, starts, filings, strict=True)
        for start in begun
    ]
    enqueue(connection, ranges)
