"""Which way up a page lies, told from the shapes of its lines before anything is read."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cleanup import INK, MAX_SKEW, Sheet, sharpness
from ocr.layout import Mask, parts

SHRUNK = 0.3
LETTER = (2, 22)
"""Least and most pixels of a letter's longer side on the shrunk sheet: 0.8 to 9 mm."""
FEW_PIXELS = 300
"""Less ink than a dozen words tells nothing."""
CLEARLY = 1.3
"""Measured on 90 pages, straight and askew: the right direction is at least 2.3 times as sharp as the other."""
LINE_ROWS = (5, 20)
"""Least and most rows of a line of letters on the half-size sheet."""
CORE = 0.5
"""Rows with this part of a line's most ink are those of its small letters."""


def lines_run_down(sheet: Sheet) -> bool:
    """Whether the lines of an evenly lit sheet run down it: then rows of ink are sharper across than along."""
    small = cv2.resize(sheet.gray, None, fx=SHRUNK, fy=SHRUNK, interpolation=cv2.INTER_AREA)
    mask = parts(
        small < INK + 40, lambda w, h: (np.maximum(w, h) >= LETTER[0]) & (np.maximum(w, h) <= LETTER[1])
    )
    y, x = np.nonzero(mask)
    if len(x) < FEW_PIXELS:
        return False
    angles = np.arange(-MAX_SKEW, MAX_SKEW + 0.1)
    rows, columns = (max(sharpness(a, b, angle) for angle in angles) for a, b in ((x, y), (y, x)))
    return columns > CLEARLY * rows


def uprightness(mask: Mask) -> float:
    """Between -1 (on its head) and 1 (upright), near 0 if its letters don't tell.

    Vietnamese has most of its marks and long strokes above the small letters, few below. Measured on 150
    pages: 0.25 to 0.78 upright, -0.21 to -0.78 upside down.
    """
    ink = mask.sum(axis=1).astype(np.float64)
    dense = ink > 0.35 * np.percentile(ink[ink > 0], 90) if ink.any() else ink > 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], dense, [0]]))).reshape(-1, 2)
    lines = [
        _above_and_below(ink, int(top), int(bottom))
        for top, bottom in edges
        if LINE_ROWS[0] <= bottom - top <= LINE_ROWS[1]
    ]
    above, below = (sum(side) for side in zip(*lines, strict=True)) if lines else (0.0, 0.0)
    return (above - below) / (above + below) if above + below > FEW_PIXELS else 0.0


def _above_and_below(ink: NDArray[np.float64], top: int, bottom: int) -> tuple[float, float]:
    """Ink beside the small letters of the line between these rows."""
    core = np.flatnonzero(ink[top:bottom] > CORE * ink[top:bottom].max()) + top
    first, end = int(core[0]), int(core[-1]) + 1
    reach = max(3, int(0.8 * (end - first)))
    return float(ink[max(0, first - reach) : first].sum()), float(ink[end : end + reach].sum())
