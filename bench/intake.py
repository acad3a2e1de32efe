"""Intake: registering distinct files of 200 KB, and taking the same ones in again as duplicates.

Run: python -m bench.intake [FILES]. A table on stdout, the same figures in bench/out/intake.json. The
embedded site, and beside it every pair of a database and an S3 server that KHOSO_TEST_POSTGRESQL_URL,
KHOSO_TEST_S3_URL and KHOSO_TEST_MINIO_URL name. The server's own rate: the same files by the client alone.
"""

import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path
from uuid import uuid4

import pikepdf
from PIL import Image

from bench.ledger import new_database
from bench.store import SERVERS, put_alone, remove, seconds
from ingest.account import batch_account
from ingest.importing import Request, run_import
from ingest.services import Services, make_site, open_services
from warehouse.rights import Actor
from warehouse.settings import load_settings
from warehouse.store_s3 import S3Store

FILES = 1_000
SIZE = 200_000  # bytes a file
PAGES = 2
UNIT = "06184"
OUT = Path(__file__).parent / "out" / "intake.json"
CLERK = Actor("bench")


def main() -> None:
    """Measure each site and report."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        scans = folder / "scans"
        _make_files(scans, files)
        figures = {}
        for number, (name, database, store) in enumerate(_sites()):
            os.environ["KHOSO_HOME"] = f"{folder}/{number}"
            _set("KHOSO_STORE_URL", store)
            with new_database(database) if database else nullcontext(None) as url:
                _set("KHOSO_DATABASE_URL", url)
                figures[name] = _measure(scans, files)
    _report(figures)


def _sites() -> Iterator[tuple[str, str | None, str | None]]:
    """Name, PostgreSQL server and store of each site to measure; none: the embedded one."""
    databases: dict[str, str | None] = {"sqlite": None}
    stores: dict[str, str | None] = {"folder": None}
    for engines, name, variable in (
        (databases, "postgresql", "KHOSO_TEST_POSTGRESQL_URL"),
        *((stores, name, variable) for name, variable in SERVERS.items()),
    ):
        if variable in os.environ:
            engines[name] = os.environ[variable]
        else:
            print(f"{name}: not run, {variable} is not set")
    for database, server in databases.items():
        for store, url in stores.items():
            yield f"{database}+{store}", server, url and f"{url}&prefix=bench-{uuid4().hex}"


def _set(variable: str, value: str | None) -> None:
    os.environ.pop(variable, None)
    if value is not None:
        os.environ[variable] = value


def _measure(scans: Path, files: int) -> dict[str, float]:
    settings = load_settings()
    make_site(settings)
    services = open_services(settings)
    store = services.store
    figures = {}
    if isinstance(store, S3Store):
        alone = seconds(lambda path: put_alone(store, path.read_bytes()), sorted(scans.iterdir()))
        figures["server_put_per_s"] = files / alone
    figures["registered_per_s"] = files / _seconds(lambda: _take_in(services, scans, "stored", files))
    figures["duplicates_per_s"] = files / _seconds(lambda: _take_in(services, scans, "duplicate", files))
    if isinstance(store, S3Store):
        figures["registered_to_server"] = figures["registered_per_s"] / figures["server_put_per_s"]
        remove(store)
    services.database.close()
    return {"files": files, **{name: round(value, 2) for name, value in figures.items()}}


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


def _report(figures: dict[str, dict[str, float]]) -> None:
    limits = {"registered_per_s": "≥ 100", "duplicates_per_s": "≥ 300", "registered_to_server": "≥ 0.7"}
    rows = list(dict.fromkeys(row for of_site in figures.values() for row in of_site))
    print(f"{'':24}", *(f"{row:>22}" for row in rows))
    print(f"{'wanted':24}", *(f"{limits.get(row, ''):>22}" for row in rows))
    for name, of_site in figures.items():
        print(f"{name:24}", *(f"{of_site.get(row, '–'):>22}" for row in rows))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
