"""A site with units and no papers, and an empty index in a folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.index import Index, open_index
from tests.databases import Databases
from warehouse import schema
from warehouse.database import Database
from warehouse.units import load_units


@pytest.fixture(scope="module")
def new_site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = databases.new(tmp_path_factory.mktemp("site"))
    opened = Database(url)
    schema.upgrade(opened)
    with opened.write() as connection:
        load_units(connection)
    opened.close()
    return url


@pytest.fixture
def database(databases: Databases, tmp_path: Path, new_site: str) -> Iterator[Database]:
    url = databases.copy(new_site, tmp_path)
    opened = Database(url)
    yield opened
    opened.close()
    databases.drop(url)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return open_index(f"tantivy:{tmp_path}/index")
