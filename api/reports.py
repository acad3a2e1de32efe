"""Figures for managers: progress of units, and the queue."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.deps import Asked
from api.record_models import Sentence
from api.records import Day
from warehouse.reports import progress
from warehouse.status import queue_status

router = APIRouter(tags=["reports"])


class Counts(BaseModel):
    """What was done; `digitised`: approved results, in force on the day they were digitised, each once."""

    files: int
    registered: int
    read: int
    needs_review: int
    approved: int
    digitised: int
    returned: int
    metadata_only: int


class UnitProgress(Counts):
    """The same of one unit, credited to it as the one that digitised."""

    unit: str
    name: str
    level: str


class Progress(BaseModel):
    """As of the end of a day."""

    on: date
    rows: list[UnitProgress]
    total: Counts


class Lane(BaseModel):
    """What waits and runs of a unit."""

    unit: str
    lane: Annotated[str, Field(alias="class")]
    kind: str
    queued: int
    running: int


class DeadJob(BaseModel):
    """A job that gave up; `khoso batch retry` takes it up again."""

    job: int
    file: str
    kind: str
    reason: str
    message: Sentence


class Queue(BaseModel):
    """Lanes and dead jobs of the units whose figures the asker sees; time and speed are the site's."""

    lanes: list[Lane]
    oldest_waiting_s: int
    pages_per_min: float
    dead: list[DeadJob]


@router.get("/reports/progress")
def progress_of_units(
    asked: Asked,
    on: Annotated[Day, Query(description="As of the end of this day; today.")] = None,
    unit: Annotated[
        str | None, Query(min_length=1, max_length=35, description="Only this unit's code.")
    ] = None,
) -> Progress:
    """Tell how far each unit is, of those whose figures the asker sees."""
    with asked.write() as connection:
        return Progress(**progress(connection, asked.actor, on, unit))


@router.get("/queue")
def queue(asked: Asked) -> Queue:
    """Tell what waits to be read, and what gave up."""
    with asked.read() as connection:
        return Queue(**queue_status(connection, asked.actor))
