"""The audit log for auditors: read, taken out, checked. Nothing here changes or removes an entry."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.deps import Asked, Listed, Page
from api.sending import sent_as
from api.texts import Line
from warehouse.anchors import kept_anchors
from warehouse.audit_check import check_newest
from warehouse.rights import require
from warehouse.sealing import head_of, unsealed_age
from warehouse.trail import Wanted, look_up
from warehouse.trail_file import export_trail

router = APIRouter(prefix="/audit", tags=["audit"])

MEDIA_TYPE = "application/x-ndjson"
NEWEST = 20_000
"""Entries that one request checks; `khoso audit verify` checks all."""


class AuditEntry(BaseModel):
    """Who did what, to what, why. `seq` and `hash`: its place in the chain, null until it is sealed.

    `unit`: code of the actor's. `version`: SHA-256 of what was seen, given or made.
    """

    id: int
    seq: int | None
    hash: str | None
    at: AwareDatetime
    who: str
    unit: str | None
    assignment: int | None
    address: str
    purpose: str
    action: str
    subject: str
    version: str | None
    outcome: str
    detail: dict[str, Any]


class Place(BaseModel):
    """A place in the chain: how many entries it has there, and the hash of the last."""

    seq: int
    hash: str


class Anchored(Place):
    """The head as it was written out once."""

    at: AwareDatetime


class ChainHead(Place):
    """Where the chain ends. `unsealed_s`: age of the oldest entry that is not in it yet."""

    unsealed_s: float
    anchor: Anchored | None


class Fault(BaseModel):
    """What is wrong, from which entry on."""

    kind: str
    object: str
    reason: str
    message: dict[Literal["vi", "en"], str]


class Verdict(BaseModel):
    """What following the chain showed: `entries` that were looked at; the anchor that agrees, or shows the fault."""

    ok: bool
    begin: Place
    entries: int
    head: Place
    anchor: str | None
    problems: list[Fault]


class Trail(BaseModel):
    """Whose trail: an officer's (login), a holder's (identity number) or a record's (public id)."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"kind": "record", "name": "K7QX2M9PRT4A"}]}
    )

    kind: Literal["user", "holder", "record"]
    name: Line


@router.get("")
def entries(
    asked: Asked,
    page: Page,
    who: Annotated[Line | None, Query(description="`user:LOGIN`, `client:NAME`, `cli:NAME`.")] = None,
    subject: Annotated[Line | None, Query(description="A record's public id, `user:LOGIN`, …")] = None,
    action: Annotated[Line | None, Query(examples=["view"])] = None,
    since: AwareDatetime | None = None,
    until: Annotated[AwareDatetime | None, Query(description="Not included.")] = None,
) -> Listed[AuditEntry]:
    """List audit entries of the auditor's units and about their records. Newest first; looking is an entry itself."""
    wanted = Wanted(who, subject, action, since, until)
    with asked.write() as connection:
        found = look_up(connection, asked.actor, wanted, page.after(int), page.limit)
    shown, following = page.cut(found, lambda entry: [entry.id])
    return Listed(items=[AuditEntry(**asdict(entry)) for entry in shown], next=following)


@router.get("/head")
def head(asked: Asked) -> ChainHead:
    """Tell where the audit chain ends now, and its newest anchor."""
    require(asked.actor, "audit")
    with asked.read() as connection:
        anchors = kept_anchors(connection)
        now, waiting = head_of(connection), unsealed_age(connection)
    newest = Anchored(at=anchors[-1].at, **anchors[-1].head._asdict()) if anchors else None
    return ChainHead(**now._asdict(), unsealed_s=round(waiting, 1), anchor=newest)


@router.post("/checks")
def check(asked: Asked) -> Verdict:
    """Check the newest entries of the audit chain. The first that is wrong is named."""
    require(asked.actor, "audit")
    return Verdict(**check_newest(asked.services.database, NEWEST))


@router.post("/trails", response_class=StreamingResponse, responses=sent_as(MEDIA_TYPE))
def take_out(asked: Asked, trail: Trail) -> StreamingResponse:
    """Take a trail out as a file that verifies itself.

    `khoso audit check FILE` does it; only what the auditor may see.
    """
    lines = export_trail(asked.services.database, asked.actor, trail.kind, trail.name)
    headers = {"Content-Disposition": 'attachment; filename="trail.jsonl"'}
    return StreamingResponse(lines, media_type=MEDIA_TYPE, headers=headers)
