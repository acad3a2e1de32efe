"""The marks MẬT, TỐI MẬT and TUYỆT MẬT in the head of a page.

They are stamps of capital letters in a frame 8 mm high and 20, 30 or 40 mm wide, pressed in red under the
number or over the agency. Reading drops red, so each likely stamp is cut out of the red ink and read beside the
zones; on gray scans the frames are sought instead. A mark in black without a frame is a line of its own.
"""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from ocr.cleanup import INK, Sheet
from ocr.engine import Gray, Seen
from ocr.layout import HALF, MM, Mask
from ocr.source import RED, Picture
from warehouse.records import Secrecy, Word
from warehouse.text import fold

HEAD = 0.4
"""Marks stand in this part of the page from above."""
WIDE, HIGH = (round(9 * MM), round(62 * MM)), (round(3 * MM), round(16 * MM))
"""Least and most extent of a stamp, askew or with letters alone, on the half-size sheet."""
LETTER_GAP, STROKE_GAP = round(5 * MM), round(0.6 * MM)
MOST_STAMPS = 4
CAPITAL = 34
"""Pixels of a capital letter's height that are read best."""
FRAME, HOLLOW = 0.6, 0.4
"""A frame is at least this part as long as the stamp, and its ink at most this part of what it encloses."""
TILT = 12
"""Degrees that a hand presses askew at most."""
MARKS: dict[str, tuple[Secrecy, int]] = {
    "tuyetmat": ("tuyet_mat", 2),
    "toimat": ("toi_mat", 1),
    "mat": ("mat", 0),
}
"""Each mark as folded, and how many of its letters may be misread."""


def stamps(sheet: Sheet, picture: Picture) -> list[Gray]:
    """Pictures of what may be a mark: groups of red letters, and small frames in any ink."""
    head = sheet.gray[: int(HEAD * sheet.gray.shape[0])]
    found = [] if picture.red is None else _red_stamps(picture.turned(sheet.turn).red, sheet.gray.shape[1])
    small = cv2.resize(head, None, fx=1 / HALF, fy=1 / HALF, interpolation=cv2.INTER_AREA)
    found += [_lone_line(head, box) for box in _boxes(small < INK + 20) if box[2] > 1.6 * box[3]]
    return found[:MOST_STAMPS]


def secrecy_of(read: Iterable[Sequence[Seen]], words: Iterable[Word], height: int) -> Secrecy | None:
    """The highest mark that a stamp says, or a line of its own in the head of a page so high."""
    lines: dict[int, list[str]] = {}
    for word in words:
        if word.box[3] < HEAD * height:
            lines.setdefault(word.line, []).append(word.text)
    texts = [" ".join(seen.text for seen in stamp) for stamp in read]
    texts += [text for text in map(" ".join, lines.values()) if text.isupper()]
    found = {mark for text in texts if (mark := _mark(text))}
    return next((mark for mark, _ in MARKS.values() if mark in found), None)


def _mark(text: str) -> Secrecy | None:
    letters = "".join(filter(str.isalpha, fold(text)))
    return next(
        (mark for name, (mark, most) in MARKS.items() if Levenshtein.distance(name, letters) <= most), None
    )


def _red_stamps(red: Gray | None, width: int) -> list[Gray]:
    """What is red in the head of a turned page, at the scale of a sheet so wide."""
    if red is None:
        return []
    scale = width / red.shape[1]
    plane = cv2.resize(
        red[: int(HEAD * red.shape[0])], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA
    )
    ink = (plane[::HALF, ::HALF] >= RED).astype(np.uint8)
    groups = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((STROKE_GAP, LETTER_GAP), np.uint8)) > 0
    dark = np.asarray(255 - cv2.convertScaleAbs(plane, alpha=255 / max(RED, np.percentile(plane, 99.9))))
    return [_lone_line(dark, box) for box in _boxes(groups)]


def _boxes(mask: Mask) -> list[tuple[int, int, int, int]]:
    """Left, top, width, height of the parts of a half-size mask that are as large as a mark, from above."""
    _, _, sizes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    fits = [
        (int(x), int(y), int(w), int(h))
        for x, y, w, h, _ in sizes[1:]
        if WIDE[0] <= w <= WIDE[1] and HIGH[0] <= h <= HIGH[1]
    ]
    return sorted(fits, key=lambda box: box[1])


def _lone_line(gray: Gray, box: tuple[int, int, int, int]) -> Gray:
    """The letters in a box of the half-size sheet: level, without their frame, of the best size."""
    x, y, width, height = (HALF * side for side in box)
    stamp = gray[max(0, y - 6) : y + height + 6, max(0, x - 6) : x + width + 6].copy()
    frame = _frame(stamp)
    if frame is not None:
        stamp[cv2.dilate(frame.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 255
        stamp = _levelled(stamp, frame)
    rows, columns = (np.flatnonzero((stamp < INK).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return stamp
    letters = stamp[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = CAPITAL / (0.75 * len(letters))  # a capital with its marks above and below
    return np.asarray(cv2.resize(letters, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))


def _frame(stamp: Gray) -> Mask | None:
    """The hollow part that is nearly as long as the stamp."""
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(
        (stamp < INK + 30).astype(np.uint8), connectivity=8
    )
    for label, (_, _, width, height, ink) in enumerate(sizes[1:], start=1):
        if width > FRAME * stamp.shape[1] and ink < HOLLOW * width * height:
            return np.asarray(labels == label)
    return None


def _levelled(stamp: Gray, frame: Mask) -> Gray:
    """Turned by the tilt of the frame."""
    (middle, (width, height), angle) = cv2.minAreaRect(np.argwhere(frame)[:, ::-1].astype(np.float32))
    tilt = angle if width > height else angle - 90
    if abs(tilt) > TILT:
        return stamp
    turn = cv2.getRotationMatrix2D(middle, tilt, 1.0)
    return np.asarray(cv2.warpAffine(stamp, turn, stamp.shape[::-1], borderValue=255))
