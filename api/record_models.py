"""What the API tells of a record."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.texts import Line

Box = Annotated[list[int], Field(min_length=4, max_length=4)]
"""[x0, y0, x1, y1] in pixels of the page as shown upright."""
Work = Literal[
    "registered", "reading", "needs_review", "ready", "approved", "returned", "withdrawn", "quarantined",
    "metadata_only",
]  # fmt: skip
Availability = Literal["hidden", "released"]
PublicId = Annotated[Line, Field(max_length=12)]


class Sentence(BaseModel):
    """A reason in words."""

    vi: str
    en: str


class Evidence(BaseModel):
    """Where a value comes from: its origin, and its place on the paper if it was read or shown there."""

    page: int | None
    box: Box | None
    origin: str | None


class Shown(Evidence):
    """The value of a field that counts; several of a list field. Identity numbers are masked without a purpose."""

    value: str | list[str] | None
    confidence: float | None


class OtherValue(Evidence):
    """What another origin says than the shown value."""

    name: str
    shown: str | None
    other: str


class Validity(BaseModel):
    """How long the paper holds, and whether it does on the day asked for."""

    model_config = ConfigDict(populate_by_name=True)

    kind: str
    valid_from: Annotated[date | None, Field(alias="from")]
    valid_to: Annotated[date | None, Field(alias="to")]
    status: str
    on: date


class Part(BaseModel):
    """Pages of a file that belong to the record."""

    path: str | None
    sha256: str
    media_type: str | None
    page_from: int
    page_to: int


class Proposal(BaseModel):
    """A value of a later list, which waits for a person to take or reject it."""

    id: int
    name: str
    value: str
    reason: str


class PartyId(BaseModel):
    """An identity number as printed."""

    scheme: str
    value: str


class Party(BaseModel):
    """A person or organisation of the paper."""

    role: str
    name: str
    birth_date: str | None
    ids: list[PartyId]
    origin: str


class PageText(BaseModel):
    """A page that was read."""

    number: int
    width: int
    height: int
    status: str
    reason: str | None
    confidence: float | None
    text: str


class Return(BaseModel):
    """Why a paper went back to whoever digitised it, and how it came back. No pages: all of it."""

    reason: str
    pages: list[int]
    who: str
    at: AwareDatetime
    ended_how: Literal["rescanned", "resubmitted"] | None
    ended_by: str | None
    ended_at: AwareDatetime | None


class Duplicate(BaseModel):
    """A record that may be another scan of the same paper."""

    record: str
    image_distance: int | None
    text_similarity: float | None


class Record(BaseModel):
    """Everything known of a record; of one in quarantine nothing of its content."""

    record: str
    kind: str
    sha256: str | None
    unit: str
    batch: int
    state: Work
    availability: Availability
    disputed: bool
    revision: int
    review: list[str]
    validity: Validity
    parts: list[Part]
    secrecy: str | None
    location: dict[str, str | None]
    migrated: dict[str, str | None] | None
    proposals: list[Proposal]
    parties: list[Party]
    fields: dict[str, Shown]
    conflicts: list[OtherValue]
    pages: list[PageText]
    returned: Return | None
    possible_duplicates: list[Duplicate]


class ListedRecord(BaseModel):
    """A record as lists show it; `holder_id`: its last digits."""

    record: str
    kind: str
    unit: str
    batch: int
    state: Work
    availability: Availability
    disputed: bool
    sensitivity: str
    revision: int
    review: list[str]
    received_at: AwareDatetime
    approved_at: AwareDatetime | None
    validity: str
    returned: Return | None
    doc_type: str | None
    reference_number: str | None
    issued_on: str | None
    issuing_agency: str | None
    subject: str | None
    holder_name: str | None
    holder_id: str | None


class Version(BaseModel):
    """One value that was given to a field, and by whom; an empty one says that the paper does not have it."""

    name: str
    ordinal: int
    origin: str
    version: int
    value: str
    confidence: float
    page: int | None
    box: Box | None
    who: str | None
    reason: str | None
    at: AwareDatetime


class Change(BaseModel):
    """Something that was done to a record; the revision that it led to."""

    at: AwareDatetime
    who: str
    action: str
    reason: str | None
    fields: list[str]
    revision: int | None


class Note(BaseModel):
    """A note of those who work on a record."""

    text: str
    who: str
    at: AwareDatetime


class History(BaseModel):
    """Each list oldest first."""

    record: str
    received_at: AwareDatetime
    read_at: AwareDatetime | None
    fields: list[Version]
    changes: list[Change]
    returns: list[Return]
    notes: list[Note]


def example(**values: Any) -> ConfigDict:
    """A body that takes nothing it does not know, with an example."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [values]})
