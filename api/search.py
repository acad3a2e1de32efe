"""Search: words and filters in a body, because names stand in them; suggestions; results as a file."""

from collections.abc import Iterator
from datetime import date
from typing import IO, Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.deps import Asked
from api.sending import sent_as
from search import query as asking
from search.export import export_records
from search.export_files import Form
from search.finding import find_records
from search.index import Tier
from search.suggestions import Suggestion, suggest
from warehouse.codes.dates import today

router = APIRouter(prefix="/search", tags=["search"])

GREATEST_LIMIT = 200
SHOWN_VALUES = 50  # of a facet
CHUNK = 1 << 16
MEDIA_TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Place = Literal["fonds", "list", "box", "folder", "sheet"]
_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)
Day = Annotated[date, Field(ge=_EARLIEST, le=_LATEST)]


class Filters(BaseModel):
    """What is looked for. `query`: words with or without marks, "phrases in quotes", numbers such as 12/QĐ-UBND.

    `type`: name of a type of paper, or code of a type of result. `holder`: an identity number. `at`: a place in
    the archive. `in_force_on`: only papers in force on that day.
    """

    query: Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    unit: Text | None = None
    type: Text | None = None
    holder: Text | None = None
    at: dict[Place, Text] = {}
    issued_from: Day | None = None
    issued_to: Day | None = None
    in_force_on: Day | None = None

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"query": "khai sinh Nguyễn Văn An", "unit": "06184", "in_force_on": "2026-11-22"},
                {"query": '"giấy phép xây dựng" 12/GPXD', "at": {"box": "H12"}},
            ]
        },
    )

    def asked(self, limit: int = asking.DEFAULT_LIMIT) -> asking.Query:
        """The same as both indexes know it."""
        return asking.Query(
            asking.clauses_of(self.query),
            on=self.in_force_on or today(),
            in_force=self.in_force_on is not None,
            unit=self.unit,
            doc_type=self.type,
            holder=self.holder,
            places=tuple((place, value) for place, value in self.at.items() if value.strip()),
            issued_from=self.issued_from,
            issued_to=self.issued_to,
            limit=limit,
        )


class SearchBody(Filters):
    """A search; there are no further pages: who finds more than `limit` narrows it."""

    limit: Annotated[int, Field(ge=0, le=GREATEST_LIMIT)] = asking.DEFAULT_LIMIT


class ExportBody(Filters):
    """All that a search finds, as a file."""

    form: Form = "xlsx"


class Found(BaseModel):
    """One record: the better its tier, the higher its score; words found stand between « and » in the snippet."""

    record: str
    score: float
    tier: Tier
    reference_number: str | None
    doc_type: str | None
    issuing_agency: str | None
    issued_on: str | None
    subject: str | None
    signer: str | None
    holder_name: str | None
    unit: str
    state: str
    disputed: bool
    validity: str
    snippet: str


class FoundRecords(BaseModel):
    """The best hits, and of all that matched: how many, and the most frequent values of each facet.

    `more`: others match as well, narrow the search.
    """

    total: int
    more: bool
    hits: list[Found]
    facets: dict[str, dict[str, int]]


class Suggestions(BaseModel):
    """What may be meant, most frequent first."""

    items: list[Suggestion]


@router.post("")
def search(asked: Asked, body: SearchBody) -> FoundRecords:
    """Search the records that the asker may read. Identity numbers in their texts are masked."""
    services = asked.services
    query = body.asked(body.limit)
    answer = find_records(services.database, services.index, asked.actor, body.query, query)
    facets = {name: dict(list(counts.items())[:SHOWN_VALUES]) for name, counts in answer["facets"].items()}
    return FoundRecords(
        total=answer["total"],
        more=answer["total"] > len(answer["hits"]),
        hits=[Found(**hit) for hit in answer["hits"]],
        facets=facets,
    )


@router.get("/suggestions")
def suggestions(
    asked: Asked,
    q: Annotated[str, Query(max_length=100, description="The beginning of a type, an agency or a unit.")],
) -> Suggestions:
    """Suggest types of papers, agencies and units.

    Only those met among records that the asker may read; never names.
    """
    return Suggestions(items=suggest(asked.services.database, asked.services.index, asked.actor, q))


@router.post(
    "/export",
    response_class=StreamingResponse,
    responses=sent_as(*MEDIA_TYPES.values()),
)
def export(asked: Asked, body: ExportBody) -> StreamingResponse:
    """Export all results of a search for a spreadsheet.

    Identity numbers are in full only for a stated purpose (X-Purpose).
    """
    services = asked.services
    file = export_records(
        services.database,
        services.index,
        asked.actor,
        body.query,
        body.asked(),
        body.form,
        services.settings.export_rows,
    )
    headers = {"Content-Disposition": f'attachment; filename="ket-qua-{today()}.{body.form}"'}
    return StreamingResponse(_chunks(file), media_type=MEDIA_TYPES[body.form], headers=headers)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk
