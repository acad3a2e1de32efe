"""The folder of originals on a disk that has no room left."""

import io
from pathlib import Path

import pytest

from tests.journeys.disks import small_disk
from warehouse.errors import StoreFull
from warehouse.settings import Settings
from warehouse.store import Store, open_store


def put(store: Store, data: bytes) -> None:
    store.put(store.spool(io.BytesIO(data)))


def test_a_full_disk_is_full_until_there_is_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, megabytes=1) as more_room:
        store = open_store(Settings(store_url=f"file:{disk}/objects"))
        put(store, bytes(700_000))
        with pytest.raises(StoreFull):
            put(store, bytes(500_000))
        assert [path for path in disk.rglob("*") if path.is_file()] == [*disk.glob("objects/sha256/*/*/*")]
        more_room()
        put(store, bytes(500_000))
        assert len(list(store.walk())) == 2
