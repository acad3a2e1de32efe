"""The words of a born-digital page, taken from the PDF instead of being read from its picture.

A scan may carry some text too: what a scanner's own reading laid under it, or what a signature's stamp says.
That is not the page's text, so such a page is left to the engine.
"""

import re
import unicodedata
from collections.abc import Iterable
from ctypes import c_double, c_int
from dataclasses import replace
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from ocr.layout import HALF, areas
from ocr.source import READING_DPI
from warehouse.records import Box, PageReading, Word

POINTS = 72
SCANNED = 0.4
"""A page whose pictures cover more than this part of it is a scan."""
FEW_LETTERS = 60
FOREIGN = re.compile(r"[^\x20-\x7eÀ-ỹĐđ\u0300-\u036f‐-‧′″₫•€°²³½¼¾§±×÷«»©®–⁄\s\uf0a7\uf0b7]")
"""Letters Vietnamese does not have: fonts without a code table, or older than Unicode."""


def text_layer(document: Any, number: int) -> PageReading | None:
    """Page `number` (from 1) of a pdfium document, if its own text is what one sees on it."""
    page = document[number - 1]
    words = _words(page)
    if not words or not _is_the_pages_text(page, words):
        return None
    width, height = _pixels(page)
    words = _in_zones(words + _stamped(document, number - 1, words), width, height)
    return PageReading(number, width, height, "ok", None, "text_layer", 1.0, tuple(words))


def _pixels(page: Any) -> tuple[int, int]:
    width, height = page.get_size()
    return round(width * READING_DPI / POINTS), round(height * READING_DPI / POINTS)


def _is_the_pages_text(page: Any, words: list[Word]) -> bool:
    text = "".join(word.text for word in words)
    if len(FOREIGN.findall(text)) > 0.02 * len(text):
        return False
    others = [item for item in page.get_objects() if item.type != pdfium.FPDF_PAGEOBJ_TEXT]
    pictures = [item.get_bounds() for item in others if item.type == pdfium.FPDF_PAGEOBJ_IMAGE]
    if sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in pictures) > SCANNED * np.prod(page.get_size()):
        return False
    height = max(word.box[3] for word in words) - min(word.box[1] for word in words)
    is_stamp = len(text) < FEW_LETTERS or height < 0.1 * _pixels(page)[1]
    return not (is_stamp and others)


def _words(page: Any) -> list[Word]:
    """The words in the order of the file; zones and lines are still open."""
    text = page.get_textpage()
    words: list[Word] = []
    letters = ""
    boxes: list[tuple[float, float, float, float]] = []
    for index in range(text.count_chars() + 1):
        letter = chr(pdfium.FPDFText_GetUnicode(text.raw, index)) if index < text.count_chars() else " "
        if letter.isspace() or letter < " ":
            if letters:
                words.append(Word(_spelled(letters), _hull(page, boxes), 1.0, "body", 0))
            letters, boxes = "", []
        else:
            letters += letter
            boxes.append(text.get_charbox(index, loose=True))
    return words


def _spelled(units: str) -> str:
    """A word of UTF-16 units, as pdfium gives them: pairs joined, and what is half a pair shown as unreadable."""
    whole = units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unicodedata.normalize("NFC", whole)


def _hull(page: Any, boxes: Iterable[tuple[float, float, float, float]]) -> Box:
    """From boxes in points, y upwards, before the page's turn, to one box in pixels of the page as shown."""
    left, bottom, right, top = zip(*boxes, strict=True)
    ends = [_shown(page, min(left), max(top)), _shown(page, max(right), min(bottom))]
    (x0, x1), (y0, y1) = (sorted(axis) for axis in zip(*ends, strict=True))
    return x0, y0, x1, y1


def _shown(page: Any, x: float, y: float) -> tuple[int, int]:
    across, down = c_int(), c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, *_pixels(page), 0, c_double(x), c_double(y), across, down)
    return across.value, down.value


def _stamped(document: Any, index: int, printed: list[Word]) -> list[Word]:
    """What annotations write into the page: numbers and days set on signing, values of forms.

    Only what is a single line: more lines are a signature's statement about itself.
    """
    page = document[index]
    rectangles = [_rectangle(page, at) for at in range(pdfium.FPDFPage_GetAnnotCount(page.raw))]
    if pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
        return []
    known = {(word.text, word.box) for word in printed}
    new = [word for word in _words(document[index]) if (word.text, word.box) not in known]
    inside = [[word for word in new if _holds(rectangle, word.box)] for rectangle in rectangles]
    return [word for words in inside if len(_rows(words)) == 1 for word in words]


def _rectangle(page: Any, at: int) -> Box:
    annotation, rectangle = pdfium.FPDFPage_GetAnnot(page.raw, at), pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, rectangle)
    pdfium.FPDFPage_CloseAnnot(annotation)
    return _hull(page, [(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)])


def _holds(outer: Box, inner: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _rows(words: Iterable[Word]) -> list[list[Word]]:
    """Words side by side in one row, rows from above, words from the left."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.box[1] + word.box[3]):
        middle = (word.box[1] + word.box[3]) / 2
        if rows and middle < rows[-1][0].box[3] - 0.25 * (rows[-1][0].box[3] - rows[-1][0].box[1]):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.box[0]) for row in rows]


def _in_zones(words: list[Word], width: int, height: int) -> list[Word]:
    """The words in reading order with their zones, found as on a picture where every word is a bar of ink."""
    mask = np.zeros((height // HALF + 1, width // HALF + 1), dtype=np.bool_)
    for x0, y0, x1, y1 in (word.box for word in words):
        mask[(y0 + (y1 - y0) // 4) // HALF : y1 // HALF, x0 // HALF : x1 // HALF] = True
    placed, line = [], 0
    left = list(words)
    for area in areas(mask):
        mine = [word for word in left if _holds(area.box, word.box)]
        left = [word for word in left if not _holds(area.box, word.box)]
        for row in _rows(mine):
            placed += [replace(word, zone=area.zone, line=line) for word in row]
            line += 1
    return placed + [replace(word, line=line + at) for at, row in enumerate(_rows(left)) for word in row]
