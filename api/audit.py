"""The audit log for auditors: read, taken out, checked. Nothing here changes or removes an entry."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict

from api.deps import Asked, Listed, Page
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

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 412,
                    "seq": 412,
                    "hash": "9d3f…",
                    "at": "2026-11-28T08:15:02.118204Z",
                    "who": "user:lan",
                    "unit": "06184",
                    "assignment": 5,
                    "address": "10.8.0.21",
                    "purpose": "hồ sơ H37.15-261128-0003",
                    "action": "view",
                    "subject": "K7QX2M9PRT4A",
                    "version": "51ab…",
                    "outcome": "ok",
                    "detail": {"revision": 7},
                }
            ]
        }
    )

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
    """Entries of an auditor's units and about their records, newest first. Looking is an entry itself."""
    wanted = Wanted(who, subject, action, since, until)
    with asked.write() as connection:
        found = look_up(connection, asked.actor, wanted, page.after(int), page.limit)
    shown, following = page.cut(found, lambda entry: [entry.id])
    return Listed(items=[AuditEntry(**asdict(entry)) for entry in shown], next=following)


@router.get("/head")
def head(asked: Asked) -> ChainHead:
    """Where the chain ends now, and the newest anchor."""
    require(asked.actor, "audit")
    with asked.read() as connection:
        anchors = kept_anchors(connection)
        now, waiting = head_of(connection), unsealed_age(connection)
    newest = Anchored(at=anchors[-1].at, **anchors[-1].head._asdict()) if anchors else None
    return ChainHead(**now._asdict(), unsealed_s=round(waiting, 1), anchor=newest)


@router.post("/checks")
def check(asked: Asked) -> Verdict:
    """Follow the chain through its newest entries; the first that is wrong is named."""
    require(asked.actor, "audit")
    return Verdict(**check_newest(asked.services.database, NEWEST))


@router.post("/trails", response_class=StreamingResponse, responses={200: {"content": {MEDIA_TYPE: {}}}})
def take_out(asked: Asked, trail: Trail) -> StreamingResponse:
    """A trail as a file that verifies itself (`khoso audit check FILE`): only what the auditor may see of it."""
    lines = export_trail(asked.services.database, asked.actor, trail.kind, trail.name)
    headers = {"Content-Disposition": 'attachment; filename="trail.jsonl"'}
    return StreamingResponse(lines, media_type=MEDIA_TYPE, headers=headers)
