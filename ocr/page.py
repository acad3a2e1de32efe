"""One page of a file, from its path to its words: the door of this room."""

from pathlib import Path

import cv2

from ocr.cleanup import Sheet, cleaned
from ocr.engine import Engine, Gray, Seen
from ocr.layout import Area, areas, letters
from ocr.pdf import drawn_picture, is_scan, opened_page, scan_picture
from ocr.source import Picture, image_picture, is_pdf
from warehouse.errors import Refused
from warehouse.records import Limits, PageReading, Word

PAD = 12
"""White pixels around a zone: letters that touch its edge are read badly."""


def read_page(path: Path, number: int, engine: Engine, limits: Limits) -> PageReading:
    """Page `number` (from 1) of a PDF, TIFF, JPEG or PNG; one that cannot be read says why.

    Raises Unavailable when a tool is missing: that is no fault of the page.
    """
    try:
        return _read(_picture(path, number, limits), number, engine, limits)
    except Refused as error:
        return PageReading(number, 0, 0, "failed", reason=error.reason)


def _picture(path: Path, number: int, limits: Limits) -> Picture:
    if not is_pdf(path):
        return image_picture(path, number, limits)
    with opened_page(path, number) as page:
        scan = scan_picture(path, number, page, limits) if is_scan(page) else None
        return scan or drawn_picture(path, number, page, limits)


def _read(picture: Picture, number: int, engine: Engine, limits: Limits) -> PageReading:
    sheet = cleaned(picture)
    zones = areas(letters(sheet.gray))
    crops = [_crop(sheet.gray, area) for area in zones]
    words: list[Word] = []
    for area, seen in zip(zones, engine.recognise(crops, "block", limits.page_seconds), strict=True):
        words += _words(seen, area, sheet, picture, words[-1].line + 1 if words else 0)
    if not words:
        return PageReading(number, picture.width, picture.height, "blank")
    confidence = sum(word.confidence for word in words) / len(words)
    return PageReading(number, picture.width, picture.height, "ok", None, "zones", confidence, tuple(words))


def _crop(gray: Gray, area: Area) -> Gray:
    x0, y0, x1, y1 = area.box
    return cv2.copyMakeBorder(gray[y0:y1, x0:x1], PAD, PAD, PAD, PAD, cv2.BORDER_CONSTANT, value=255)


def _words(seen: list[Seen], area: Area, sheet: Sheet, picture: Picture, first: int) -> list[Word]:
    right, down = area.box[0] - PAD, area.box[1] - PAD
    words = []
    for one in seen:
        x0, y0, x1, y1 = one.box
        box = sheet.box_on_page((x0 + right, y0 + down, x1 + right, y1 + down), picture.width, picture.height)
        words.append(Word(one.text, box, one.confidence, area.zone, first + one.line))
    return words
