"""What a reason means: the page that a problem's `type` points to."""

from fastapi import APIRouter
from pydantic import BaseModel

from warehouse.errors import NotFound
from warehouse.reasons import reasons

router = APIRouter(tags=["problems"])


class Reason(BaseModel):
    """A reason's sentences; names in braces stand for what a problem's own sentence tells."""

    reason: str
    detail: str
    detail_vi: str


@router.get("/problems/{reason}")
def explain(reason: str) -> Reason:
    """Explain a problem's reason in both languages. Open to everybody."""
    known = reasons().get(reason)
    if known is None:
        raise NotFound("unknown_reason", name=reason)
    return Reason(reason=reason, detail=known["en"], detail_vi=known["vi"])
