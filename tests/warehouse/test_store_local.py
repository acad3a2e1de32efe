"""The folder of originals on a disk that has no room left."""

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.errors import StoreFull
from warehouse.settings import Settings
from warehouse.store import Store, open_store


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB, where one may mount it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], check=False).returncode:
        pytest.skip("mounting needs root")
    yield disk
    subprocess.run(["umount", disk], check=True)


def put(store: Store, data: bytes) -> None:
    store.put(store.spool(io.BytesIO(data)))


def test_a_full_disk_is_full_until_there_is_room(small_disk: Path) -> None:
    store, ballast = open_store(Settings(store_url=f"file:{small_disk}/objects")), small_disk / "ballast"
    ballast.write_bytes(bytes(700_000))
    put(store, bytes(10))
    with pytest.raises(StoreFull):
        put(store, bytes(500_000))
    assert len([path for path in small_disk.rglob("*") if path.is_file()]) == 2  # the ballast and the object
    ballast.unlink()
    put(store, bytes(500_000))
    assert len(list(store.walk())) == 2
