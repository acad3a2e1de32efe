"""What the tests of several rooms share: an empty, upgraded database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse import schema
from warehouse.database import Database


@pytest.fixture(scope="session")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables; each test works on a copy of its own."""
    path = tmp_path_factory.mktemp("upgraded") / "khoso.db"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    database.close()
    return path


@pytest.fixture
def database(upgraded: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables."""
    opened = Database(f"sqlite:///{shutil.copy(upgraded, tmp_path / 'khoso.db')}")
    yield opened
    opened.close()
