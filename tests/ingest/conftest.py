"""A site of its own and a file in it, for tests that need more than the command line shows."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.importing import Request, run_import
from ingest.services import Services, make_site, open_services
from tests.databases import Databases
from warehouse.rights import Actor
from warehouse.settings import Settings

FONT = ImageFont.truetype("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf", 30)
UNIT = "06184"

TakeIn = Callable[[Services, Path], int]


def settings_under(home: Path, database_url: str) -> Settings:
    return Settings(
        home=home,
        database_url=database_url,
        store_url=f"file:{home}/objects",
        index_url=f"tantivy:{home}/index",
        lease_seconds=0.2,
    )


@pytest.fixture(scope="session")
def new_site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A site that was only just made."""
    home = tmp_path_factory.mktemp("new") / "var"
    home.mkdir()
    settings = settings_under(home, databases.new(home))
    make_site(settings)
    return settings


@pytest.fixture
def services(new_site: Settings, databases: Databases, tmp_path: Path) -> Iterator[Services]:
    """A fresh site, opened, with very short leases."""
    home = Path(shutil.copytree(new_site.home, tmp_path / "var"))
    url = databases.copy(new_site.database_url, home)
    opened = open_services(settings_under(home, url))
    yield opened
    opened.database.close()
    databases.drop(url)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A scan of one page, quickly read."""
    page = Image.new("L", (1000, 400), 255)
    ImageDraw.Draw(page).multiline_text((60, 60), "QUYẾT ĐỊNH\nÔng Nguyễn Văn Bình", 0, FONT, spacing=24)
    page.save(tmp_path / "paper.png", dpi=(200, 200))
    return tmp_path / "paper.png"


@pytest.fixture
def take_in() -> TakeIn:
    """Imports a file or folder; returns the batch."""
    return lambda services, path: run_import(services, Actor("clerk"), Request(path, UNIT, None, "stock"))
