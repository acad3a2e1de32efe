"""What the tests of several rooms share: an empty, upgraded database; an empty index in Elasticsearch."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

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


@pytest.fixture
def elastic_url() -> Iterator[str]:
    """The address of an index that nobody made yet; what the test made of it is removed."""
    if "KHOSO_TEST_ELASTICSEARCH_URL" not in os.environ:
        pytest.skip("KHOSO_TEST_ELASTICSEARCH_URL is not set: bash deploy/services/elasticsearch.sh start")
    host, name = os.environ["KHOSO_TEST_ELASTICSEARCH_URL"].rpartition("/")[0], f"test-{uuid4().hex}"
    yield f"{host}/{name}"
    with Elasticsearch(host) as client:
        if made := list(client.indices.get(index=f"{name}*", expand_wildcards="all", features="aliases")):
            client.indices.delete(index=made)
