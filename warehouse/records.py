"""The words every room shares: what a page, a word and a field are."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Box = tuple[int, int, int, int]
"""[x0, y0, x1, y1] in pixels of the page as shown upright (after EXIF, /Rotate and quarter turns)."""

Origin = Literal["human", "manifest", "legacy", "qr", "text_layer", "ocr", "onestop", "path", "batch_default"]
ORIGINS: tuple[Origin, ...] = (
    "human", "manifest", "legacy", "qr", "text_layer", "ocr", "onestop", "path", "batch_default",
)  # fmt: skip
"""Best first: the shown value is the newest one of the best origin."""

Zone = Literal["header_left", "header_right", "body", "footer_left", "footer_right"]

FIELD_NAMES = (
    "issuing_agency", "parent_agency", "reference_number", "place", "issued_on", "doc_type", "subject",
    "signer", "signing_capacity", "holder_name", "holder_id", "holder_birth_date", "dossier_code",
    "procedure_code", "result_type", "valid_until",
    "register_kind", "register_year", "register_book", "register_entry",
)  # fmt: skip
"""The named fields of every record; signing_capacity alone is a list (one row an ordinal).

A civil-status case stands in a register: its kind of book (births, marriages ...), the year, the book's
number and the number of the entry."""

DATE_FIELDS = frozenset({"issued_on", "holder_birth_date", "valid_until"})

Secrecy = Literal["mat", "toi_mat", "tuyet_mat"]
"""The marks MẬT, TỐI MẬT and TUYỆT MẬT of Luật Bảo vệ bí mật nhà nước 2018, least secret first."""

OUT_OF_USE = ("withdrawn", "quarantined")
"""Work states of records that no search, count or other paper may tell of."""

PageStatus = Literal["ok", "blank", "failed"]
ReadingPath = Literal["text_layer", "zones", "whole", "none"]


@dataclass(frozen=True, slots=True)
class Word:
    """One word as read: box on the upright page, confidence 0..1, zone, and line number in reading order."""

    text: str
    box: Box
    confidence: float
    zone: Zone
    line: int


@dataclass(frozen=True, slots=True)
class PageReading:
    """What was read of one page. `number` counts from 1; width and height are pixels of the upright page.

    `turn`: quarter turns clockwise that reading added to those the file asks for. `codes`: what its QR and
    Code 128 signs say. `image_hash`: 16 hexadecimal digits, alike for pictures that look alike.
    """

    number: int
    width: int
    height: int
    status: PageStatus
    reason: str | None = None
    path: ReadingPath = "none"
    confidence: float | None = None
    words: tuple[Word, ...] = ()
    turn: int = 0
    secrecy: Secrecy | None = None
    codes: tuple[str, ...] = ()
    image_hash: str | None = None

    @property
    def text(self) -> str:
        """The page's words in reading order, one line of the paper a line."""
        lines: dict[int, list[str]] = {}
        for word in self.words:
            lines.setdefault(word.line, []).append(word.text)
        return "\n".join(" ".join(lines[number]) for number in sorted(lines))


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value of one field from one origin. Days are YYYY-MM-DD, or YYYY-MM, or YYYY by `precision`."""

    name: str
    value: str
    origin: Origin
    confidence: float = 1.0
    page: int | None = None
    box: Box | None = None
    ordinal: int = 0
    precision: Literal["", "day", "month", "year"] = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What reading may lean on, handed in as data: names of agencies and of types of papers."""

    agencies: tuple[str, ...] = ()
    doc_types: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a stranger's file may cost (settings)."""

    max_pages: int = 3000
    max_pixels: int = 180_000_000
    page_seconds: int = 120
    memory_bytes: int = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Inspection:
    """Triage's answer about a file: its real media type, its page count, whether it took the password."""

    media_type: str
    pages: int
    locked: bool = False


@dataclass(frozen=True, slots=True)
class PdfPart:
    """Pages `page_from`..`page_to` of a file for a searchable PDF; `pages` are numbered as in the file."""

    path: Path
    page_from: int
    page_to: int
    pages: tuple[PageReading, ...]
    password: str = ""


@dataclass(frozen=True, slots=True)
class PageToShow:
    """Page `number` (from 1) of a file. `turn`: quarter turns clockwise that reading added."""

    path: Path
    number: int
    turn: int = 0
    password: str = ""


def box_around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of them."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)
