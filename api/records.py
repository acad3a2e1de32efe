"""Records: the list, one of them, its history and notes."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from api.deps import Asked, Listed, Page, etag
from api.endings import EARLIEST, Reason
from api.endings import Record as RecordName
from api.record_models import Availability, History, ListedRecord, Note, Record, Work, example
from ingest.rescans import rescans_of
from warehouse.catalogue import find_record
from warehouse.notes import add_note
from warehouse.reading import history_of, read_record
from warehouse.record_list import Filters, Order, list_records

router = APIRouter(prefix="/records", tags=["records"])

LAST_DAY = date(2200, 1, 1)
Day = Annotated[date | None, Query(ge=EARLIEST, le=LAST_DAY, description="A day of Viet Nam, inclusive.")]
Code = Annotated[str | None, Query(min_length=1, max_length=100)]


class NoteBody(BaseModel):
    """A note."""

    model_config = example(text="Đã gọi cho xã hỏi lại số quyển.")

    text: Reason


@dataclass(frozen=True)
class Narrowed:
    """What the list is narrowed to."""

    unit: Annotated[Code, Query(description="Code of the unit that keeps them.")] = None
    batch: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
    state: Work | None = None
    availability: Availability | None = None
    type: Annotated[Code, Query(description="A type of result, by code or name.")] = None
    sensitivity: Code = None
    received_from: Day = None
    received_to: Day = None
    approved_from: Day = None
    approved_to: Day = None
    review: Annotated[Code, Query(description="A review reason, or its kind.", examples=["missing"])] = None
    mine: Annotated[bool, Query(description="Returned to a unit of mine: to be put right.")] = False


@router.get("")
def list_them(
    asked: Asked, page: Page, narrowed: Annotated[Narrowed, Depends()], order: Order = "newest"
) -> Listed[ListedRecord]:
    """List the records that the asker may read. By the day of receipt, or of approval if its days are asked for."""
    filters, after = Filters(**asdict(narrowed)), page.after(datetime, int)
    with asked.read() as connection:
        rows = list_records(connection, asked.actor, filters, order, after, page.limit)
    shown, following = page.cut(rows, lambda row: row["place"])
    return Listed(items=[ListedRecord(**row) for row in shown], next=following)


@router.get("/{record}")
def read_it(
    asked: Asked,
    record: RecordName,
    response: Response,
    on: Annotated[Day, Query(description="The day for which its validity is told; today.")] = None,
) -> Record:
    """Read one record. Full identity numbers only for a purpose (X-Purpose), which is noted once a session of work."""
    with asked.write() as connection:
        found = read_record(connection, asked.actor, record, on)
        row = find_record(connection, asked.actor, record)
        secret = row["work"] == "quarantined"
        found["possible_duplicates"] = [] if secret else rescans_of(connection, asked.actor, row["id"])
    response.headers["ETag"] = etag(found["revision"])
    return Record(**found)


@router.get("/{record}/history")
def history_of_it(asked: Asked, record: RecordName) -> History:
    """Read a record's history: every version of its fields, changes, returns and notes."""
    with asked.write() as connection:
        return History(**history_of(connection, asked.actor, record))


@router.post("/{record}/notes", status_code=201)
def add_a_note(asked: Asked, record: RecordName, body: NoteBody) -> Note:
    """Add a note to a record. It is no change of the record."""
    note: dict[str, Any] = asked.once(lambda c: add_note(c, asked.actor, record, body.text))
    return Note(**note)
