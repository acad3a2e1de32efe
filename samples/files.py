"""The bytes of a sample: scanned PDF, JPEG, PNG, TIFF, born-digital PDF, or a PDF that mixes both."""

import time
from dataclasses import dataclass
from io import BytesIO
from random import Random

import pikepdf
from PIL import Image

from samples.draw import DPI, born_digital, pixels
from samples.layout import Sheet
from samples.papers import Issuer
from samples.scan import JPEG_QUALITY, SEAL_SLIP, scanned
from samples.seal import signed_and_sealed

SUFFIX = {"pdf": "pdf", "jpg": "jpg", "png": "png", "tiff": "tif", "born_digital": "pdf", "mixed": "pdf"}
MADE_AT = time.struct_time((2026, 1, 5, 8, 0, 0, 0, 5, 0))
"""One fixed time in all files, so that the same seed gives the same bytes."""


@dataclass(frozen=True)
class Stamped:
    """Laid-out pages and whose seal goes on them."""

    sheets: list[Sheet]
    issuer: Issuer


def file_bytes(papers: list[Stamped], kind: str, quality: str, seed: int) -> bytes:
    """All papers in one file of that kind."""
    slip = SEAL_SLIP.get(quality, (0, 0))
    stamps = [signed_and_sealed(paper.issuer, slip, Random(seed + n)) for n, paper in enumerate(papers)]
    if kind == "born_digital":
        return born_digital(papers[0].sheets, stamps[0])
    pages = [(sheet, stamp) for paper, stamp in zip(papers, stamps, strict=True) for sheet in paper.sheets]
    if kind == "mixed":
        first, *rest = pages
        scan = encoded(scans([first], quality, seed), "pdf", quality)
        return joined(scan, born_digital([sheet for sheet, _ in rest], stamps[0]))
    return encoded(scans(pages, quality, seed), kind, quality)


def scans(pages: list[tuple[Sheet, Image.Image]], quality: str, seed: int) -> list[Image.Image]:
    """Each page drawn and scanned."""
    return [
        scanned(pixels(sheet, stamp), quality, seed * 10 + number)
        for number, (sheet, stamp) in enumerate(pages)
    ]


def encoded(images: list[Image.Image], kind: str, quality: str) -> bytes:
    """The images as one file."""
    out = BytesIO()
    first, *rest = images
    grade = {"quality": JPEG_QUALITY[quality]} if quality in JPEG_QUALITY else {}
    if kind == "pdf":
        made = {"title": "", "creationDate": MADE_AT, "modDate": MADE_AT}
        first.save(out, "PDF", save_all=True, append_images=rest, resolution=DPI, **grade, **made)
    elif kind == "tiff":
        packing = "jpeg" if grade else "group4"
        first.save(
            out, "TIFF", save_all=True, append_images=rest, dpi=(DPI, DPI), compression=packing, **grade
        )
    elif kind == "png":
        first.save(out, "PNG", dpi=(DPI, DPI), optimize=True)
    else:
        first.save(out, "JPEG", dpi=(DPI, DPI), **grade)
    return out.getvalue()


def joined(first: bytes, second: bytes) -> bytes:
    """The pages of both PDFs in one, with an id made from the content."""
    out = BytesIO()
    with pikepdf.open(BytesIO(first)) as pdf, pikepdf.open(BytesIO(second)) as more:
        pdf.pages.extend(more.pages)
        pdf.save(out, deterministic_id=True)
    return out.getvalue()
