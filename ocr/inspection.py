"""Triage's first look at a stranger's file: what it really is and how many pages it has."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pikepdf
from PIL import Image

from ocr.kinds import media_type, tail
from ocr.tiff import frame_sizes
from warehouse.errors import Refused
from warehouse.records import Inspection, Limits

# Sizes are checked against Limits before decoding; Pillow's own guard would only warn.
Image.MAX_IMAGE_PIXELS = None

PDF_END = b"%%EOF"
PDF_TAIL_BYTES = 1024
JPEG_END = b"\xff\xd9"
JPEG_TAIL_BYTES = 65536
"""Cameras write padding and previews after the end mark."""
NOT_AN_IMAGE = (OSError, SyntaxError, ValueError, TypeError, RuntimeError, struct.error)
"""What Pillow and libheif raise for bytes that are not the image they begin as."""
NOT_A_PDF = (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, RuntimeError)
"""What pikepdf raises where an object is not what its place in the file asks for."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """An opened file and what its inspection may spend."""

    file: BinaryIO
    limits: Limits
    password: str


def inspect(path: Path, limits: Limits, password: str = "") -> Inspection:
    """The type told by the bytes, never by the name, the page count, and whether the password was needed.

    Raises Refused: empty, damaged, no_pages, too_many_pages, too_many_pixels, encrypted (no password was
    given), wrong_password, animated, and the advice of ocr.kinds for what is no scan.
    """
    with path.open("rb") as file:
        found = media_type(file)
        pages, locked = _PAGES[found](_Asked(file, limits, password))
    if pages == 0:
        raise Refused("no_pages")
    if pages > limits.max_pages:
        raise Refused("too_many_pages", pages=pages, limit=limits.max_pages)
    return Inspection(found, pages, locked)


def _pdf_pages(asked: _Asked) -> tuple[int, bool]:
    cut_short = PDF_END not in tail(asked.file, PDF_TAIL_BYTES)
    try:
        document, locked = _unlocked(asked)
        with document as pdf:
            pages = len(pdf.pages)
            if cut_short and not (pages and all(map(_has_contents, pdf.pages[: asked.limits.max_pages]))):
                raise Refused("damaged")
    except NOT_A_PDF as error:
        # An unknown lock (a certificate's, for instance) is told by qpdf's words alone.
        raise Refused("encrypted" if "encrypt" in str(error) else "damaged") from error
    return pages, locked


def _unlocked(asked: _Asked) -> tuple[pikepdf.Pdf, bool]:
    """The opened document, and whether that took the password; an owner's password keeps nobody out."""
    try:
        return pikepdf.open(asked.file), False
    except pikepdf.PasswordError as error:
        if not asked.password:
            raise Refused("encrypted") from error
    try:
        return pikepdf.open(asked.file, password=asked.password), True
    except pikepdf.PasswordError as error:
        raise Refused("wrong_password") from error


def _has_contents(page: pikepdf.Page) -> bool:
    """A PDF cut short can still list its pages: one that lost its contents must not pass as blank."""
    images = page.resources.get("/XObject")
    return "/Contents" in page.obj and (images is None or bool(images.keys()))


def _tiff_pages(asked: _Asked) -> tuple[int, bool]:
    """One more than the limit is counted at most."""
    pages = 0
    for size in islice(frame_sizes(asked.file), asked.limits.max_pages + 1):
        _check_size(size, asked.limits)
        pages += 1
    if pages:
        _opened(asked, "TIFF")
    return pages, False


def _jpeg_pages(asked: _Asked) -> tuple[int, bool]:
    _opened(asked, "JPEG")
    if JPEG_END not in tail(asked.file, JPEG_TAIL_BYTES):
        raise Refused("damaged")
    return 1, False


def _png_pages(asked: _Asked) -> tuple[int, bool]:
    try:
        _opened(asked, "PNG").verify()
    except NOT_AN_IMAGE as error:
        raise Refused("damaged") from error
    return 1, False


def _one_still(kind: str) -> Callable[[_Asked], tuple[int, bool]]:
    """A picture that could move: what moves is no paper."""

    def pages(asked: _Asked) -> tuple[int, bool]:
        if getattr(_opened(asked, kind), "n_frames", 1) > 1:
            raise Refused("animated", kind=kind)
        return 1, False

    return pages


def _heic_pages(asked: _Asked) -> tuple[int, bool]:
    """A telephone may keep several pictures in one file; previews and depth maps are none of them."""
    import pillow_heif  # 60 ms that few batches need

    _check_boxes(asked.file)
    asked.file.seek(0)
    try:
        sizes = [picture.size for picture in pillow_heif.open_heif(asked.file)]
    except NOT_AN_IMAGE as error:
        raise Refused("damaged") from error
    for size in sizes:
        _check_size(size, asked.limits)
    return len(sizes), False


def _check_boxes(file: BinaryIO) -> None:
    """The boxes at the top of a HEIC file fill it to its end: one cut short still opens."""
    end = file.seek(0, 2)
    place = 0
    while place < end:
        file.seek(place)
        head = file.read(16).ljust(16, b"\0")
        (length,) = struct.unpack_from(">I", head)
        if length == 1:
            (length,) = struct.unpack_from(">Q", head, 8)
        place += length if length else end - place
        if length < 8 and length:
            raise Refused("damaged")
    if place > end:
        raise Refused("damaged")


def _opened(asked: _Asked, kind: str) -> Image.Image:
    """The first picture, its head whole and its size within Limits."""
    asked.file.seek(0)
    try:
        image = Image.open(asked.file, formats=[kind])
    except NOT_AN_IMAGE as error:
        raise Refused("damaged") from error
    _check_size(image.size, asked.limits)
    return image


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width * height > limits.max_pixels:
        raise Refused("too_many_pixels", width=width, height=height)


_PAGES: dict[str, Callable[[_Asked], tuple[int, bool]]] = {
    "application/pdf": _pdf_pages,
    "image/tiff": _tiff_pages,
    "image/jpeg": _jpeg_pages,
    "image/png": _png_pages,
    "image/webp": _one_still("WEBP"),
    "image/heic": _heic_pages,
    "image/avif": _one_still("AVIF"),
}
