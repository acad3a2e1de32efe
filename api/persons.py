"""The desk finds persons and their papers: one box, or named parts; nothing personal stands in an address."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.deps import Asked
from search.people.asked import LONGEST_LINE, Parts, understand
from search.people.find import DEFAULT_LIMIT, GREATEST_LIMIT, People, find_people

router = APIRouter(prefix="/persons", tags=["persons"])

Part = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Box = Annotated[
    str, StringConstraints(max_length=LONGEST_LINE, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]


class PersonBody(BaseModel):
    """Whom to look for: a name or a number at least, in `line` or by itself; named parts go before the line.

    `line`: what a scanner reads from a chip card's QR, or free text. `born`: a day or a year. `number`: of a
    person or a body, spaces and lost zeros forgiven. `place`: by its old or its new name.
    """

    line: Box = ""
    name: Part = ""
    born: Part = ""
    number: Part = ""
    parent: Part = ""
    place: Part = ""
    unit: Annotated[Part | None, Field(description="Only papers that this unit (code) keeps.")] = None
    type: Annotated[Part | None, Field(description="Only papers of this type: its name or code.")] = None
    limit: Annotated[int, Field(ge=1, le=GREATEST_LIMIT, description="Persons at most.")] = DEFAULT_LIMIT

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"line": "001099012345|123456789|Nguyễn Văn An|01021999|Nam|Lạng Sơn|25042021"},
                {"line": "Nguyễn Văn An sinh năm 1999, cha Nguyễn Văn Bình, ở xã Hoàng Đồng"},
                {"name": "Nguyễn An", "born": "1999", "unit": "06184", "type": "Giấy khai sinh"},
            ]
        },
    )


@router.post("/search")
def find_persons(asked: Asked, body: PersonBody) -> People:
    """Find persons and their papers, best matches first. It needs a purpose (X-Purpose) and is written down."""
    wanted = understand(Parts(**body.model_dump(include=set(Parts._fields))))
    return find_people(asked.services.database, asked.actor, wanted, body.unit, body.type, body.limit)
