"""One page of a file, from its path to its words: the door of this room."""

import unicodedata
from pathlib import Path

import numpy as np

from ocr.cleanup import Sheet, cleaned
from ocr.engine import Engine, Gray, Layout, Seen
from ocr.layout import Area, areas, is_sideways, letters
from ocr.pdf import drawn_picture, is_scan, opened, scan_picture
from ocr.source import Picture, image_picture, is_pdf
from ocr.textlayer import text_layer
from warehouse.errors import Refused
from warehouse.records import Box, Limits, PageReading, ReadingPath, Word

PAD = 12
"""White pixels around a zone: letters that touch its edge are read badly."""
DOUBTFUL = 0.6
"""A mean confidence below this makes it worth reading a page another way."""
WORD_PIXELS = 24
"""A picture with a shorter side has no room for a word."""
LEGIBLE = 0.5
SPECKS = 5
"""Fewer words than this, none of them surer than LEGIBLE, were spots. More are text that cannot be read:
such a page is never called blank, its low confidence sends it to an officer."""


def read_page(path: Path, number: int, engine: Engine, limits: Limits) -> PageReading:
    """Page `number` (from 1) of a PDF, TIFF, JPEG or PNG; one that cannot be read says why.

    Raises Unavailable when a tool is missing: that is no fault of the page.
    """
    try:
        if not is_pdf(path):
            return _read(image_picture(path, number, limits), number, engine, limits)
        return _read_pdf(path, number, engine, limits)
    except Refused as error:
        return PageReading(number, 0, 0, "failed", reason=error.reason)


def _read_pdf(path: Path, number: int, engine: Engine, limits: Limits) -> PageReading:
    with opened(path) as document:
        page = document[number - 1]
        picture = scan_picture(path, number, page, limits) if is_scan(page) else None
        if picture is None and (reading := text_layer(document, number)) is not None:
            return reading
        picture = picture or drawn_picture(path, number, page, limits)
    return _read(picture, number, engine, limits)


def _read(picture: Picture, number: int, engine: Engine, limits: Limits) -> PageReading:
    """By zones; if that is doubtful, turned as well, then without zones: the surest reading counts."""
    if min(picture.gray.shape) < WORD_PIXELS:
        return PageReading(number, picture.width, picture.height, "blank")
    sheet = cleaned(picture)
    best = _by_zones(sheet, number, engine, limits)
    if _is_doubtful(best):
        for quarters in (1, 3) if is_sideways(letters(sheet.gray)) else (2,):
            turned = _by_zones(cleaned(picture.turned(quarters)), number, engine, limits)
            best = max(best, turned, key=_sureness)
    if _is_doubtful(best):
        best = max(best, _whole(sheet, number, engine, limits), key=_sureness)
    return best


def _is_doubtful(reading: PageReading) -> bool:
    return reading.confidence is not None and reading.confidence < DOUBTFUL


def _sureness(reading: PageReading) -> float:
    return reading.confidence or 0.0


def _by_zones(sheet: Sheet, number: int, engine: Engine, limits: Limits) -> PageReading:
    words = _recognised(sheet, areas(letters(sheet.gray)), "block", engine, limits)
    return _reading(sheet, number, "zones", words)


def _whole(sheet: Sheet, number: int, engine: Engine, limits: Limits) -> PageReading:
    height, width = sheet.gray.shape
    words = _recognised(sheet, [Area("body", (0, 0, width, height))], "page", engine, limits)
    return _reading(sheet, number, "whole", words)


def _reading(sheet: Sheet, number: int, path: ReadingPath, words: list[Word]) -> PageReading:
    if len(words) < SPECKS and not any(word.confidence > LEGIBLE for word in words):
        return PageReading(number, sheet.width, sheet.height, "blank")
    confidence = sum(word.confidence for word in words) / len(words)
    return PageReading(number, sheet.width, sheet.height, "ok", None, path, confidence, tuple(words))


def _recognised(
    sheet: Sheet, zones: list[Area], layout: Layout, engine: Engine, limits: Limits
) -> list[Word]:
    crops = [_crop(sheet.gray, area.box) for area in zones]
    words: list[Word] = []
    for area, seen in zip(zones, engine.recognise(crops, layout, limits.page_seconds), strict=True):
        first = words[-1].line + 1 if words else 0
        words += [_word(one, area, sheet, first) for one in seen if not _is_dirt(one)]
    return words


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
