"""Two pages scanned side by side: an open book, or an A3 sheet."""

import cv2
import numpy as np

from ocr.cleanup import INK
from ocr.engine import Gray
from ocr.layout import HALF, Area, Mask, areas, lines_between

WIDER = 1.2
"""Two pages side by side are at least so much wider than high."""
MIDDLE = (0.42, 0.58)
GUTTER = 0.035
"""The white between both pages' texts, as part of the sheet's width: 15 mm of A3."""
STRAY = 6
"""Pixels of dirt that a white column may hold."""
WIDE_LINE = 0.55
"""Part of its half that a line of running text fills; recipients and signatures are narrower."""
FULL, SOME = 5, 2
"""Least wide lines on one of the pages, and lines on the other."""


def halves(gray: Gray, mask: Mask) -> list[tuple[int, int]]:
    """The columns from, to of each page on a sheet, in pixels of its half-size mask of letters."""
    height, width = mask.shape
    x = _gutter(gray, mask) if width > WIDER * height else None
    return [(0, width)] if x is None else [(0, x), (x, width)]


def zones(mask: Mask, pages: list[tuple[int, int]]) -> list[Area]:
    """The zones of every page, all of the left one before those of the right one."""
    return [
        Area(area.zone, (area.box[0] + HALF * x0, area.box[1], area.box[2] + HALF * x0, area.box[3]))
        for x0, x1 in pages
        for area in areas(mask[:, x0:x1])
    ]


def _gutter(gray: Gray, mask: Mask) -> int | None:
    """The middle of a white channel from top to bottom, if no rule of a table crosses it and text stands beside."""
    width = mask.shape[1]
    first, end = (int(part * width) for part in MIDDLE)
    white = np.concatenate([[0], mask[:, first:end].sum(axis=0) <= STRAY, [0]])
    runs = np.flatnonzero(np.diff(white)).reshape(-1, 2) + first
    left, right = max(runs.tolist(), key=lambda run: run[1] - run[0], default=(0, 0))
    x = (left + right) // 2
    if right - left < GUTTER * width:
        return None
    beside = [lines_between(mask, 0, x), lines_between(mask, x, width)]
    wide = [sum(line.width > WIDE_LINE * width / 2 for line in column) for column in beside]
    has_text = max(wide) >= FULL and min(map(len, beside)) >= SOME
    return x if has_text and not _is_crossed(gray, mask, left, right) else None


def _is_crossed(gray: Gray, mask: Mask, left: int, right: int) -> bool:
    """Whether a rule runs from side to side, above the last line and below the first."""
    rows = np.flatnonzero(mask.any(axis=1))
    channel = gray[HALF * rows[0] : HALF * rows[-1], HALF * left : HALF * right]
    ink = cv2.dilate((channel < INK).astype(np.uint8), np.ones((5, 1), np.uint8))
    return bool((ink.mean(axis=1) > 0.9).any())
