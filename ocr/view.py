"""A page made ready to be read: straight, upright, its letters found, two pages side by side told apart."""

from dataclasses import dataclass, replace

import numpy as np

from ocr.cleanup import Sheet, evenly_lit, straightened
from ocr.layout import HALF, MM, Area, Mask, letters
from ocr.orientation import lines_run_down, uprightness
from ocr.source import Picture
from ocr.spread import halves, zones

TELLING = 0.15
"""An uprightness beyond this, or below its negative, is no chance."""
A3_INCHES = 16.5
SAMPLE = round(50 * MM)
"""Rows of the half-size sheet that tell whether a page can be read."""


@dataclass(frozen=True, slots=True)
class View:
    """A straight sheet, where its letters are, and the columns from, to of each page on it (both at half size)."""

    sheet: Sheet
    mask: Mask
    pages: list[tuple[int, int]]
    uprightness: float

    @property
    def tells_the_top(self) -> bool:
        """Whether the letters leave no doubt about which way is up."""
        return abs(self.uprightness) > TELLING

    def zones(self) -> list[Area]:
        """Those of every page in reading order."""
        return zones(self.mask, self.pages)

    def wholes(self) -> list[Area]:
        """Every page as one zone."""
        height = self.sheet.gray.shape[0]
        return [Area("body", (HALF * x0, 0, HALF * x1, height)) for x0, x1 in self.pages]

    def sample(self) -> list[Area]:
        """The strip with most letters."""
        ink = np.concatenate([[0], np.cumsum(self.mask.sum(axis=1))])
        reach = min(SAMPLE, len(ink) - 1)
        top = int((ink[reach:] - ink[:-reach]).argmax())
        return [Area("body", (0, HALF * top, self.sheet.gray.shape[1], HALF * (top + reach)))]

    def mirrored(self) -> "View":
        """As seen through the paper."""
        sheet = replace(self.sheet, gray=np.ascontiguousarray(self.sheet.gray[:, ::-1]))
        return replace(self, sheet=sheet, mask=self.mask[:, ::-1])


def view_of(picture: Picture) -> View:
    """The picture's sheet, evenly lit, straight and upright."""
    view = upright(evenly_lit(picture))
    if len(view.pages) == 2 and picture.dpi is None:  # it was taken for A4, and is A3
        dpi = max(picture.width, picture.height) / A3_INCHES
        view = upright(evenly_lit(replace(picture, dpi=dpi)))
    return view


def upright(sheet: Sheet) -> View:
    """An evenly lit sheet, straight and upright as far as its letters tell."""
    view = standing(straightened(sheet.turned(1) if lines_run_down(sheet) else sheet))
    return standing(view.sheet.turned(2)) if view.uprightness < -TELLING else view


def standing(sheet: Sheet) -> View:
    """A straight sheet as it stands."""
    mask = letters(sheet.gray)
    pages = halves(sheet.gray, mask)
    return View(sheet, mask, pages, max((uprightness(mask[:, x0:x1]) for x0, x1 in pages), key=abs))
