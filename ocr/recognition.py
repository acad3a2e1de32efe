"""From the zones of a sheet to the words on its page."""

import unicodedata
from collections.abc import Sequence

import numpy as np

from ocr.cleanup import Sheet
from ocr.engine import Engine, Gray, Layout, Seen
from ocr.layout import Area
from warehouse.records import Box, Word

PAD = 12
"""White pixels around a zone: letters that touch its edge are read badly."""
LEGIBLE = 0.5


def recognised(
    sheet: Sheet, zones: Sequence[Area], layout: Layout, engine: Engine, seconds: float
) -> list[Word]:
    """The words of these zones, in their order."""
    return recognised_beside(sheet, zones, (), layout, engine, seconds)[0]


def recognised_beside(
    sheet: Sheet,
    zones: Sequence[Area],
    others: Sequence[Gray],
    layout: Layout,
    engine: Engine,
    seconds: float,
) -> tuple[list[Word], list[list[Seen]]]:
    """The words of these zones, and what other pictures say: one call costs less than two."""
    crops = [_crop(sheet.gray, area.box) for area in zones]
    padded = [np.pad(other, PAD, constant_values=255) for other in others]
    seen = engine.recognise([*crops, *padded], layout, seconds)
    words: list[Word] = []
    for area, found in zip(zones, seen, strict=False):
        first = words[-1].line + 1 if words else 0
        words += [_word(one, area, sheet, first) for one in found if not _is_dirt(one)]
    return words, seen[len(zones) :]


def sureness(words: Sequence[Word]) -> float:
    """The mean confidence; 0 without words."""
    return sum(word.confidence for word in words) / len(words) if words else 0.0


def _crop(gray: Gray, box: Box) -> Gray:
    x0, y0, x1, y1 = box
    return np.pad(gray[y0:y1, x0:x1], PAD, constant_values=255)


def _is_dirt(seen: Seen) -> bool:
    return seen.confidence < LEGIBLE and not any(letter.isalnum() for letter in seen.text)


def _word(seen: Seen, area: Area, sheet: Sheet, first: int) -> Word:
    right, down = area.box[0] - PAD, area.box[1] - PAD
    x0, y0, x1, y1 = seen.box
    box = sheet.box_on_page((x0 + right, y0 + down, x1 + right, y1 + down))
    return Word(unicodedata.normalize("NFC", seen.text), box, seen.confidence, area.zone, first + seen.line)
