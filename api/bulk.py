"""Many records at once: approved, or one field of them corrected; and the account of such a run."""

from collections.abc import Callable
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel, Field, model_validator
from sqlalchemy import Connection

from api.deps import Asked
from api.endings import Reason
from api.record_models import PublicId, Sentence, example
from api.review import FieldName, Value
from warehouse import bulk
from warehouse.corrections import MOST_VALUES, Correction

router = APIRouter(prefix="/bulk", tags=["review"])

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Wanted(BaseModel):
    """A record and the revision of it that was looked at."""

    record: PublicId
    revision: Number


class Which(BaseModel):
    """Records by id and revision, or those of a batch: one of the two."""

    records: Annotated[list[Wanted], Field(min_length=1, max_length=bulk.MOST)] | None = None
    batch: Number | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.records is None) == (self.batch is None):
            raise ValueError("either records or a batch")
        return self

    @property
    def wanted(self) -> list[bulk.Wanted]:
        """The same for the warehouse."""
        return [bulk.Wanted(each.record, each.revision) for each in self.records or ()]


class ApprovalsBody(Which):
    """Of a batch what is ready now; `min_confidence`: none that shows a value less sure."""

    model_config = example(records=[{"record": "K7QX2M9PRT4A", "revision": 3}])

    min_confidence: Annotated[float, Field(ge=0, le=1)] | None = None


class CorrectionsBody(Which):
    """The same value for a field of all; of a batch those that show `was`."""

    model_config = example(
        batch=12,
        field="issuing_agency",
        was="UBND xã Chi Lãng",
        values=["UBND xã Chi Lăng"],
        reason="Đọc nhầm dấu.",
    )

    field: FieldName
    values: Annotated[list[Value], Field(max_length=MOST_VALUES)]
    reason: Reason
    was: Value | None = None

    @model_validator(mode="after")
    def _was_in_a_batch(self) -> Self:
        if (self.batch is None) != (self.was is None):
            raise ValueError("`was` narrows a batch, and a batch needs it")
        return self


class Refusal(BaseModel):
    """Why a record did not get what was asked for, and what to do."""

    record: str
    reason: str
    message: Sentence


class Account(BaseModel):
    """asked = done + unchanged + refused + waiting. `more`: the batch held more than one run takes."""

    run: int
    act: Literal["approve", "correct"]
    at: AwareDatetime
    asked: int
    done: int
    unchanged: int
    refused: int
    waiting: int
    more: bool
    refusals: list[Refusal]


@router.post("/approvals", responses={404: {}})
def approve_many(asked: Asked, body: ApprovalsBody) -> Account:
    """Approve many records that are ready.

    500 are done a transaction; cut off, it goes on under its Idempotency-Key.
    """

    def begin(connection: Connection) -> int:
        if body.batch is not None:
            return bulk.begin_approvals_of_batch(connection, asked.actor, body.batch, body.min_confidence)
        return bulk.begin_approvals(connection, asked.actor, body.wanted)

    return _run(asked, begin)


@router.post("/corrections", responses={404: {}})
def correct_many(asked: Asked, body: CorrectionsBody) -> Account:
    """Set one field of many records. 500 are done a transaction; cut off, it goes on under its Idempotency-Key."""
    correction = Correction(body.field, tuple(body.values))

    def begin(connection: Connection) -> int:
        if body.batch is not None:
            return bulk.begin_corrections_of_batch(
                connection, asked.actor, body.batch, body.was or "", correction, body.reason
            )
        return bulk.begin_corrections(connection, asked.actor, body.wanted, correction, body.reason)

    return _run(asked, begin)


@router.get("/{run}")
def account_of_it(asked: Asked, run: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Account:
    """Read what came of a bulk run of one's own."""
    with asked.read() as connection:
        return Account(**bulk.account(connection, asked.actor, run))


def _run(asked: Asked, begin: Callable[[Connection], int]) -> Account:
    """Begin, or find what was begun under this key; then work off what is left."""
    run: int = asked.once(begin)
    more = True
    while more:
        with asked.write() as connection:
            more = bulk.work_off(connection, asked.actor, run)
    with asked.read() as connection:
        return Account(**bulk.account(connection, asked.actor, run))
