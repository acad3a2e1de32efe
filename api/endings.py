"""A record hidden and released, revoked, superseded, reinstated, withdrawn: each with a reason."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.deps import Asked, IfMatch, etag
from api.texts import Line, Prose
from warehouse.availability import REASON_LENGTH, Availability, hide, release
from warehouse.catalogue import find_record
from warehouse.endings import (
    DECISION_LENGTH,
    Revocation,
    Succession,
    endings_of,
    reinstate,
    revoke,
    supersede,
)
from warehouse.withdrawal import withdraw

router = APIRouter(prefix="/records/{record}", tags=["records"])

Record = Annotated[str, Path(max_length=200, description="Its id, or SYSTEM:ID of an older system.")]
Reason = Annotated[Prose, Field(max_length=REASON_LENGTH)]
EARLIEST = date(1945, 1, 1)
Day = Annotated[date, Field(ge=EARLIEST, description="The first day on which it no longer holds.")]


class ReasonBody(BaseModel):
    """Why it is done."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Đã trả kết quả cho công dân."}]}
    )

    reason: Reason


class RevocationBody(ReasonBody):
    """The decision that revokes it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"ended_on": "2026-10-01", "decision_number": "12/QĐ-UBND", "reason": "Cấp sai đối tượng."}
            ]
        },
    )

    ended_on: Day
    decision_number: Annotated[Line, Field(max_length=DECISION_LENGTH)]


class SuccessionBody(ReasonBody):
    """The record that takes its place."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"successor": "K7QX2M9PRT4A", "ended_on": "2026-10-01", "reason": "Cấp đổi."}]
        },
    )

    successor: Line
    ended_on: Day


class RecordState(BaseModel):
    """How a record stands after a change."""

    record: str
    revision: int
    state: str
    availability: Availability
    ended_on: date | None
    ended_how: str | None


class Ending(BaseModel):
    """A fact of a record's end, or its reinstatement. `successor`: null as well if the asker may not read it."""

    how: Literal["revoked", "superseded", "reinstated"]
    ended_on: date | None
    decision_number: str | None
    successor: str | None
    reason: str
    entered_at: AwareDatetime
    entered_by: str


class Endings(BaseModel):
    """Oldest first; `supersedes`: the records whose place this one took."""

    record: str
    endings: list[Ending]
    supersedes: list[str]


@router.post("/release")
def release_it(
    asked: Asked, record: Record, seen: IfMatch, body: ReasonBody, response: Response
) -> RecordState:
    """Release a record. The result was handed over: it may be given out."""
    return done(asked, record, response, lambda c: release(c, asked.actor, record, body.reason, seen))


@router.post("/hide")
def hide_it(asked: Asked, record: Record, seen: IfMatch, body: ReasonBody, response: Response) -> RecordState:
    """Hide a record: hold it back again."""
    return done(asked, record, response, lambda c: hide(c, asked.actor, record, body.reason, seen))


@router.post("/revoke")
def revoke_it(
    asked: Asked, record: Record, seen: IfMatch, body: RevocationBody, response: Response
) -> RecordState:
    """Enter the decision that revokes a paper (thu hồi)."""
    decision = Revocation(**body.model_dump())
    return done(asked, record, response, lambda c: revoke(c, asked.actor, record, decision, seen))


@router.post("/supersede")
def supersede_it(
    asked: Asked, record: Record, seen: IfMatch, body: SuccessionBody, response: Response
) -> RecordState:
    """Enter the record that takes another's place (thay thế)."""
    by = Succession(**body.model_dump())
    return done(asked, record, response, lambda c: supersede(c, asked.actor, record, by, seen))


@router.post("/reinstate")
def reinstate_it(
    asked: Asked, record: Record, seen: IfMatch, body: ReasonBody, response: Response
) -> RecordState:
    """Reinstate a record. Its end was entered by mistake: it holds as before."""
    return done(asked, record, response, lambda c: reinstate(c, asked.actor, record, body.reason, seen))


@router.post("/withdraw")
def withdraw_it(
    asked: Asked, record: Record, seen: IfMatch, body: ReasonBody, response: Response
) -> RecordState:
    """Withdraw a record that was taken in by mistake.

    It leaves search and counts for good; its file may be handed in again.
    """
    return done(asked, record, response, lambda c: withdraw(c, asked.actor, record, body.reason, seen))


@router.get("/endings")
def endings_of_it(asked: Asked, record: Record) -> Endings:
    """Tell what ended a record, what was taken back, and what it supersedes."""
    with asked.write() as connection:
        return Endings(**endings_of(connection, asked.actor, record))


def done(
    asked: Asked, record: str, response: Response, change: Callable[[Connection], object]
) -> RecordState:
    """Make a change, and tell how the record stands after it."""

    def act(connection: Connection) -> RecordState:
        change(connection)
        row = find_record(connection, asked.actor, record)
        named = {name: row[name] for name in ("revision", "availability", "ended_on", "ended_how")}
        return RecordState(record=row["public_id"], state=row["work"], **named)

    state = RecordState(**asked.once(act))
    response.headers["ETag"] = etag(state.revision)
    return state
