"""A page's reading as JSON: what the child sends home, and is given back to build a searchable PDF."""

from pathlib import Path
from typing import Any

from warehouse.records import PageReading, PdfPart, Word

Json = dict[str, Any]


def packed(page: PageReading) -> Json:
    """Words go as short lists: a page has hundreds."""
    words = [(w.text, *w.box, w.confidence, w.zone, w.line) for w in page.words]
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "status": page.status,
        "reason": page.reason,
        "path": page.path,
        "confidence": page.confidence,
        "words": words,
        "turn": page.turn,
        "secrecy": page.secrecy,
        "codes": page.codes,
        "image_hash": page.image_hash,
    }


def unpacked(data: Json) -> PageReading:
    """The reverse of `packed`."""
    words = (Word(text, (x0, y0, x1, y1), *rest) for text, x0, y0, x1, y1, *rest in data["words"])
    return PageReading(**{**data, "words": tuple(words), "codes": tuple(data["codes"])})


def packed_part(part: PdfPart) -> Json:
    """Pages of a file for a searchable PDF."""
    return {
        "path": str(part.path.absolute()),
        "page_from": part.page_from,
        "page_to": part.page_to,
        "pages": [packed(page) for page in part.pages],
        "password": part.password,
    }


def unpacked_part(data: Json) -> PdfPart:
    """The reverse of `packed_part`."""
    pages = tuple(unpacked(page) for page in data["pages"])
    return PdfPart(Path(data["path"]), data["page_from"], data["page_to"], pages, data["password"])
