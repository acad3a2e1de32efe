"""Correction cases: opened at the desk, decided by an officer, answered by a letter."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.deps import Asked, IfMatch, Listed, Page, etag
from api.sending import sent_as
from api.texts import Line, Prose
from warehouse.cases import opening
from warehouse.cases.deciding import Decision, Outcome, decide_case
from warehouse.cases.finding import Wanted, describe_case, list_cases
from warehouse.cases.opening import Channel, NewCase, Relation, open_case
from warehouse.cases.reply import reply_letter
from warehouse.cases.terms import Kind

router = APIRouter(prefix="/cases", tags=["cases"])

EARLIEST = date(1945, 1, 1)


class Requester(BaseModel):
    """Who asks, how they are reached, and what they are to the papers' holder."""

    name: Line
    contact: Prose
    relation: Relation


class NewCaseBody(BaseModel):
    """What is said to be wrong, of one `record` or of all papers of a `holder` (identity number): exactly one.

    `unit`: code of the unit that takes a holder's case, the asker's own if none. `since`: the day since which
    it is wrong, if the requester knows.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "transcription",
                    "channel": "desk",
                    "requester": {"name": "Hoàng Thị Mơ", "contact": "0912 000 111", "relation": "family"},
                    "description": "Tên trên giấy là Hoài, trên máy ghi Hoa.",
                    "record": "K7QX2M9PRT4A",
                    "field": "holder_name",
                }
            ]
        },
    )

    kind: Kind
    channel: Channel
    requester: Requester
    description: Prose
    record: Line | None = None
    holder: Annotated[Line, Field(max_length=50)] | None = None
    unit: Line | None = None
    field: Line | None = None
    since: Annotated[date, Field(ge=EARLIEST)] | None = None

    def as_case(self) -> NewCase:
        """The same for the warehouse."""
        given = self.model_dump()
        return NewCase(**given | {"requester": opening.Requester(**given["requester"])})


class DecisionBody(BaseModel):
    """What was decided; `ground` is needed unless all is accepted. The rest stands in the letter."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "decision": "accepted",
                    "reply": "Dữ liệu đã được sửa theo bản giấy.",
                    "reply_number": "125/UBND",
                    "signing_capacity": "CHỦ TỊCH",
                    "signer": "Hoàng Văn Thụ",
                }
            ]
        },
    )

    decision: Outcome
    ground: Prose | Literal[""] = ""
    reply: Prose | Literal[""] = ""
    reply_number: Annotated[Line, Field(max_length=50)] | Literal[""] = ""
    signer: Line | Literal[""] = ""
    signing_capacity: Annotated[Prose, Field(max_length=200)] | Literal[""] = ""


class CaseInList(BaseModel):
    """A case as lists show it. `number`: of its unit and year. It is about one `record`, or a `holder` (masked)."""

    case: str
    number: str
    unit: str
    kind: Kind
    channel: Channel
    record: str | None
    holder: str | None
    state: Literal["open", "decided"]
    opened_at: AwareDatetime
    opened_by: str
    due_on: date
    overdue: bool
    revision: int


class Warned(BaseModel):
    """What whoever relies on the last day must know."""

    reason: str
    vi: str
    en: str


class Decided(BaseModel):
    """The decision, and what its letter says."""

    outcome: Outcome
    ground: str
    decided_at: AwareDatetime
    decided_by: str
    reply: str
    reply_number: str
    signer: str
    signing_capacity: str


class Used(BaseModel):
    """Somebody who came to know what the record said while it was wrong. `version`: SHA-256 of what was seen."""

    record: str
    at: AwareDatetime
    who: str
    action: str
    purpose: str
    version: str | None


class Case(CaseInList):
    """All of one case. `uses`: of a decided one, everybody who may have been misled."""

    requester: Requester
    description: str
    field: str | None
    records: list[str]
    warnings: list[Warned]
    decision: Decided | None
    uses: list[Used] | None


@router.post("", status_code=201, responses={404: {}})
def open_one(asked: Asked, body: NewCaseBody, response: Response) -> Case:
    """Open a correction case. Its records are disputed until it is decided."""
    new = body.as_case()
    return _answered(response, asked.once(lambda connection: open_case(connection, asked.actor, new)))


@router.get("")
def list_them(
    asked: Asked,
    page: Page,
    unit: Annotated[str | None, Query(max_length=35)] = None,
    state: Literal["open", "decided"] | None = None,
    overdue: Annotated[bool, Query(description="Only open ones whose last day is over.")] = False,
    record: Annotated[str | None, Query(max_length=12, description="Those of one record.")] = None,
) -> Listed[CaseInList]:
    """List the cases that the asker may work on, by their last day."""
    with asked.write() as connection:
        found = list_cases(
            connection, asked.actor, Wanted(unit, state, overdue, record), page.after(date, str), page.limit
        )
    shown, following = page.cut(found, lambda case: (case["due_on"], case["case"]))
    return Listed(items=[CaseInList(**case) for case in shown], next=following)


@router.get("/{case}")
def read_one(asked: Asked, case: str, response: Response) -> Case:
    """Read one case."""
    with asked.write() as connection:
        return _answered(response, describe_case(connection, asked.actor, case))


@router.post("/{case}/decision")
def decide(asked: Asked, case: str, seen: IfMatch, body: DecisionBody, response: Response) -> Case:
    """Decide a case. Whoever opened it does not; the answer lists everybody who used its records meanwhile."""
    decision = Decision(**body.model_dump())
    return _answered(
        response,
        asked.once(lambda connection: decide_case(connection, asked.actor, case, decision, seen)),
    )


@router.get("/{case}/reply.pdf", response_class=Response, responses={**sent_as("application/pdf"), 409: {}})
def reply(asked: Asked, case: str) -> Response:
    """Print the letter to the requester, to be signed. A decided case has one."""
    with asked.write() as connection:
        letter = reply_letter(connection, asked.actor, case)
    papers = asked.request.app.state.reading_room.papers
    with TemporaryDirectory() as folder, papers.reader() as reader:
        out = Path(folder) / "reply.pdf"
        reader.letter(letter, out)
        pdf = out.read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="reply.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


def _answered(response: Response, case: dict[str, Any]) -> Case:
    response.headers["ETag"] = etag(case["revision"])
    return Case(**case)
