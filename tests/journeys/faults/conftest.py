"""A site wholly on server engines, papers enough to be interrupted, and a hand on the engines themselves.

Tests here stop engines that others need: all are marked slow, so that each runs alone.
"""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import POSTGRESQL
from tests.engines import ELASTICSEARCH, RABBITMQ, REDIS, S3, empty_queue

SERVICES = Path(__file__).parents[3] / "deploy" / "services"

Act = Callable[[str, str], None]


@pytest.fixture
def site(khoso: Any) -> Any:
    """A fresh site on PostgreSQL, S3, Elasticsearch and Redis."""
    if not all((POSTGRESQL, S3, ELASTICSEARCH, REDIS, RABBITMQ)):
        pytest.skip("needs every engine: make test-server")
    khoso.settings["KHOSO_LEASE_SECONDS"] = "10"
    return khoso


@pytest.fixture
def on_rabbitmq(site: Any) -> Any:
    """The same on RabbitMQ."""
    empty_queue(RABBITMQ)
    site.settings["KHOSO_QUEUE_URL"] = RABBITMQ
    yield site
    empty_queue(RABBITMQ)


@pytest.fixture
def engine() -> Iterator[Act]:
    """Does something to an engine (kill, stop, start); whatever becomes of the test, all run afterwards."""
    touched = set()

    def act(name: str, what: str) -> None:
        touched.add(name)
        subprocess.run(["bash", SERVICES / f"{name}.sh", what], check=True, stdout=subprocess.DEVNULL)

    yield act
    for name in touched:
        act(name, "start")


@pytest.fixture
def papers(scans: Path, draw: Callable[..., Path]) -> Callable[[int], Path]:
    """Makes a folder of so many papers of one page."""

    def make(count: int) -> Path:
        for number in range(count):
            draw(scans / f"{number:03}.png", [f"Số: {number_of(number)}", "QUYẾT ĐỊNH", "Bà Lê Thị Đào"])
        return scans

    return make


def number_of(paper: int) -> str:
    """The reference number that stands on a paper."""
    return f"{300 + paper}/QĐ-UBND"
