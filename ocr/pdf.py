"""The picture of one page of a PDF: the scan itself when the page is one, else the page drawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import sqrt
from pathlib import Path
from typing import Any, cast

import pdf2image
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from pdf2image.exceptions import (
    PDFInfoNotInstalledError,
    PDFPageCountError,
    PDFPopplerTimeoutError,
    PDFSyntaxError,
)
from PIL import Image

from ocr.source import READING_DPI, Picture, check_size, picture_of
from warehouse.errors import Refused, Unavailable
from warehouse.records import Limits

EDGE = 0.03
"""How far, as part of the page, a scan's edge may lie from the page's."""
POINTS = 72
DRAWN_PIXELS = 25_000_000
"""A page larger than A1 is drawn coarser than READING_DPI, lest memory run out."""
GLIMPSE_DPI, GLIMPSE_PIXELS = 150, 4_000_000
INVISIBLE = 3
NO_SCAN = (pikepdf.PikepdfError, ValueError, OSError, NotImplementedError)
"""What says that a page's image cannot be had by itself."""


@contextmanager
def opened(path: Path, password: str = "") -> Iterator[Any]:
    """The pdfium document; raises Refused("encrypted") or Refused("page_unreadable")."""
    try:
        with pypdfium2.PdfDocument(path, password or None) as document:
            yield document
    except pypdfium2.PdfiumError as error:
        raise Refused("encrypted" if "password" in str(error).lower() else "page_unreadable") from error


def is_scan(page: Any) -> bool:
    """Whether the page shows one upright picture that fills it, and nothing else one can see."""
    shown = [item for item in page.get_objects(max_depth=1) if not _invisible(item)]
    if len(shown) != 1 or shown[0].type != pdfium.FPDF_PAGEOBJ_IMAGE:
        return False
    a, b, c, d, _, _ = shown[0].get_matrix().get()
    if a <= 0 or d <= 0 or b or c:
        return False
    sheet = page.get_cropbox()
    reach = EDGE * max(sheet[2] - sheet[0], sheet[3] - sheet[1])
    edges = zip(shown[0].get_bounds(), sheet, strict=True)
    return all(abs(edge - border) <= reach for edge, border in edges)


def _invisible(item: Any) -> bool:
    is_text = item.type == pdfium.FPDF_PAGEOBJ_TEXT
    return is_text and bool(pdfium.FPDFTextObj_GetTextRenderMode(item.raw) == INVISIBLE)


@contextmanager
def scan_image(path: Path, number: int, limits: Limits, password: str = "") -> Iterator[Image.Image]:
    """The page's only image as it was scanned, before the page's rotation; raises one of NO_SCAN."""
    with pikepdf.open(path, password=password) as document:
        (stream,) = document.pages[number - 1].get_images().values()
        scan = pikepdf.PdfImage(cast(pikepdf.Stream, stream))
        check_size(scan.width, scan.height, limits)
        yield scan.as_pil_image()


def scan_picture(path: Path, number: int, page: Any, limits: Limits, password: str = "") -> Picture | None:
    """The picture of a page that is a scan; None if it has to be drawn after all."""
    try:
        with scan_image(path, number, limits, password) as image:
            dpi = image.width * POINTS / (page.get_cropbox()[2] - page.get_cropbox()[0])
            picture = picture_of(image, limits, dpi)
    except NO_SCAN:
        return None
    return picture.turned(page.get_rotation() // 90)


def drawn_picture(path: Path, number: int, page: Any, limits: Limits, password: str = "") -> Picture:
    """The picture of a page drawn at READING_DPI, if it is not too large for that."""
    width, height = page.get_size()
    dpi = min(READING_DPI, 1 + int(POINTS * sqrt(DRAWN_PIXELS / (width * height))))
    return picture_of(drawn_image(path, number, page, limits, password, dpi), limits, dpi)


def drawn_image(path: Path, number: int, page: Any, limits: Limits, password: str, dpi: int) -> Image.Image:
    """The page drawn as it is shown.

    A scan whose image is broken would be drawn white: there, what poppler complains of is an error.
    """
    try:
        (image,) = pdf2image.convert_from_path(
            path,
            dpi,
            first_page=number,
            last_page=number,
            use_cropbox=True,
            timeout=limits.page_seconds,
            userpw=password or None,
            strict=is_scan(page),
        )
    except PDFInfoNotInstalledError as error:
        raise Unavailable("tool_missing", tool="pdftoppm", package="poppler-utils") from error
    except PDFPopplerTimeoutError as error:
        raise Refused("reader_timeout", seconds=limits.page_seconds) from error
    except (PDFPageCountError, PDFSyntaxError, ValueError, OSError) as error:
        raise Refused("page_unreadable") from error
    return cast(Image.Image, image)


def glimpse(page: Any) -> Picture:
    """A page with text of its own as a coarse picture: enough for its signs and its looks."""
    width, height = page.get_size()
    scale = min(GLIMPSE_DPI / POINTS, sqrt(GLIMPSE_PIXELS / (width * height)))
    try:
        gray = page.render(scale=scale, grayscale=True).to_numpy()
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise Refused("page_unreadable") from error
    return Picture(gray.reshape(gray.shape[:2]), gray.shape[1], gray.shape[0], scale * POINTS)
