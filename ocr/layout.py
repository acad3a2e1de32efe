"""Where the zones of a paper laid out after NĐ 30/2020 lie: header and footer in two columns, body between.

Everything is measured on the letters of a sheet at half its size: marks too large (seals, signatures, rules)
or too small (specks) don't count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.cleanup import INK
from ocr.engine import Gray
from ocr.source import READING_DPI
from warehouse.records import Box, Zone

Mask = NDArray[np.bool_]
Sizes = NDArray[Any]

HALF = 2
MM = READING_DPI / HALF / 25.4
"""Pixels of the half-size sheet in a millimetre of A4."""
SPECK, DASH_WIDTH, LETTER_HEIGHT, LETTER_WIDTH = round(0.8 * MM), round(4 * MM), round(9 * MM), round(20 * MM)
WORD_GAP, WORD_WIDTH = round(5 * MM), round(4 * MM)
SIGNATURE_WIDTH = round(26 * MM)
"""Signatures and seals make groups of marks narrower than this; lines of a body's text are wider."""
HEADER_GUTTER, FOOTER_GUTTER = round(2.4 * MM), round(5 * MM)
"""White channels between two columns are at least this wide."""
SPACE, LOOSE_SPACE = round(2.2 * MM), round(8 * MM)
"""Spaces between words are narrower: in a heading, and in a justified line with a dash."""
STRAY = round(1.5 * MM)
LINE, PITCH = round(1.2 * MM), round(6 * MM)
"""Least height of a line's letters; usual distance of two lines."""
NARROW, NAME = round(40 * MM), round(10 * MM)
"""Least width of a page's text, and of a signer's name or capacity: a flourish behind the last word is shorter."""
MARGIN = round(2 * MM)


@dataclass(frozen=True, slots=True)
class Area:
    """One zone of a sheet; its box in the sheet's pixels."""

    zone: Zone
    box: Box


@dataclass(frozen=True, slots=True)
class Line:
    """The letters of one line in one column, without what hangs above and below: rows and columns from, to."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def width(self) -> int:
        """In pixels of the half-size sheet, as everything here."""
        return self.right - self.left

    @property
    def middle(self) -> float:
        """The column in its middle."""
        return (self.left + self.right) / 2


def letters(gray: Gray) -> Mask:
    """Where letters in words are, on the sheet at half its size."""
    small = cv2.resize(gray, None, fx=1 / HALF, fy=1 / HALF, interpolation=cv2.INTER_AREA)
    single = parts(small < INK + 20, _is_letter)
    return _in_groups(single, WORD_WIDTH)


def _is_letter(width: Sizes, height: Sizes) -> Mask:
    is_dash = (width >= SPECK) & (width <= DASH_WIDTH)
    return np.asarray(((height >= SPECK) | is_dash) & (height <= LETTER_HEIGHT) & (width <= LETTER_WIDTH))


def areas(mask: Mask) -> list[Area]:
    """The zones of a sheet in reading order; only the body if there is neither header nor footer."""
    top, header = _header(mask)
    bottom, footer = _footer(mask, top)
    body = _around(mask, "body", 0, top, mask.shape[1], bottom)
    return [area for area in (*header, body, *footer) if area is not None]


def _header(mask: Mask) -> tuple[int, list[Area | None]]:
    """The row where the body begins, and the two columns above: agency and number, motto and date."""
    left, right = _text_sides(mask)
    x, end = _channel(mask, left, right, HEADER_GUTTER)
    columns = lines_between(mask, 0, x), lines_between(mask, x, mask.shape[1])
    agency, beside = ([line for line in lines if line.bottom <= end - STRAY] for lines in columns)
    motto = list(takewhile(lambda line: line.middle > left + 0.58 * (right - left), beside))
    motto = list(takewhile(lambda line: not _goes_on(columns[0], line, SPACE), motto))
    if len(agency) < 2 or not _is_motto(motto, right - left):
        return 0, []
    below = min([end - STRAY, *(line.top for line in columns[1][len(motto) : len(motto) + 1])])
    above = max(line.bottom for line in (*motto, *agency) if line.bottom <= below)
    bottom = (above + below) // 2
    return bottom, [
        _around(mask, "header_left", 0, 0, x, bottom),
        _around(mask, "header_right", x, 0, mask.shape[1], bottom),
    ]


def _is_motto(lines: list[Line], width: int) -> bool:
    """A wide line and below it, under its middle, one clearly narrower or wider: not the ends of justified lines."""
    if len(lines) < 2 or lines[0].width < 0.3 * width:
        return False
    first, second = lines[:2]
    return abs(first.middle - second.middle) < PITCH and abs(first.width - second.width) > 0.06 * first.width


def _footer(mask: Mask, top: int) -> tuple[int, list[Area | None]]:
    """The row where the body ends, and the two columns below: recipients, and who signs in what capacity."""
    left, right = _text_sides(mask)
    wide = _in_groups(mask[top:][::-1], SIGNATURE_WIDTH)
    x, depth = _channel(wide, left, right, FOOTER_GUTTER)
    start = len(mask) - depth
    columns = lines_between(mask, 0, x), lines_between(mask, x, mask.shape[1])
    recipients, signing = ([line for line in lines if line.top >= start + STRAY] for lines in columns)
    signing = list(
        dropwhile(lambda line: line.width < NAME or _goes_on(columns[0], line, LOOSE_SPACE), signing)
    )
    if not signing or len(signing) + len(recipients) < 3:
        return len(mask), []
    first = signing[0].top - PITCH * 2 // 3 if len(signing) > 1 else start
    below = min(line.top for line in (*signing, *recipients) if line.top > first)
    above = max([top, *(line.bottom for lines in columns for line in lines if line.bottom <= below)])
    bottom = (above + below) // 2
    return bottom, [
        _around(mask, "footer_left", 0, bottom, x, len(mask)),
        _around(mask, "footer_right", x, bottom, mask.shape[1], len(mask)),
    ]


def _goes_on(column: list[Line], line: Line, gap: int) -> bool:
    """Whether a line right of the channel is the rest of one left of it, which crosses in a space of words."""
    return any(
        line.left - one.right < gap and min(one.bottom, line.bottom) - max(one.top, line.top) > LINE // 2
        for one in column
    )


def _text_sides(mask: Mask) -> tuple[int, int]:
    columns = np.flatnonzero(mask.sum(axis=0) > LINE)
    sides = (int(columns[0]), int(columns[-1])) if len(columns) else (0, 0)
    return sides if sides[1] - sides[0] > NARROW else (0, mask.shape[1])


def _channel(mask: Mask, left: int, right: int, gutter: int) -> tuple[int, int]:
    """The column where a white channel reaches deepest from the first row on, and the row where ink ends it."""
    wide = cv2.dilate(mask.astype(np.uint8), np.ones((1, gutter), np.uint8))
    width = right - left
    first = left + width // 4
    crossed = np.cumsum(wide[:, first : left + width * 6 // 10], axis=0, dtype=np.int32) > STRAY
    depth = np.where(crossed.any(axis=0), crossed.argmax(axis=0), len(mask))
    deepest = np.flatnonzero(depth == depth.max())
    return first + int(deepest[len(deepest) // 2]), int(depth.max())


def lines_between(mask: Mask, x0: int, x1: int) -> list[Line]:
    """The lines of text in a column: rows where ink is dense, for what hangs from a line may reach the next."""
    part = mask[:, x0:x1]
    ink = part.sum(axis=1)
    reach = np.where(ink > 0, part.shape[1] - part[:, ::-1].argmax(axis=1) - part.argmax(axis=1), 1)
    dense = np.concatenate([[False], (ink >= LINE) & (ink > 0.12 * reach), [False]])
    edges = np.flatnonzero(np.diff(dense.astype(np.int8))).reshape(-1, 2)
    return [_line(part, x0, int(a), int(b)) for a, b in edges if b - a >= LINE]


def _line(part: Mask, x0: int, top: int, bottom: int) -> Line:
    columns = np.flatnonzero(part[top:bottom].any(axis=0))
    return Line(top, bottom, x0 + int(columns[0]), x0 + int(columns[-1]))


def _in_groups(mask: Mask, width: int) -> Mask:
    """The letters that make words or lines of at least this width."""
    groups = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, WORD_GAP), np.uint8))
    return mask & parts(groups > 0, lambda w, h: (w >= width) & (h >= SPECK))


def parts(mask: Mask, wanted: Callable[[Sizes, Sizes], Mask]) -> Mask:
    """Of the connected parts of a mask those whose widths and heights are wanted."""
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    keep = wanted(sizes[:, cv2.CC_STAT_WIDTH], sizes[:, cv2.CC_STAT_HEIGHT])
    keep[0] = False
    return np.asarray(keep[labels], dtype=np.bool_)


def _around(mask: Mask, zone: Zone, x0: int, y0: int, x1: int, y1: int) -> Area | None:
    """The zone drawn tight around its letters, with a margin that stays inside; None if it has none."""
    part = mask[y0:y1, x0:x1]
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if not len(rows):
        return None
    left, right = max(x0 + columns[0] - MARGIN, x0), min(x0 + columns[-1] + 1 + MARGIN, x1)
    top, bottom = max(y0 + rows[0] - MARGIN, y0), min(y0 + rows[-1] + 1 + MARGIN, y1)
    return Area(zone, (HALF * int(left), HALF * int(top), HALF * int(right), HALF * int(bottom)))
