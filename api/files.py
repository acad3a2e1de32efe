"""A record's files: the original bytes, a searchable PDF, pages as pictures, their words."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from api.deps import Asked
from api.endings import Record
from api.sending import REVALIDATED, Content, answers, is_known, piece_of, send
from ingest.papers import words_of
from ingest.previews import MEDIA_TYPE, Kind, page_image
from ingest.reading_room import ReadingRoom
from ingest.renditions import KIND, rendition_size, searchable_pdf
from warehouse.originals import (
    Original,
    has_noted_pages,
    note_download,
    note_pages,
    note_piece,
    one_of,
    originals_of,
    page_at,
)
from warehouse.text import without_controls

router = APIRouter(prefix="/records/{record}", tags=["files"])

ENDINGS = {
    "application/pdf": ".pdf", "image/tiff": ".tif", "image/jpeg": ".jpg", "image/png": ".png",
    "image/webp": ".webp", "image/heic": ".heic", "image/avif": ".avif",
}  # fmt: skip
"""A file is called by what it is; what its sender called it is only the name before that."""
ORIGINALS = answers(*ENDINGS)
PDFS = answers("application/pdf")
PICTURES = answers(MEDIA_TYPE)
UNCHANGING = "private, max-age=31536000, immutable"
LONGEST_NAME = 100

PageNumber = Annotated[int, Path(ge=1, le=1_000_000)]
ScanNumber = Annotated[
    int | None,
    Query(ge=1, le=1_000_000, description="A former scan (see `scans`); the present one if left out."),
]
Version = Annotated[
    str, Query(max_length=64, description="The picture's ETag: then it may be kept without asking again.")
]


class WordOnPage(BaseModel):
    """A word, where it stands (pixels of the upright page), and how sure its reading is."""

    text: str
    box: tuple[int, int, int, int]
    confidence: float
    zone: str
    line: int


class WordsOfPage(BaseModel):
    """A page as it was read; `width` and `height` are what boxes are measured in. Unread: no status."""

    page: int
    status: Literal["ok", "blank", "failed"] | None
    reason: str | None
    width: int
    height: int
    words: list[WordOnPage]


@router.get("/original", response_class=Response, responses=ORIGINALS)
def original(asked: Asked, record: Record, scan: ScanNumber = None) -> Response:
    """Take a record's file as it came in. Of a record of several files each is taken by its number."""
    return _original(asked, record, None, scan)


@router.get("/files/{number}", response_class=Response, responses=ORIGINALS)
def one_file(asked: Asked, record: Record, number: PageNumber, scan: ScanNumber = None) -> Response:
    """Take one of a record's several files. They are counted from 1 in the order of its parts."""
    return _original(asked, record, number, scan)


@router.get("/pdf", response_class=Response, responses=PDFS)
def pdf(asked: Asked, record: Record) -> Response:
    """Take a record's pages as a searchable PDF. It is made when first asked for."""
    name, sha256 = searchable_pdf(asked.services, _room(asked).papers.reader, asked.actor, record)
    with asked.read() as connection:
        size = rendition_size(connection, sha256)
    content = Content(sha256, size, "application/pdf", f"{name}.pdf")
    _note(asked, name, content, KIND)
    return send(asked.request, asked.services.store, content)


@router.get("/pages/{page}/image", response_class=Response, responses=PICTURES)
def image(asked: Asked, record: Record, page: PageNumber, v: Version = "") -> Response:
    """Show a page as a picture of at most 150 kB, upright."""
    return _picture(asked, record, page, "image", v)


@router.get("/pages/{page}/thumbnail", response_class=Response, responses=PICTURES)
def thumbnail(asked: Asked, record: Record, page: PageNumber, v: Version = "") -> Response:
    """Show a page as a small picture."""
    return _picture(asked, record, page, "thumbnail", v)


@router.get("/pages/{page}/words", responses={409: {}})
def words(asked: Asked, record: Record, page: PageNumber) -> WordsOfPage:
    """Tell the words of a page with their boxes."""
    with asked.read() as connection:
        found = page_at(connection, asked.actor, record, page)
        noted = has_noted_pages(connection, asked.actor, found.record)
    if not noted:
        _note_pages(asked, record)
    return WordsOfPage(
        page=page, **words_of(asked.services.database, asked.services.store, found.file_id, found.number)
    )


def _room(asked: Asked) -> ReadingRoom:
    room: ReadingRoom = asked.request.app.state.reading_room
    return room


def _original(asked: Asked, record: str, number: int | None, scan: int | None) -> Response:
    with asked.read() as connection:
        found = one_of(originals_of(connection, asked.actor, record, scan), number)
    content = Content(found.sha256, found.size, found.media_type, _file_name(found))
    _note(asked, found.record, content, "original")
    return send(asked.request, asked.services.store, content)


def _note(asked: Asked, record: str, content: Content, kind: str) -> None:
    """Every download stands in the audit log; who has the bytes already takes none."""
    request: Request = asked.request
    if is_known(request, content):
        return
    note = note_download if piece_of(request, content) is None else note_piece
    with asked.write() as connection:
        note(connection, asked.actor, record, content.sha256, kind)


def _picture(asked: Asked, record: str, page: int, kind: Kind, version: str) -> Response:
    with asked.read() as connection:
        found = page_at(connection, asked.actor, record, page)
        noted = has_noted_pages(connection, asked.actor, found.record)
    made = page_image(asked.services, _room(asked).pages, found, kind)
    if not noted:
        _note_pages(asked, record)
    content = Content(made.sha256, made.size, MEDIA_TYPE, f"{found.record}-{page}.webp", inline=True)
    caching = UNCHANGING if version == made.sha256 else REVALIDATED
    return send(asked.request, asked.services.store, content, caching)


def _note_pages(asked: Asked, record: str) -> None:
    with asked.write() as connection:
        note_pages(connection, asked.actor, record)


def _file_name(found: Original) -> str:
    stem = PurePosixPath(without_controls(unicodedata.normalize("NFC", found.name))).stem
    plain = re.sub(r'[\\/:*?"<>|]+', "-", stem).strip(" .")[:LONGEST_NAME]
    return (plain or found.record) + ENDINGS.get(found.media_type, "")
