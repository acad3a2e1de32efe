"""Whether a page without readable words is empty, or holds something else: handwriting, a stamp, a picture."""

from collections.abc import Sequence

import cv2
import numpy as np

from ocr.cleanup import INK, Sheet
from ocr.engine import Gray
from ocr.layout import HALF, MM, Mask, parts
from ocr.source import Picture
from warehouse.records import Word

LEGIBLE = 0.5
SPECKS = 5
"""Fewer words than this, none of them surer than LEGIBLE, were spots. More are text that cannot be read:
such a page is never called blank, its low confidence sends it to an officer."""
STROKE = round(2 * MM)
SHAPE, THICK = round(9 * MM), round(3 * MM)
"""A signature or a stamp is at least so long and so high; holes of a punch and staples are smaller, folds thinner."""
BORDER = round(4 * MM)
"""What reaches this near the edge of the scan is the scanner's."""
PRESSED_RED, RED_INK = 110, 1500
"""Red ink of this side of the paper, and its least pixels: seals have about 9,000, such as shine through 700."""
FAINT = 230
"""Darker than this on an evenly lit sheet is more than the grain of paper."""


def says_nothing(words: Sequence[Word]) -> bool:
    """Whether these words are spots, or no more than the number of the page."""
    if len(words) >= SPECKS:
        return False
    legible = ["".join(filter(str.isalnum, word.text)) for word in words if word.confidence > LEGIBLE]
    return all(len(text) < 2 or (text.isdecimal() and len(text) <= 3) for text in legible)


def has_drawing(sheet: Sheet, picture: Picture) -> bool:
    """Whether something as large as a signature or a stamp stands on the sheet, in dark or in red ink."""
    size = (sheet.gray.shape[1] // HALF, sheet.gray.shape[0] // HALF)
    dark = cv2.resize(sheet.gray, size, interpolation=cv2.INTER_AREA) < INK
    if _has_shape(dark):
        return True
    if picture.red is None:
        return False
    pressed = _fitted(picture.red, max(size)) >= PRESSED_RED
    return bool(np.count_nonzero(pressed) > RED_INK) and _has_shape(pressed)


def _fitted(plane: Gray, long_side: int) -> Gray:
    scale = min(1.0, long_side / max(plane.shape))
    return np.asarray(cv2.resize(plane, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def _has_shape(ink: Mask) -> bool:
    strokes = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((STROKE, STROKE), np.uint8)) > 0
    inside = parts(strokes, lambda w, h: (np.maximum(w, h) >= SHAPE) & (np.minimum(w, h) >= THICK))
    _, labels = cv2.connectedComponents(inside.astype(np.uint8))
    edges = (labels[:BORDER], labels[-BORDER:], labels[:, :BORDER], labels[:, -BORDER:])
    at_the_border = set(np.concatenate([edge.ravel() for edge in edges]).tolist())
    return bool(set(range(1, int(labels.max()) + 1)) - at_the_border)


def made_dark(gray: Gray) -> Gray | None:
    """The sheet with what is faint on it made dark; None if there is nothing faint."""
    if np.count_nonzero(gray < FAINT) < 0.001 * gray.size:
        return None
    darkest = float(np.percentile(gray[gray < FAINT], 10))
    stretched = (gray.astype(np.float32) - darkest) * (255 / (255 - darkest) * 1.2)
    return np.asarray(np.clip(stretched, 0, 255), dtype=np.uint8)
