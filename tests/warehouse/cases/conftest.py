"""The communes of desk.py."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from tests.warehouse.cases.desk import furnish
from warehouse.database import Database


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as opened:
        furnish(opened)
        yield opened
