"""From a page's picture to a flat, evenly lit, straight sheet, and back from its boxes to the page's."""

from dataclasses import dataclass, replace
from math import degrees, tan
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engine import Gray
from ocr.source import LONG_SIDE, READING_DPI, Picture
from warehouse.records import Box

# Pages are read side by side in processes; threads inside one would only get in their way.
cv2.setNumThreads(1)

Matrix = NDArray[np.float64]

INK = 150
"""Darker than this on an evenly lit sheet (paper 255) is ink; what shines through from the back is lighter."""
MAX_SKEW = 5.0
SHEET_STEP = 0.25
"""Mean step of brightness (natural logarithm) along the edges of a sheet that is worth cutting out."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is read: paper white, lines level, about READING_DPI; `back` leads its points to the page's.

    `turn`: quarter turns clockwise that the page, whose size is width × height, was given here.
    """

    gray: Gray
    back: Matrix
    width: int
    height: int
    turn: int = 0

    def box_on_page(self, box: Box) -> Box:
        """The box of the page (width × height) around a box of this sheet."""
        x0, y0, x1, y1 = box
        corners = np.array([[[x0, y0], [x1, y0], [x1, y1], [x0, y1]]], dtype=np.float64)
        points = cv2.perspectiveTransform(corners, self.back)[0]
        left, top = np.clip(points.min(axis=0), 0, (self.width, self.height))
        right, bottom = np.clip(points.max(axis=0), 0, (self.width, self.height))
        return round(left), round(top), round(right), round(bottom)

    def turned(self, quarters: int) -> "Sheet":
        """Turned clockwise by so many right angles, and the page with it."""
        turned = self
        for _ in range(quarters % 4):
            back = np.linalg.inv(_quarter(turned.height)) @ turned.back @ _quarter(turned.gray.shape[0])
            gray = np.ascontiguousarray(np.rot90(turned.gray, -1))
            turned = Sheet(gray, back, turned.height, turned.width, (turned.turn + 1) % 4)
        return turned


def _quarter(height: int) -> Matrix:
    """From the points of a picture turned a quarter clockwise to those of the picture, so high, before."""
    return np.array([[0.0, 1, 0], [-1, 0, height], [0, 0, 1]])


def cleaned(picture: Picture) -> Sheet:
    """Flat, evenly lit, straight."""
    return straightened(evenly_lit(picture))


def evenly_lit(picture: Picture) -> Sheet:
    """Shrunk, flattened, lit evenly; its lines may still run askew, or down the page."""
    gray, back = _shrunk(picture)
    gray, step = _flattened(gray)
    return Sheet(_lit(gray), back @ step, picture.width, picture.height)


def _shrunk(picture: Picture) -> tuple[Gray, Matrix]:
    """To READING_DPI; a picture that doesn't tell its resolution is taken for A4."""
    gray, page = picture.gray, (picture.width, picture.height)
    wanted = max(page) * READING_DPI / picture.dpi if picture.dpi else LONG_SIDE
    scale = wanted / max(gray.shape)
    if scale < 0.95:
        gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return gray, np.diag([picture.width / gray.shape[1], picture.height / gray.shape[0], 1.0])


def _flattened(gray: Gray) -> tuple[Gray, Matrix]:
    """A photograph's sheet cut out of its dark surroundings, its corners square again."""
    corners = _sheet_corners(gray)
    if corners is None:
        return gray, np.eye(3)
    top, right, bottom, left = (np.linalg.norm(corners[i] - corners[(i + 1) % 4]) for i in range(4))
    width, height = int(max(top, bottom)), int(max(left, right))
    square = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    forth = cv2.getPerspectiveTransform(corners, square)
    flat = cv2.warpPerspective(gray, forth, (width, height), borderValue=255)
    return flat, np.linalg.inv(forth)


def _sheet_corners(gray: Gray) -> NDArray[np.float32] | None:
    """Four corners from the upper left clockwise, if a bright sheet with straight edges lies on a darker ground.

    A shadow across the sheet cuts it in two under most thresholds: of those that leave four corners,
    the one counts whose sides lie on the sharpest step of brightness.
    """
    scale = 500 / max(gray.shape)
    small = cv2.medianBlur(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), 7)
    steps = cv2.morphologyEx(np.log(small.astype(np.float32) + 10), cv2.MORPH_GRADIENT, np.ones((3, 3)))
    found = [four for level in range(60, 200, 15) if (four := _four_corners(small > level)) is not None]
    if not found:
        return None
    step, best = max(((_mean_along(steps, four), four) for four in found), key=lambda one: one[0])
    return _clockwise(best.reshape(4, 2) / scale) if step > SHEET_STEP else None


def _four_corners(bright: NDArray[np.bool_]) -> NDArray[np.int32] | None:
    outlines, _ = cv2.findContours(bright.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(outlines, key=cv2.contourArea, default=np.zeros((1, 1, 2), np.int32))
    four = cv2.approxPolyDP(cv2.convexHull(outline), 0.03 * cv2.arcLength(outline, True), True)
    area = cv2.contourArea(four)
    fits = len(four) == 4 and 0.3 < area / bright.size < 0.97 and cv2.contourArea(outline) > 0.95 * area
    return np.asarray(four, dtype=np.int32) if fits else None


def _mean_along(values: NDArray[np.float32], corners: NDArray[np.int32]) -> float:
    line = cv2.polylines(np.zeros(values.shape, np.uint8), [corners], True, 1, thickness=3)
    return float(values[line > 0].mean())


def _clockwise(points: NDArray[Any]) -> NDArray[np.float32]:
    """The corners in order, the one nearest to the picture's upper left first."""
    across, down = (points - points.mean(axis=0)).T
    around = points[np.argsort(np.arctan2(down, across))]
    return np.roll(around, -around.sum(axis=1).argmin(), axis=0).astype(np.float32)


def _lit(gray: Gray) -> Gray:
    """Divided by the paper's own brightness: shadows and grey paper turn white."""
    height, width = gray.shape
    small = cv2.resize(gray, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 21)
    paper = cv2.resize(np.maximum(paper, 40), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(gray, paper, scale=255), dtype=np.uint8)


def straightened(sheet: Sheet) -> Sheet:
    """Its lines level."""
    slope = skew(sheet.gray)
    if abs(slope) < 0.002:
        return sheet
    height, width = sheet.gray.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees(np.arctan(slope)), 1.0)
    level = cv2.warpAffine(sheet.gray, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
    return replace(sheet, gray=level, back=sheet.back @ np.linalg.inv(np.vstack([turn, [0, 0, 1]])))


def skew(gray: Gray) -> float:
    """How many pixels lines fall per pixel to the right: the slope under which rows of ink are sharpest."""
    small = cv2.resize(gray, None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA)
    y, x = np.nonzero(small < INK + 40)
    if not len(x):
        return 0.0
    best = max(np.arange(-MAX_SKEW, MAX_SKEW + 0.1, 0.5), key=lambda angle: sharpness(x, y, angle))
    fine = max(np.arange(best - 0.5, best + 0.55, 0.1), key=lambda angle: sharpness(x, y, angle))
    return tan(np.radians(fine))


def sharpness(x: NDArray[Any], y: NDArray[Any], angle: float) -> float:
    """How strongly ink at these points alternates between rows that fall by so many degrees."""
    rows = np.bincount((y - x * tan(np.radians(angle)) + x.max()).astype(np.int64))
    return float((np.diff(rows.astype(np.float64)) ** 2).sum())
