"""The backends that the contract suites hold against each other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.index import Index, open_index
from search.memory import MemoryIndex


@pytest.fixture(params=["memory", "tantivy", "elasticsearch"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    opened: Index
    if request.param == "memory":
        opened = MemoryIndex()
    elif request.param == "tantivy":
        opened = open_index(f"tantivy:{tmp_path / 'index'}")
    else:
        opened = open_index(request.getfixturevalue("elastic_url"))
    yield opened
    opened.close()
