"""Batches: the exact account of each, its items, and what was wrong in its list."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import Connection

from api.deps import Asked, Listed, Page
from api.record_models import Sentence
from ingest.account import batch_figures, batch_list
from ingest.batch_rows import items_of, problems_of
from warehouse.audit import write_entry
from warehouse.rights import Actor
from warehouse.suspicion import find_batch

router = APIRouter(prefix="/batches", tags=["batches"])

BatchNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]


class Reading(BaseModel):
    """How far its records are read."""

    records: int
    read: int
    waiting: int
    stuck: int


class Batch(BaseModel):
    """files = stored + duplicate + rejected + waiting; `stuck` of the waiting ones gave up."""

    batch: int
    unit: str
    source: str
    manner: Literal["stock", "flow"]
    created_at: AwareDatetime
    files: int
    stored: int
    duplicate: int
    rejected: int
    waiting: int
    stuck: int
    reading: Reading
    metadata_only: int
    quarantined: int
    pages: dict[str, int]


class Suspicion(BaseModel):
    """A list that does not fit its papers; nothing of the batch is approved in bulk until a person confirms it."""

    readable: int
    disagreeing: int
    best_shift: int
    agreeing_at_shift: int
    message: Sentence
    confirmed: bool


class BatchAccount(Batch):
    """The account of one, with the judgement of its list."""

    suspect: Suspicion | None


class Item(BaseModel):
    """A file of a batch, what came of it, and the records that were made of it, of those one may read.

    If one may read none of them, nothing but the outcome is told.
    """

    path: str | None
    outcome: Literal["waiting", "stored", "duplicate", "rejected"]
    records: list[str]
    reason: str | None
    message: Sentence | None


class ListProblem(BaseModel):
    """What is wrong with a row, a cell or a path of its list; a warning cost nothing.

    Path and value are told as the row's paper is: not if one may not read it.
    """

    row: int | None
    path: str | None
    column: str | None
    value: str | None
    reason: str
    message: Sentence
    warning: bool


@router.get("")
def list_them(asked: Asked, page: Page) -> Listed[Batch]:
    """List the batches of the units whose figures the asker sees, newest first."""
    with asked.read() as connection:
        rows = batch_list(connection, asked.actor, page.after(int), page.limit)
    shown, following = page.cut(rows, lambda row: [row["batch"]])
    return Listed(items=[Batch(**row) for row in shown], next=following)


@router.get("/{batch}")
def read_it(asked: Asked, batch: BatchNumber) -> BatchAccount:
    """Read the account of one batch."""
    with asked.read() as connection:
        return BatchAccount(**batch_figures(connection, asked.actor, batch))


@router.get("/{batch}/items")
def items_of_it(asked: Asked, page: Page, batch: BatchNumber) -> Listed[Item]:
    """List the files of a batch, and what came of each. For those who take papers in there."""
    (after,) = page.after(int) or (0,)
    with asked.write() as connection:
        _look_into(connection, asked.actor, batch, "items")
        rows = list(items_of(connection, asked.actor, batch, after, page.limit + 1))
    shown, following = page.cut(rows, lambda row: row[:1])
    return Listed(items=[Item(**item) for _, item in shown], next=following)


@router.get("/{batch}/problems")
def problems_of_it(asked: Asked, page: Page, batch: BatchNumber) -> Listed[ListProblem]:
    """List what was wrong in a batch's list. For those who take papers in there: cells may hold names."""
    (after,) = page.after(int) or (0,)
    with asked.write() as connection:
        _look_into(connection, asked.actor, batch, "problems")
        rows = list(problems_of(connection, asked.actor, batch, after, page.limit + 1))
    shown, following = page.cut(rows, lambda row: row[:1])
    return Listed(items=[ListProblem(**problem) for _, problem in shown], next=following)


def _look_into(connection: Connection, actor: Actor, batch: int, part: str) -> None:
    find_batch(connection, actor, batch)
    write_entry(connection, actor, "view", f"batch {batch}", part=part)
