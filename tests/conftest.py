"""What the tests of several rooms share: an empty, upgraded database; an empty index in Elasticsearch."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.databases import POSTGRESQL, Databases
from tests.engines import S3, remove_indices
from warehouse import schema
from warehouse.database import Database


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one engine's own ways run where that engine is."""
    for item in items:
        if item.get_closest_marker("folder"):
            item.add_marker(pytest.mark.skipif(S3 != "", reason="the folder's own ways"))
        if item.get_closest_marker("sqlite"):
            item.add_marker(pytest.mark.skipif(POSTGRESQL is not None, reason="SQLite's own ways"))
        if item.get_closest_marker("postgresql"):
            item.add_marker(pytest.mark.skipif(POSTGRESQL is None, reason="needs KHOSO_TEST_POSTGRESQL_URL"))


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """Makes and copies databases of the kind under test."""
    made = Databases()
    yield made
    made.drop_all()


@pytest.fixture(scope="session")
def upgraded(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with all tables; each test works on a copy of its own."""
    url = databases.new(tmp_path_factory.mktemp("upgraded"))
    database = Database(url)
    schema.upgrade(database)
    database.close()
    return url


@pytest.fixture
def database(databases: Databases, upgraded: str, tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables."""
    url = databases.copy(upgraded, tmp_path)
    opened = Database(url)
    yield opened
    opened.close()
    databases.drop(url)


@pytest.fixture
def elastic_url() -> Iterator[str]:
    """The address of an index that nobody made yet; what the test made of it is removed."""
    if "KHOSO_TEST_ELASTICSEARCH_URL" not in os.environ:
        pytest.skip("KHOSO_TEST_ELASTICSEARCH_URL is not set: bash deploy/services/elasticsearch.sh start")
    host, name = os.environ["KHOSO_TEST_ELASTICSEARCH_URL"].rpartition("/")[0], f"test-{uuid4().hex}"
    yield f"{host}/{name}"
    remove_indices(f"{host}/{name}")
