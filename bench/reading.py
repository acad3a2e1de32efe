"""Reading against raw Tesseract on the same pages in one run: CPU seconds a page, and character errors.

Run: python -m bench.reading [FOLDER] [--pages N]. A table on stdout, the same figures in bench/out/reading.json.
Raw is pytesseract as it comes: the first page as a picture (a PDF's by pdf2image), model vie, psm 3, one thread.
Truth is NAME.json beside the file or in ../truth: "orders", or "pages", or "full_text".
"""

import argparse
import json
import os
import resource
import statistics
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import pdf2image
import pytesseract
from PIL import Image
from rapidfuzz.distance import Levenshtein
from tqdm import tqdm

from ocr.page import read_page
from ocr.source import is_pdf
from ocr.tesseract import TesseractEngine
from warehouse.records import Limits, PageReading

ROOT = Path(__file__).parent
OUT = ROOT / "out" / "reading.json"
MADE, REAL = ROOT.parent / "samples" / "made", ROOT.parent.parent / "shared" / "realscans"
KINDS = {".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff"}
T = TypeVar("T")
PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."})


@dataclass(frozen=True)
class Row:
    """CPU seconds of one page (raw; ours in this process, ours in Tesseract) and character error rates."""

    file: str
    path: str
    raw: float
    outside: float
    tesseract: float
    raw_errors: float | None
    errors: float | None


def main() -> None:
    """Read the first page of every file both ways, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=MADE if MADE.exists() else REAL)
    parser.add_argument("--pages", type=int, default=40, help="at most so many files, spread over the folder")
    options = parser.parse_args()
    files = sorted(path for path in options.folder.rglob("*") if path.suffix.lower() in KINDS)
    step = -(-len(files) // options.pages) or 1
    os.environ["OMP_THREAD_LIMIT"] = "1"
    rows = [_measured(path) for path in tqdm(files[::step], unit="page", disable=None)]
    _report(rows)


def _measured(path: Path) -> Row:
    truth = _truth(path)
    reading, outside, tesseract = _cpu(lambda: read_page(path, 1, TesseractEngine(), Limits()))
    text, raw_here, raw_tesseract = _cpu(lambda: _raw(path))
    raw_errors, errors = _errors(text, truth), _errors(reading.text, truth)
    return Row(path.name, _how(reading), raw_here + raw_tesseract, outside, tesseract, raw_errors, errors)


def _how(reading: PageReading) -> str:
    return reading.path if reading.status == "ok" else reading.reason or reading.status


def _raw(path: Path) -> str:
    picture = pdf2image.convert_from_path(path, last_page=1)[0] if is_pdf(path) else Image.open(path)
    return str(pytesseract.image_to_string(picture, "vie", "--psm 3"))


def _cpu(work: Callable[[], T]) -> tuple[T, float, float]:
    """What the work gives, and its CPU seconds in this process and in the programs it started."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    before = [resource.getrusage(kind) for kind in kinds]
    result = work()
    after = [resource.getrusage(kind) for kind in kinds]
    here, below = (
        b.ru_utime + b.ru_stime - a.ru_utime - a.ru_stime for a, b in zip(before, after, strict=True)
    )
    return result, here, below


def _truth(path: Path) -> list[str]:
    """The first page's text in each order of columns that is right; none if nobody wrote it down."""
    for folder in (path.parent, path.parent.parent / "truth"):
        for known in (folder / f"{path.stem}.json", folder / f"{path.name}.json"):
            if known.exists():
                return _orders(json.loads(known.read_text(encoding="utf-8")))
    return []


def _orders(truth: dict[str, Any]) -> list[str]:
    orders = truth.get("orders") or truth.get("pages", [])[:1] or [truth.get("full_text", "")]
    return ["\n".join(order) if isinstance(order, list) else order for order in orders if order]


def _errors(text: str, truth: list[str]) -> float | None:
    plain, *orders = (
        " ".join(unicodedata.normalize("NFC", one).translate(PLAIN).split()) for one in (text, *truth)
    )
    return min((Levenshtein.distance(one, plain) / len(one) for one in orders), default=None)


def _report(rows: list[Row]) -> None:
    for row in rows:
        rates = " ".join(
            "     –" if rate is None else f"{rate:6.2%}" for rate in (row.raw_errors, row.errors)
        )
        times = f"{row.raw:6.2f} {row.tesseract:6.2f} {row.outside:6.2f}"
        print(f"{row.file[:40]:40s} {row.path:10s} {times} {rates}")
    raw = sum(row.raw for row in rows)
    known = [
        (row.raw_errors, row.errors) for row in rows if row.errors is not None and row.raw_errors is not None
    ]
    total = {
        "pages": len(rows),
        "raw_cpu_s_per_page": raw / len(rows),
        "cpu_against_raw": sum(row.outside + row.tesseract for row in rows) / raw,
        "outside_tesseract_against_raw": sum(row.outside for row in rows) / raw,
        "raw_cer": statistics.mean(one for one, _ in known) if known else None,
        "cer": statistics.mean(one for _, one in known) if known else None,
    }
    print(json.dumps(total, indent=1))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(
        json.dumps({"total": total, "rows": [asdict(row) for row in rows]}, indent=1, ensure_ascii=False)
    )


if __name__ == "__main__":
    main()
