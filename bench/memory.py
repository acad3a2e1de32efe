"""Memory of reading one long scan: how much the parent, the child and Tesseract ever held.

Makes a PDF of 300-dpi A4 JPEG pages, reads every page through ingest.reader, and shows that the greatest
resident size (VmHWM) stays under 600 MB and does not grow with the pages.
"""

import argparse
import json
import tempfile
import time
from collections import defaultdict
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Thread

import pikepdf
import psutil
from PIL import Image, ImageDraw, ImageFont
from tqdm import tqdm

from ingest.reader import Reader
from warehouse.records import Limits

OUT = Path(__file__).parent / "out" / "memory.json"
FONT = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"
A4 = (2480, 3508)
A4_POINTS = (595, 842)
LIMIT_MB = 600
LOOK_SECONDS = 0.05


def make_scan(path: Path, pages: int) -> None:
    """Pages of the same text with a number of their own, each one full-page colour JPEG."""
    ground = Image.effect_noise(A4, 12).convert("RGB")
    draw = ImageDraw.Draw(ground)
    font = ImageFont.truetype(FONT, 54)
    for line in range(14):
        text = "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc"
        draw.text((250, 500 + 200 * line), text, 0, font)
    pdf = pikepdf.new()
    for number in range(1, pages + 1):
        picture = ground.copy()
        ImageDraw.Draw(picture).text((250, 200), f"Trang {number}", 0, font)
        _add_page(pdf, picture)
    pdf.save(path)


def _add_page(pdf: pikepdf.Pdf, picture: Image.Image) -> None:
    jpeg = BytesIO()
    picture.save(jpeg, "JPEG", quality=60, dpi=(300, 300))
    name = pikepdf.Name
    scan = pdf.make_stream(
        jpeg.getvalue(), Type=name.XObject, Subtype=name.Image, Width=A4[0], Height=A4[1],
        ColorSpace=name.DeviceRGB, BitsPerComponent=8, Filter=name.DCTDecode,
    )  # fmt: skip
    page = pdf.add_blank_page(page_size=A4_POINTS)
    page.resources[name.XObject] = pikepdf.Dictionary(Scan=scan)
    page.contents_add(f"q {A4_POINTS[0]} 0 0 {A4_POINTS[1]} 0 0 cm /Scan Do Q".encode())


class Watch:
    """Keeps the greatest VmHWM of each kind of process, looking twenty times a second."""

    def __init__(self) -> None:
        self.greatest_mb: dict[str, float] = defaultdict(float)
        self._over = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        this = psutil.Process()
        while not self._over.wait(LOOK_SECONDS):
            for process in (this, *this.children(recursive=True)):
                kind, size = _high_water(process, "parent" if process == this else "")
                self.greatest_mb[kind] = max(self.greatest_mb[kind], size)


def _high_water(process: psutil.Process, kind: str) -> tuple[str, float]:
    """Kind and VmHWM in MB; nothing of a process that has just gone."""
    try:
        kind = kind or ("reader" if "ingest.child" in process.cmdline() else process.name())
        status = Path(f"/proc/{process.pid}/status").read_text()
    except (psutil.Error, OSError):
        return "parent", 0.0
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return kind, int(lines.get("VmHWM", "0 kB").split()[0]) / 1024


def measure(pages: int) -> dict[str, object]:
    """Reads all pages; the reader's size is noted after each, to see whether it grows."""
    with tempfile.TemporaryDirectory(prefix="khoso-memory-") as folder:
        path = Path(folder) / "long.pdf"
        maker = get_context("spawn").Process(target=make_scan, args=(path, pages))  # its memory is no matter
        maker.start()
        maker.join()
        file_mb = path.stat().st_size / 1024**2
        begun = time.perf_counter()
        with Watch() as watch, Reader(Limits()) as reader:
            resident, failed = [], 0
            for number in tqdm(range(1, pages + 1), disable=None, unit="page"):
                failed += reader.read_page(path, number).status != "ok"
                resident.append(psutil.Process(reader.pid).memory_info().rss / 1024**2)
        seconds = time.perf_counter() - begun
    tenth = max(1, pages // 10)
    return {
        "pages": pages,
        "failed": failed,
        "file_mb": round(file_mb, 1),
        "seconds_a_page": round(seconds / pages, 2),
        "greatest_mb": {kind: round(size) for kind, size in watch.greatest_mb.items()},
        "reader_mb_first_tenth": round(sum(resident[:tenth]) / tenth),
        "reader_mb_last_tenth": round(sum(resident[-tenth:]) / tenth),
        "limit_mb": LIMIT_MB,
    }


def main() -> None:
    """Prints a table and writes bench/out/memory.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=500)
    result = measure(parser.parse_args().pages)
    for name, value in result.items():
        print(f"{name:24}{value}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
