"""Bytes of the store as answers: whole, in part (RFC 9110 §14), or not again (ETag); never held in memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from warehouse.errors import Damaged
from warehouse.store import CHUNK, Store

REVALIDATED = "private, no-cache"
"""Kept by the asker's own browser, and asked for again each time: a right may have ended."""
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def sent_as(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """What the OpenAPI document tells of a route that sends a file of one of these types."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media_types}
    return {200: {"description": "The file.", "content": content}}


def answers(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """The same of a route that sends bytes of the store: in part, too, or not again."""
    whole = sent_as(*media_types)
    return {
        **whole,
        206: {**whole[200], "description": "The range that was asked for."},
        409: {},
        304: {"description": "What the asker has is the same."},
        416: {"description": "The range lies outside the file."},
    }


@dataclass(frozen=True, slots=True)
class Content:
    """What is sent: an object, and what it is called; `inline` for pictures that a page shows."""

    sha256: str
    size: int
    media_type: str
    name: str
    inline: bool = False

    @property
    def etag(self) -> str:
        """Its hash: these bytes never change."""
        return f'"{self.sha256}"'

    @property
    def disposition(self) -> str:
        """RFC 6266: an ASCII name for everybody, and the name as its sender wrote it (RFC 5987)."""
        ascii_name = _UNSAFE.sub("-", self.name).strip("-.") or "file"
        kind = "inline" if self.inline else "attachment"
        return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(self.name, safe='')}"


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes `start` to before `end`."""

    start: int
    end: int


def is_known(request: Request, content: Content) -> bool:
    """Whether the asker says that it has these bytes."""
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    return content.etag in known


def piece_of(request: Request, content: Content) -> Piece | None:
    """The range that is asked for: none if all is, an empty one if it lies outside.

    Several ranges at once, other units, and ranges of what the asker holds an older version of are
    answered with all.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if_range = request.headers.get("If-Range", content.etag)
    if asked is None or asked[0] == "bytes=-" or if_range != content.etag:
        return None
    first, last = asked[1], asked[2]
    if not first:
        return Piece(max(0, content.size - int(last)), content.size) if int(last) else Piece(0, 0)
    end = min(int(last) + 1, content.size) if last else content.size
    if last and int(last) < int(first):
        return None
    return Piece(int(first), end) if int(first) < end else Piece(0, 0)


def send(request: Request, store: Store, content: Content, caching: str = REVALIDATED) -> Response:
    """The answer to a GET of these bytes."""
    headers = {
        "ETag": content.etag,
        "Cache-Control": caching,
        "Accept-Ranges": "bytes",
        "Content-Disposition": content.disposition,
    }
    if is_known(request, content):
        return Response(status_code=304, headers=headers)
    piece = piece_of(request, content)
    if piece == Piece(0, 0):
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{content.size}"})
    status, whole = (200, Piece(0, content.size)) if piece is None else (206, piece)
    headers["Content-Length"] = str(whole.end - whole.start)
    if status == 206:
        headers["Content-Range"] = f"bytes {whole.start}-{whole.end - 1}/{content.size}"
    body = _bytes_of(store, content, whole)
    first = next(body)  # what is missing is told before the answer has begun
    return StreamingResponse(_after(first, body), status, headers, content.media_type)


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _bytes_of(store: Store, content: Content, piece: Piece) -> Iterator[bytes]:
    """In pieces of 1 MiB. All of it is hashed on the way: wrong bytes are never sent to their end."""
    digest, whole = sha256(), piece == Piece(0, content.size)
    for start in range(piece.start, piece.end, CHUNK):
        wanted = min(CHUNK, piece.end - start)
        chunk = store.read_range(content.sha256, start, wanted)
        digest.update(chunk)
        is_last = start + wanted == piece.end
        if len(chunk) != wanted or (whole and is_last and digest.hexdigest() != content.sha256):
            raise Damaged("object_changed", sha256=content.sha256)
        yield chunk
