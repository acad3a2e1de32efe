"""From words to fields: the door of this room."""

from collections.abc import Sequence

from ocr.fields.agency import agencies
from ocr.fields.dates import place_and_day
from ocr.fields.holder import holder
from ocr.fields.labels import labelled, registration
from ocr.fields.lines import lines_of
from ocr.fields.reference import reference_number
from ocr.fields.sheet import Sheet, paper_pages, sheet_of
from ocr.fields.signature import signature
from ocr.fields.subject import subject
from ocr.fields.title import doc_type, title_of
from ocr.fields.voting import Spellings
from warehouse.records import FieldValue, Known, PageReading

OPENING = 5  # pages in which a paper repeats the names and words of its header
UPPER = 0.35  # of a page's height: where a header of one column ends at the latest


def understand(pages: Sequence[PageReading], known: Known) -> list[FieldValue]:
    """The fields of the first paper in a file. What is not on it, or could not be read, is left out."""
    paper = paper_pages(pages)
    if not paper:
        return []
    text = "\n".join(page.text for page in paper[:OPENING])
    lines = [lines_of(page) for page in paper]
    opening = _opening(sheet_of(paper[0]), text, Spellings(paper[:OPENING]), known)
    said = {value.name for value in opening}
    return [
        *opening,
        *(value for value in registration(lines, known) if value.name not in said),
        *signature(lines),
        *labelled(lines),
        *holder(lines),
    ]


def _opening(sheet: Sheet, text: str, spellings: Spellings, known: Known) -> list[FieldValue]:
    """What the first page says above its text: each part is checked against the others."""
    header = sheet.left or [line for line in sheet.body if line.box[1] < UPPER * line.page.height]
    title = title_of(sheet.left, sheet.body, known)
    issuer = agencies(header, text, spellings, known)
    number = reference_number(header, title.name if title else None, issuer[0].value if issuer else None)
    return [
        *issuer,
        *number,
        *place_and_day(sheet.right, sheet.body, text, known),
        *doc_type(title, number[0] if number else None),
        *subject(title, sheet.left, sheet.body, spellings),
    ]
