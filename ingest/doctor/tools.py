"""The programs, models and fonts beside ours, and the process that parses strangers' files."""

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ingest.doctor.finding import Findings, fine
from ingest.reader import Reader
from warehouse.errors import Refused, Unavailable
from warehouse.settings import Settings

TOOL_SECONDS = 5
PAGE_SECONDS = 8


def tesseract() -> Findings:
    """It runs, and has the language we read."""
    from ocr.tesseract import TesseractEngine  # with OpenCV

    model = TesseractEngine().model
    version = _said("tesseract", "--version", package="tesseract-ocr")
    if model not in _said("tesseract", "--list-langs", package="tesseract-ocr").split():
        raise Unavailable("language_missing", model=model, package=f"tesseract-ocr-{model}")
    yield fine("tool_ok", tool=f"{_first_line(version)} ({model})")


def poppler() -> Findings:
    """It runs."""
    yield fine("tool_ok", tool=_first_line(_said("pdftoppm", "-v", package="poppler-utils")))


def fonts() -> Findings:
    """Those of searchable PDFs, labels and separators."""
    from ingest.sheets_to_print import BOLD, REGULAR, load_font

    for name in (REGULAR, BOLD):
        load_font(name)
    yield fine("tool_ok", tool=f"{REGULAR}, {BOLD}")


def reader(settings: Settings) -> Findings:
    """It starts under its limits and reads a page of one word."""
    limits = replace(settings.limits, page_seconds=min(settings.page_seconds, PAGE_SECONDS))
    with tempfile.TemporaryDirectory(prefix="khoso-") as folder, Reader(limits) as opened:
        page = _drawn(Path(folder) / "page.png")
        try:
            opened.inspect(page)
        except (Refused, OSError) as error:  # OSError: this user may not start the interpreter
            raise Unavailable("reader_fails", error=error) from error
        reading = opened.read_page(page, 1)
    if reading.status != "ok":
        raise Unavailable("reader_fails", error=reading.reason or reading.status)
    yield fine("reader_ok")


def _said(tool: str, option: str, package: str) -> str:
    """What a program says of itself, on whichever stream."""
    try:
        done = subprocess.run(
            [tool, option], capture_output=True, text=True, timeout=TOOL_SECONDS, check=False
        )
    except OSError as error:
        raise Unavailable("tool_missing", tool=tool, package=package) from error
    return done.stdout + done.stderr


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def _drawn(path: Path) -> Path:
    picture = Image.new("L", (800, 300), 255)
    ImageDraw.Draw(picture).text((60, 100), "KHO SO 12345", 0, ImageFont.load_default(60))
    picture.save(path)
    return path
