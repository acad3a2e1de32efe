"""Another scan for a record, and the scans it had."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import AwareDatetime, BaseModel

from api.deps import Asked, IfMatch, etag
from api.endings import Record
from api.record_models import Sentence
from api.uploads import SentFile
from ingest.replacing import NAME_LENGTH, replace_scan, require_replaceable
from warehouse.errors import WrongMediaType
from warehouse.scans import scans_of

router = APIRouter(prefix="/records/{record}", tags=["records"])

SCANS = ("application/pdf", "image/tiff", "image/jpeg", "image/png", "image/heic", "image/webp", "image/avif",
         "application/octet-stream")  # fmt: skip
"""What a sender may call its bytes; what they are is found by looking at them."""
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in SCANS},
    }
}


class Received(BaseModel):
    """The file is safe; what comes of it the record's `scans` and the account of this batch tell."""

    record: str
    revision: int
    batch: int
    sha256: str
    size: int


class ScanFile(BaseModel):
    """Pages of a file that are a scan's."""

    sha256: str
    media_type: str | None
    page_from: int
    page_to: int


class FormerScan(BaseModel):
    """A scan whose place another took; its bytes are kept for good."""

    scan: int
    files: list[ScanFile]


class NotTaken(BaseModel):
    """A scan that waits for triage, or that triage refused."""

    path: str
    outcome: str
    reason: str | None
    message: Sentence | None
    asked_at: AwareDatetime
    asked_by: str


class Scans(BaseModel):
    """The scans of a record, oldest first."""

    record: str
    former: list[FormerScan]
    in_force: list[ScanFile]
    not_taken: list[NotTaken]


def _checked(
    asked: Asked,
    record: Record,
    seen: IfMatch,
    content_type: Annotated[str, Header(max_length=200)] = "application/octet-stream",
) -> int:
    """The revision that was seen; raises what forbids another scan, before its bytes are read."""
    if content_type.partition(";")[0].strip().lower() not in SCANS:
        raise WrongMediaType("not_a_scan_type", types=", ".join(SCANS))
    with asked.read() as connection:
        require_replaceable(connection, asked.actor, record, seen)
    return seen


@router.put("/scan", status_code=202, openapi_extra=BODY, responses={415: {}})
def replace_it(
    asked: Asked,
    record: Record,
    seen: Annotated[int, Depends(_checked)],
    sent: SentFile,
    response: Response,
    filename: Annotated[str, Query(max_length=NAME_LENGTH)] = "",
) -> Received:
    """Hand in another scan of a record.

    The present one stays until triage has taken this one; then the record is read again.
    """
    receipt = replace_scan(asked.services, asked.actor, record, sent, filename, seen)
    response.headers["ETag"] = etag(receipt.revision)
    return Received(**asdict(receipt))


@router.get("/scans")
def scans_of_it(asked: Asked, record: Record) -> Scans:
    """List a record's scan, its former ones, and what was not taken."""
    with asked.write() as connection:
        return Scans(**scans_of(connection, asked.actor, record))
