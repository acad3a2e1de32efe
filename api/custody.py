"""Custody: a unit's records go to another by a numbered decision."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.deps import Asked, Listed, Page
from api.texts import Line, Prose
from warehouse.custody import Move, count_move, list_moves, move_custody

router = APIRouter(prefix="/custody-moves", tags=["custody"])

EARLIEST = date(1945, 1, 1)
MOST_CHOSEN = 5000


class MoveBody(BaseModel):
    """A decision, and which of the giver's records it is about: all but for what is named.

    `giver`, `taker`: codes of units in force; `CODE@YYYY-MM-DD` is the giver that bore the code on that day.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "giver": "06184",
                    "taker": "06187",
                    "decision": "12/QĐ-UBND",
                    "decided_on": "2026-07-01",
                    "field": "civil_status",
                }
            ]
        },
    )

    giver: Annotated[Line, Field(max_length=50)]
    taker: Annotated[Line, Field(max_length=35)]
    decision: Annotated[Line, Field(max_length=100)]
    decided_on: Annotated[date, Field(ge=EARLIEST)]
    note: Prose | Literal[""] = ""
    field: Annotated[Line, Field(max_length=30)] | None = None
    batch: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    records: Annotated[list[Annotated[Line, Field(max_length=12)]], Field(max_length=MOST_CHOSEN)] = []

    def as_move(self) -> Move:
        """The same for the warehouse."""
        given = self.model_dump(exclude={"records"})
        return Move(**given, chosen=tuple(self.records))


class Moved(BaseModel):
    """How many records went by this request, are left to go, and of those are being read: they wait."""

    moved: int
    left: int
    waiting: int


class CustodyMove(BaseModel):
    """A decision by which records went from one custodian to another."""

    id: int
    giver: str
    taker: str
    decision: str
    decided_on: date
    note: str
    begun_at: AwareDatetime
    begun_by: str


@router.post("")
def move_some(asked: Asked, body: MoveBody) -> Moved:
    """Move the next 500 records to another custodian.

    Call again, under another key, while any went. What went does not go again.
    """
    move = body.as_move()
    return Moved(**asked.once(lambda connection: move_custody(connection, asked.actor, move)._asdict()))


@router.post("/count")
def count_them(asked: Asked, body: MoveBody) -> Moved:
    """Count the records that a custody decision would move. Changes nothing."""
    with asked.read() as connection:
        return Moved(**count_move(connection, asked.actor, body.as_move())._asdict())


@router.get("")
def list_them(asked: Asked, page: Page) -> Listed[CustodyMove]:
    """List the custody decisions about units whose custody the asker moves, newest first."""
    with asked.read() as connection:
        found = list_moves(connection, asked.actor, page.after(date, int), page.limit)
    shown, following = page.cut(found, lambda move: (move["decided_on"], move["id"]))
    return Listed(items=[CustodyMove(**move) for move in shown], next=following)
