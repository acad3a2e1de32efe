"""Review: fields corrected and confirmed, proposals decided, records approved, returned, resubmitted."""

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field, StringConstraints

from api.deps import Asked, IfMatch
from api.endings import Reason, RecordState, done
from api.endings import Record as RecordName
from api.record_models import example
from warehouse.approval import approve
from warehouse.codes.fields import TEXT_LENGTH
from warehouse.corrections import MOST_VALUES, Correction, confirm, correct, decide_proposal
from warehouse.records import FIELD_NAMES
from warehouse.returns import resubmit, return_record

router = APIRouter(prefix="/records/{record}", tags=["review"])

if TYPE_CHECKING:
    FieldName = str
else:
    FieldName = Literal[FIELD_NAMES]
Value = Annotated[
    str, StringConstraints(max_length=TEXT_LENGTH, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]
Pixel = Annotated[int, Field(ge=0, le=100_000)]
PageNumber = Annotated[int, Field(ge=1, le=100_000)]


class CorrectionBody(BaseModel):
    """What the paper says in a field: one value (several of signing_capacity), none if it does not say it.

    `page` and `box`: where on the paper, if that was shown.
    """

    model_config = example(
        values=["12/QĐ-UBND"], reason="Đọc nhầm số 2 thành số 7.", page=1, box=[210, 96, 480, 130]
    )

    values: Annotated[list[Value], Field(max_length=MOST_VALUES)]
    reason: Reason
    page: PageNumber | None = None
    box: tuple[Pixel, Pixel, Pixel, Pixel] | None = None


class ReturnBody(BaseModel):
    """Why, and which pages are bad; none: all of it."""

    model_config = example(reason="Trang 2 mờ, quét lại ở 300 dpi.", pages=[2])

    reason: Reason
    pages: Annotated[list[PageNumber], Field(max_length=3000)] = []


class DecisionBody(BaseModel):
    """Why."""

    model_config = example(reason="Danh mục mới đúng với bản giấy.")

    reason: Reason


@router.post("/fields/{field}/correct")
def correct_it(
    asked: Asked,
    record: RecordName,
    field: FieldName,
    seen: IfMatch,
    body: CorrectionBody,
    response: Response,
) -> RecordState:
    """Correct a field: say what the paper says.

    It goes before every list and reading. An approved record stays approved.
    """
    correction = Correction(field, tuple(body.values), body.page, body.box)
    return done(
        asked, record, response, lambda c: correct(c, asked.actor, record, correction, body.reason, seen)
    )


@router.post("/fields/{field}/confirm")
def confirm_it(
    asked: Asked, record: RecordName, field: FieldName, seen: IfMatch, response: Response
) -> RecordState:
    """Confirm that the value shown is what the paper says."""
    return done(asked, record, response, lambda c: confirm(c, asked.actor, record, field, seen))


@router.post("/proposals/{proposal}/{decision}")
def decide_it(
    asked: Asked,
    record: RecordName,
    proposal: Annotated[int, Path(ge=1, le=2**31 - 1)],
    decision: Literal["take", "reject"],
    seen: IfMatch,
    body: DecisionBody,
    response: Response,
) -> RecordState:
    """Take what a later list proposes, or reject it for good."""
    take = decision == "take"
    return done(
        asked, record, response,
        lambda c: decide_proposal(c, asked.actor, record, proposal, take, body.reason, seen),
    )  # fmt: skip


@router.post("/approve")
def approve_it(asked: Asked, record: RecordName, seen: IfMatch, response: Response) -> RecordState:
    """Approve a record: it was compared with the paper. Of an approved one that is no change."""
    return done(asked, record, response, lambda c: approve(c, asked.actor, [record], seen))


@router.post("/return")
def return_it(
    asked: Asked, record: RecordName, seen: IfMatch, body: ReturnBody, response: Response
) -> RecordState:
    """Return a record to whoever digitised it, to be scanned again or put right."""
    return done(
        asked, record, response,
        lambda c: return_record(c, asked.actor, record, body.reason, body.pages, seen),
    )  # fmt: skip


@router.post("/resubmit")
def resubmit_it(asked: Asked, record: RecordName, seen: IfMatch, response: Response) -> RecordState:
    """Hand a returned record in again. What was wrong has been put right without another scan."""
    return done(asked, record, response, lambda c: resubmit(c, asked.actor, record, seen))
