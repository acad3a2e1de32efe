"""Triage's first look at a stranger's file: what it really is and how many pages it has."""

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pikepdf
import puremagic
from PIL import Image

from warehouse.errors import Refused
from warehouse.records import Inspection, Limits

# Sizes are checked against Limits before decoding; Pillow's own guard would only warn.
Image.MAX_IMAGE_PIXELS = None

HEAD_BYTES = 8192
PDF_HEAD_BYTES = 1024
"""Readers open a PDF that has up to this much rubbish before its head."""
PDF_END = b"%%EOF"
PDF_TAIL_BYTES = 1024
JPEG_END = b"\xff\xd9"
JPEG_TAIL_BYTES = 65536
"""Cameras write padding and previews after the end mark."""
NOT_AN_IMAGE = (OSError, SyntaxError, ValueError, TypeError, struct.error)
"""What Pillow raises for bytes that are not the image they begin as."""


def inspect(path: Path, limits: Limits) -> Inspection:
    """The type told by the bytes, never by the name, and the page count.

    Raises Refused: empty, unknown_type, encrypted, damaged, no_pages, too_many_pages, too_many_pixels.
    """
    with path.open("rb") as file:
        media_type = _media_type(file.read(HEAD_BYTES))
        file.seek(0)
        pages = _PAGES[media_type](file, limits)
    if pages == 0:
        raise Refused("no_pages")
    if pages > limits.max_pages:
        raise Refused("too_many_pages", pages=pages, limit=limits.max_pages)
    return Inspection(media_type, pages)


def _media_type(head: bytes) -> str:
    if not head:
        raise Refused("empty")
    if b"%PDF-" in head[:PDF_HEAD_BYTES]:
        return "application/pdf"
    try:
        found = [match.mime_type for match in puremagic.magic_string(head) if match.mime_type]
    except puremagic.PureError:
        found = []
    # Not the best match alone: the last bytes of `head` may look like the end of something else.
    ours = [media_type for media_type in found if media_type in _PAGES]
    if not ours:
        raise Refused("unknown_type", found=found[0] if found else "?")
    return str(ours[0])


def _pdf_pages(file: BinaryIO, limits: Limits) -> int:
    cut_short = PDF_END not in _tail(file, PDF_TAIL_BYTES)
    try:
        with pikepdf.open(file) as pdf:
            pages = len(pdf.pages)
            if cut_short and not (pages and all(map(_has_contents, pdf.pages[: limits.max_pages]))):
                raise Refused("damaged")
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except pikepdf.PdfError as error:
        raise Refused("damaged") from error
    return pages


def _has_contents(page: pikepdf.Page) -> bool:
    """A PDF cut short can still list its pages: one that lost its contents must not pass as blank."""
    images = page.resources.get("/XObject")
    return "/Contents" in page.obj and (images is None or bool(images.keys()))


def _tiff_pages(file: BinaryIO, limits: Limits) -> int:
    """Follows the chain of directories itself: Pillow takes a loop or a cut for the end."""
    try:
        order = {b"II": "<", b"MM": ">"}[file.read(2)]
        file.seek(4)
        (offset,) = struct.unpack(f"{order}I", file.read(4))
        seen: set[int] = set()
        while offset and len(seen) <= limits.max_pages:
            if offset in seen:
                raise Refused("damaged")
            seen.add(offset)
            file.seek(offset)
            (entries,) = struct.unpack(f"{order}H", file.read(2))
            file.seek(12 * entries, os.SEEK_CUR)
            (offset,) = struct.unpack(f"{order}I", file.read(4))
        if seen:
            _check_image(file, "TIFF", limits)
    except struct.error as error:
        raise Refused("damaged") from error
    return len(seen)


def _jpeg_pages(file: BinaryIO, limits: Limits) -> int:
    _check_image(file, "JPEG", limits)
    if JPEG_END not in _tail(file, JPEG_TAIL_BYTES):
        raise Refused("damaged")
    return 1


def _png_pages(file: BinaryIO, limits: Limits) -> int:
    _check_image(file, "PNG", limits)
    try:
        with Image.open(file) as image:
            image.verify()
    except NOT_AN_IMAGE as error:
        raise Refused("damaged") from error
    return 1


def _check_image(file: BinaryIO, kind: str, limits: Limits) -> None:
    """The first picture's head is whole and its size within Limits."""
    file.seek(0)
    try:
        width, height = Image.open(file, formats=[kind]).size
    except NOT_AN_IMAGE as error:
        raise Refused("damaged") from error
    if width * height > limits.max_pixels:
        raise Refused("too_many_pixels", width=width, height=height)


def _tail(file: BinaryIO, size: int) -> bytes:
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - size))
    return file.read()


_PAGES: dict[str, Callable[[BinaryIO, Limits], int]] = {
    "application/pdf": _pdf_pages,
    "image/tiff": _tiff_pages,
    "image/jpeg": _jpeg_pages,
    "image/png": _png_pages,
}
