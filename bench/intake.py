"""Intake: registering distinct files of 200 KB, and taking the same ones in again as duplicates.

Run: python -m bench.intake [FILES]. A table on stdout, the same figures in bench/out/intake.json.
"""

import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pikepdf
from PIL import Image

from ingest.account import batch_account
from ingest.importing import Request, run_import
from ingest.services import Services, make_site, open_services
from warehouse.rights import Actor
from warehouse.settings import load_settings

FILES = 1_000
SIZE = 200_000  # bytes a file
PAGES = 2
UNIT = "06184"
OUT = Path(__file__).parent / "out" / "intake.json"
CLERK = Actor("bench")


def main() -> None:
    """Measure in a temporary folder and report."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    with tempfile.TemporaryDirectory() as folder:
        scans = Path(folder) / "scans"
        _make_files(scans, files)
        os.environ["KHOSO_HOME"] = f"{folder}/var"
        settings = load_settings()
        make_site(settings)
        services = open_services(settings)
        first = _seconds(lambda: _take_in(services, scans, "stored", files))
        again = _seconds(lambda: _take_in(services, scans, "duplicate", files))
    _report(
        {
            "files": files,
            "registered_per_s": round(files / first, 1),
            "duplicates_per_s": round(files / again, 1),
        }
    )


def _make_files(folder: Path, files: int) -> None:
    """Scans of two pages whose noise is the same, padded to 200 KB with bytes that are not."""
    folder.mkdir()
    noise = io.BytesIO()
    Image.frombytes("L", (300, 300), os.urandom(90_000)).save(noise, "JPEG", quality=85)
    template = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(PAGES):
            page = pdf.add_blank_page(page_size=(595, 842))
            image = pdf.make_stream(
                noise.getvalue(),
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=300,
                Height=300,
                BitsPerComponent=8,
                ColorSpace=pikepdf.Name.DeviceGray,
                Filter=pikepdf.Name.DCTDecode,
            )
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
            page.Contents = pdf.make_stream(b"595 0 0 842 0 0 cm /Im0 Do")
        padding = b"P" * (SIZE - 2 * len(noise.getvalue()) - 1_500)
        pdf.Root.Padding = pdf.make_stream(padding)
        pdf.save(template, compress_streams=False)
    whole = template.getvalue()
    place = whole.index(padding)
    for number in range(files):
        mark = b"%08d" % number
        content = whole[:place] + mark * (len(padding) // 8) + whole[place + len(padding) // 8 * 8 :]
        (folder / f"{number:05}.pdf").write_bytes(content)


def _take_in(services: Services, scans: Path, outcome: str, files: int) -> None:
    batch = run_import(services, CLERK, Request(scans, UNIT, None, "stock"))
    with services.database.write() as connection:
        assert batch_account(connection, CLERK, batch)[outcome] == files


def _seconds(act: Callable[[], None]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def _report(figures: dict[str, float]) -> None:
    limits = {"registered_per_s": "≥ 100", "duplicates_per_s": "≥ 300"}
    for name, value in figures.items():
        print(f"{name:20}{value:>10}  {limits.get(name, '')}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
