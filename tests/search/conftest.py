"""Databases with units and no papers, and an empty index in a folder."""

from pathlib import Path

import pytest

from search.index import Index, open_index
from tests.databases import Databases
from warehouse.database import Database
from warehouse.units import load_units


@pytest.fixture(scope="session")
def upgraded(databases: Databases, upgraded: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `database` copies for each test: with the units that come with the program."""
    url = databases.copy(upgraded, tmp_path_factory.mktemp("with-units"))
    database = Database(url)
    with database.write() as connection:
        load_units(connection)
    database.close()
    return url


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return open_index(f"tantivy:{tmp_path}/index")
