"""A site with all kinds of things in it, and where it may go."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.journeys.conftest import Khoso
from tests.journeys.whole.sites import SERVER, on_servers, remove_from_servers, settings_file


@pytest.fixture(scope="package")
def made(tmp_path_factory, new_embedded, draw) -> Khoso:
    """An embedded site with papers of a list, a rejected file, an approval, and a batch that is yet to be read."""
    folder = tmp_path_factory.mktemp("made")
    khoso = Khoso(Path(shutil.copytree(new_embedded.home, folder / "var")))
    scans = folder / "scans"
    scans.mkdir()
    for number in range(4):
        draw(scans / f"{number}.pdf", [f"Số: {300 + number}/QĐ-UBND", "QUYẾT ĐỊNH"], [f"Trang hai {number}"])
    (scans / "broken.pdf").write_bytes(b"%PDF-1.4 no more")
    rows = "\n".join(f"{number}.pdf,Lê Thị Đào,03809000{number}123" for number in range(4))
    (scans / "list.csv").write_text(f"file,holder_name,holder_id\n{rows}\n", encoding="utf-8")
    khoso.read(scans, "--manifest", scans / "list.csv", code=3)
    khoso.run("approve", khoso.found("300/QĐ-UBND")[0])
    draw(folder / "later.png", ["Số: 999/QĐ-UBND", "QUYẾT ĐỊNH"])
    khoso.take_in(folder / "later.png", unit="24373")
    return khoso


@pytest.fixture(scope="package")
def new_embedded(tmp_path_factory) -> Khoso:
    made = Khoso(tmp_path_factory.mktemp("new_embedded") / "var")
    made.run("init")
    return made


@pytest.fixture
def old(tmp_path: Path, made: Khoso) -> Khoso:
    """A site of one's own, whose killed processes are soon forgotten."""
    return Khoso(Path(shutil.copytree(made.home, tmp_path / "old")), {"KHOSO_LEASE_SECONDS": "2"})


@pytest.fixture
def new(tmp_path: Path) -> Khoso:
    """Where to go: embedded, not made yet."""
    return Khoso(tmp_path / "new")


@pytest.fixture
def servers(tmp_path: Path, databases: Databases) -> Iterator[Khoso]:
    """Where to go: PostgreSQL, S3 and Elasticsearch."""
    if missing := [name for name in SERVER if name not in os.environ]:
        pytest.skip(f"needs {missing}")
    khoso = on_servers(tmp_path / "servers", databases)
    yield khoso
    remove_from_servers(khoso, databases)


@pytest.fixture
def to(tmp_path: Path) -> Callable[[Khoso], Path]:
    """A site's settings as a file."""
    return lambda site: settings_file(site, tmp_path / f"{site.home.name}.env")
