"""A small typesetter: lines of a paper become the words a reader would hand over."""

from collections.abc import Callable, Sequence

import pytest

from ocr.fields.understand import understand
from warehouse.records import FieldValue, Known, PageReading, Word, Zone

WIDTH, HEIGHT = 1654, 2339  # A4 at 200 dpi
LETTER, TALL, SPACE = 13, 26, 10  # pixels
LEFT, RIGHT = 240, 800  # where the two columns of header and footer begin

Printed = tuple[str, int, int] | tuple[str, int, int, Zone]
Page = Callable[..., PageReading]
Read = Callable[..., dict[str, list[FieldValue]]]

KNOWN = Known(
    agencies=("Ủy ban nhân dân tỉnh Lạng Sơn", "Ủy ban nhân dân xã Đồng Đăng", "Sở Nội vụ"),
    doc_types=("Giấy khai sinh", "Giấy chứng nhận kết hôn", "Quyết định"),
    places=("Lạng Sơn", "Đồng Đăng"),
)


@pytest.fixture
def page() -> Page:
    """Sets a page: each line is (text, x, y) or (text, x, y, zone)."""
    return _set_page


@pytest.fixture
def read() -> Read:
    """The fields of pages, by name, in order of their ordinal."""

    def by_name(*pages: PageReading, known: Known = KNOWN) -> dict[str, list[FieldValue]]:
        fields: dict[str, list[FieldValue]] = {}
        for value in understand(pages, known):
            fields.setdefault(value.name, []).append(value)
        return fields

    return by_name


def _set_page(
    lines: Sequence[Printed], number: int = 1, confidence: float = 0.96, tall: dict[str, int] | None = None
) -> PageReading:
    """`tall`: words that are not TALL pixels high, such as figures written by hand."""
    words = [
        word
        for order, (text, x, y, *zone) in enumerate(lines)
        for word in _set_line(text, x, y, zone[0] if zone else "body", order, confidence, tall or {})
    ]
    return PageReading(number, WIDTH, HEIGHT, "ok", None, "whole", confidence, tuple(words))


def _set_line(
    text: str, x: int, y: int, zone: Zone, order: int, confidence: float, tall: dict[str, int]
) -> list[Word]:
    words = []
    for part in text.split():
        end = x + LETTER * len(part)
        words.append(Word(part, (x, y + TALL - tall.get(part, TALL), end, y + TALL), confidence, zone, order))
        x = end + SPACE
    return words
