"""Figures for managers: how far each unit is. Figures alone; nothing of what papers say."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.deps import Asked
from api.endings import EARLIEST
from api.records import LAST_DAY
from warehouse.reports import progress

router = APIRouter(prefix="/reports", tags=["reports"])


class Counts(BaseModel):
    """Of files and records; `digitised`: approved results that were in force when they were digitised."""

    files: int
    registered: int
    read: int
    needs_review: int
    approved: int
    digitised: int
    returned: int
    metadata_only: int


class UnitProgress(Counts):
    """The same, credited to the unit that digitised."""

    unit: str
    name: str
    level: str


class Progress(BaseModel):
    """By the end of a day."""

    on: date
    rows: list[UnitProgress]
    total: Counts


@router.get("/progress")
def progress_of_units(
    asked: Asked,
    on: Annotated[
        date | None, Query(ge=EARLIEST, le=LAST_DAY, description="A day of Viet Nam; today.")
    ] = None,
    unit: Annotated[str | None, Query(max_length=35, description="Code of one unit.")] = None,
) -> Progress:
    """What each of the asker's units had done by the end of a day."""
    with asked.write() as connection:
        return Progress(**progress(connection, asked.actor, on, unit))
