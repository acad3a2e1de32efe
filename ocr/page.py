"""One page of a file, from its path to its words: the door of this room."""

from dataclasses import dataclass, replace
from pathlib import Path

from ocr.blank import has_drawing, made_dark, says_nothing
from ocr.cleanup import straightened
from ocr.codes import codes
from ocr.engine import Engine
from ocr.layout import letters
from ocr.likeness import image_hash
from ocr.pdf import drawn_picture, glimpse, is_scan, opened, scan_picture
from ocr.recognition import recognised, recognised_beside, sureness
from ocr.secrecy import secrecy_of, stamps
from ocr.source import Picture, image_picture, is_pdf
from ocr.textlayer import text_layer
from ocr.view import View, standing, upright, view_of
from warehouse.errors import Refused
from warehouse.records import Limits, PageReading, ReadingPath, Secrecy, Word

DOUBTFUL = 0.6
"""A mean confidence below this makes it worth reading a page another way."""
ASKANCE = 0.8
"""The same for a page whose letters don't tell which way is up."""
SAMPLE_WORDS, LEGIBLE_SAMPLE = 4, 0.7
"""Pale letters that make so many words, so sure in the mean, can be read."""
SURER = 0.2
"""Letters of the other side are at least so much surer when mirrored."""
WORD_PIXELS = 24
"""A picture with a shorter side has no room for a word."""


def read_page(path: Path, number: int, engine: Engine, limits: Limits, password: str = "") -> PageReading:
    """Page `number` (from 1) of a PDF or an image file; one that cannot be read says why.

    Raises Unavailable when a tool is missing: that is no fault of the page.
    """
    try:
        if not is_pdf(path):
            return _Reader(number, engine, limits).read(image_picture(path, number, limits))
        return _read_pdf(path, number, engine, limits, password)
    except Refused as error:
        return PageReading(number, 0, 0, "failed", reason=error.reason)


def _read_pdf(path: Path, number: int, engine: Engine, limits: Limits, password: str) -> PageReading:
    with opened(path, password) as document:
        page = document[number - 1]
        picture = scan_picture(path, number, page, limits, password) if is_scan(page) else None
        if picture is None and (reading := text_layer(document, number)) is not None:
            return _with_looks(reading, glimpse(page))
        picture = picture or drawn_picture(path, number, page, limits, password)
    return _Reader(number, engine, limits).read(picture)


def _with_looks(reading: PageReading, picture: Picture) -> PageReading:
    """A page with text of its own: what its picture tells beside the text."""
    return replace(
        reading,
        secrecy=secrecy_of((), reading.words, reading.height),
        codes=codes(picture.gray),
        image_hash=image_hash(picture.gray, letters(picture.gray)),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the picture of one page."""

    number: int
    engine: Engine
    limits: Limits

    def read(self, picture: Picture) -> PageReading:
        """By zones; if that is doubtful, upside down as well, then without zones: the surest reading counts."""
        if min(picture.gray.shape) < WORD_PIXELS:
            return PageReading(self.number, picture.width, picture.height, "blank")
        view = view_of(picture)
        reading = self._by_zones(view, picture)
        if reading.words and not view.tells_the_top and sureness(reading.words) < ASKANCE:
            view, reading = self._turned(view, reading, picture)
        if reading.words and sureness(reading.words) < DOUBTFUL:
            reading = max(reading, self._whole(view, reading.secrecy), key=lambda one: sureness(one.words))
        signs = codes(view.sheet.gray)
        if not signs and self._is_blank(view, picture, reading):
            return self._faint(view) or PageReading(self.number, picture.width, picture.height, "blank")
        return replace(reading, codes=signs, image_hash=image_hash(view.sheet.gray, view.mask))

    def _turned(self, view: View, reading: PageReading, picture: Picture) -> tuple[View, PageReading]:
        """The surest way up; a page that was found lying on its side may not have been."""
        ways = [(view, reading)]
        for quarters in (1, 2, 3) if view.sheet.turn % 2 else (2,):
            turned = standing(straightened(view.sheet.turned(quarters)))
            ways.append((turned, self._by_zones(turned, picture)))
        return max(ways, key=lambda way: sureness(way[1].words))

    def _by_zones(self, view: View, picture: Picture) -> PageReading:
        cuts = stamps(view.sheet, picture)
        words, told = recognised_beside(
            view.sheet, view.zones(), cuts, "block", self.engine, self.limits.page_seconds
        )
        secrecy = secrecy_of(told, words, view.sheet.height)
        return replace(self._reading(view, "zones", words), secrecy=secrecy)

    def _whole(self, view: View, secrecy: Secrecy | None) -> PageReading:
        words = recognised(view.sheet, view.wholes(), "page", self.engine, self.limits.page_seconds)
        return replace(self._reading(view, "whole", words), secrecy=secrecy)

    def _reading(self, view: View, path: ReadingPath, words: list[Word]) -> PageReading:
        width, height, turn = view.sheet.width, view.sheet.height, view.sheet.turn
        confidence = sureness(words) if words else None
        return PageReading(self.number, width, height, "ok", None, path, confidence, tuple(words), turn)

    def _is_blank(self, view: View, picture: Picture, reading: PageReading) -> bool:
        """Whether nothing stands on this side of the paper: what shines through is the other side's."""
        if says_nothing(reading.words):
            return not reading.secrecy and not has_drawing(view.sheet, picture)
        doubt = sureness(reading.words)
        return doubt < DOUBTFUL and sureness(self._sample(view.mirrored())) > doubt + SURER

    def _faint(self, view: View) -> PageReading | None:
        """What pale letters say, if anybody can read them."""
        gray = made_dark(view.sheet.gray)
        if gray is None:
            return None
        darker = upright(replace(view.sheet, gray=gray))
        sample = self._sample(darker)
        if len(sample) < SAMPLE_WORDS or sureness(sample) < LEGIBLE_SAMPLE:
            return None
        words = recognised(darker.sheet, darker.zones(), "block", self.engine, self.limits.page_seconds)
        reading = self._reading(darker, "zones", words)
        return replace(reading, image_hash=image_hash(darker.sheet.gray, darker.mask))

    def _sample(self, view: View) -> list[Word]:
        """The words in the strip of the sheet with most letters."""
        return recognised(view.sheet, view.sample(), "block", self.engine, self.limits.page_seconds)
