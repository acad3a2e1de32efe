"""Tesseract, called once a page however many zones the page has."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import pytesseract

from ocr.engine import Gray, Layout, Seen
from warehouse.errors import Refused, Unavailable

# Tesseract's own threads double the CPU for no gain: pages run side by side in processes instead.
os.environ["OMP_THREAD_LIMIT"] = "1"

PAGE_MODE = {"block": 6, "page": 3}
WORD_LEVEL = "5"


class TesseractEngine:
    """Reads with one of Tesseract's models, by default the Vietnamese one."""

    def __init__(self, model: str = "vie") -> None:
        self.model = model

    def recognise(self, pictures: Sequence[Gray], layout: Layout, seconds: float) -> list[list[Seen]]:
        """See Engine. A list file of uncompressed pictures saves a model load a zone and the PNG work."""
        if not pictures:
            return []
        with tempfile.TemporaryDirectory(prefix="khoso-") as folder:
            table = self._run(_listed(pictures, Path(folder)), layout, seconds)
        return _words(table, len(pictures))

    def _run(self, listing: Path, layout: Layout, seconds: float) -> str:
        config = f"--psm {PAGE_MODE[layout]} --dpi 200 -c tessedit_do_invert=0"
        try:
            return str(pytesseract.image_to_data(str(listing), self.model, config, timeout=seconds))
        except pytesseract.TesseractNotFoundError as error:
            raise Unavailable("tool_missing", tool="tesseract", package="tesseract-ocr-vie") from error
        except pytesseract.TesseractError as error:
            raise Refused("page_unreadable") from error
        except RuntimeError as error:  # how pytesseract says that the time is up
            raise Refused("reader_timeout", seconds=round(seconds)) from error


def _listed(pictures: Sequence[Gray], folder: Path) -> Path:
    # BMP, for Leptonica decodes PNG slowly and reads PGM one byte at a time.
    paths = [folder / f"{number}.bmp" for number in range(len(pictures))]
    for path, picture in zip(paths, pictures, strict=True):
        cv2.imwrite(str(path), picture)
    listing = folder / "pictures.txt"
    listing.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
    return listing


def _words(table: str, pictures: int) -> list[list[Seen]]:
    """Rows of Tesseract's TSV: level page block paragraph line word left top width height conf text."""
    found: list[list[Seen]] = [[] for _ in range(pictures)]
    lines: list[dict[tuple[str, ...], int]] = [{} for _ in range(pictures)]
    for row in table.splitlines()[1:]:
        level, *place, left, top, width, height, confidence, text = row.split("\t")
        if level != WORD_LEVEL or not text.strip():
            continue
        picture = int(place[0]) - 1
        line = lines[picture].setdefault(tuple(place[1:4]), len(lines[picture]))
        x, y = int(left), int(top)
        box = (x, y, x + int(width), y + int(height))
        found[picture].append(Seen(text, box, float(confidence) / 100, line))
    return found
