"""What every object store promises."""

import hashlib
import io
import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from uuid import uuid4

import pytest
import urllib3

from warehouse.errors import Damaged, StoreFull
from warehouse.settings import Settings, load_settings
from warehouse.store import CHUNK, Spooled, Store, open_store
from warehouse.store_s3 import S3Store

SCAN = b"%PDF-1.7 a scan " * 1000
HASH = hashlib.sha256(SCAN).hexdigest()


SERVERS = [name for name in ("KHOSO_TEST_S3_URL", "KHOSO_TEST_MINIO_URL") if name in os.environ]
"""SeaweedFS and MinIO, where deploy/services has started them."""


@pytest.fixture(params=["file", *SERVERS])
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """Those of an empty store, for each backend."""
    url = f"file:{tmp_path / 'objects'}"
    if request.param != "file":
        url = f"{os.environ[request.param]}&prefix={uuid4().hex}"
    monkeypatch.setenv("KHOSO_HOME", str(tmp_path))
    monkeypatch.setenv("KHOSO_STORE_URL", url)
    opened = load_settings()
    yield opened
    if isinstance(store := open_store(opened), S3Store):
        for found in store.client.list_objects(store.bucket.name, store.bucket.prefix, recursive=True):
            store.client.remove_object(store.bucket.name, str(found.object_name))


@pytest.fixture
def store(settings: Settings) -> Store:
    return open_store(settings)


def put(store: Store, data: bytes) -> Spooled:
    spooled = store.spool(io.BytesIO(data))
    store.put(spooled)
    return spooled


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def left_beside(folder: Path) -> list[Path]:
    """Files that are no objects."""
    return [path for path in files_under(folder) if "sha256" not in path.parts]


def test_what_was_put_comes_back_byte_for_byte(store: Store) -> None:
    spooled = put(store, SCAN)
    assert (spooled.sha256, spooled.size) == (HASH, len(SCAN))
    assert store.size(HASH) == len(SCAN)
    with store.fetch(HASH) as path:
        assert path.read_bytes() == SCAN


@pytest.mark.parametrize("size", [0, 1, CHUNK, 2 * CHUNK + 1, 17 * CHUNK])
def test_any_size_is_kept_whole(store: Store, size: int) -> None:
    data = os.urandom(size)
    with store.fetch(put(store, data).sha256) as path:
        assert path.read_bytes() == data


def test_a_store_opened_anew_has_what_was_put(settings: Settings) -> None:
    put(open_store(settings), SCAN)
    assert open_store(settings).size(HASH) == len(SCAN)


def test_a_store_in_order_passes_its_check_and_the_check_leaves_nothing(store: Store, tmp_path: Path) -> None:
    store.check()
    assert list(store.walk()) == []
    assert files_under(tmp_path) == []


def test_an_original_may_not_be_written_to(store: Store) -> None:
    put(store, SCAN)
    with store.fetch(HASH) as path:
        assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)


def test_the_same_bytes_twice_are_one_object(store: Store, tmp_path: Path) -> None:
    put(store, SCAN)
    put(store, SCAN)
    assert list(store.walk()) == [HASH]
    assert left_beside(tmp_path) == []


def test_putting_is_safe_to_repeat(store: Store) -> None:
    spooled = put(store, SCAN)
    store.put(spooled)
    assert store.size(HASH) == len(SCAN)


def test_a_copy_that_is_kept_beside_the_object_goes_when_it_is_discarded(
    store: Store, tmp_path: Path
) -> None:
    spooled = store.spool(io.BytesIO(SCAN))
    store.put(spooled, keep_copy=True)
    assert not spooled.path.exists() or spooled.path.read_bytes() == SCAN
    store.discard(spooled)
    assert left_beside(tmp_path) == []
    assert store.size(HASH) == len(SCAN)


def test_spooled_bytes_are_no_object_until_they_are_put(store: Store) -> None:
    spooled = store.spool(io.BytesIO(SCAN))
    assert store.size(HASH) is None
    assert list(store.walk()) == []
    store.put(spooled)
    assert list(store.walk()) == [HASH]


def test_discarded_bytes_leave_nothing(store: Store, tmp_path: Path) -> None:
    store.discard(store.spool(io.BytesIO(SCAN)))
    assert files_under(tmp_path) == []


def test_discarding_the_second_copy_keeps_the_object(store: Store) -> None:
    put(store, SCAN)
    store.discard(store.spool(io.BytesIO(SCAN)))
    assert store.size(HASH) == len(SCAN)


def test_fetching_what_is_not_there_is_damage(store: Store) -> None:
    assert store.size(HASH) is None
    with pytest.raises(Damaged), store.fetch(HASH):
        pass


def test_a_fetched_copy_outside_the_store_is_gone_afterwards(store: Store, tmp_path: Path) -> None:
    put(store, SCAN)
    with store.fetch(HASH):
        pass
    assert left_beside(tmp_path) == []


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, 4, SCAN[:4]),
        (5, 20, SCAN[5:25]),
        (len(SCAN) - 3, 10, SCAN[-3:]),
        (len(SCAN), 10, b""),
        (len(SCAN) + 7, 1, b""),
        (3, 0, b""),
    ],
)
def test_a_range_is_read_alone_and_ends_where_the_object_ends(
    store: Store, start: int, length: int, expected: bytes
) -> None:
    put(store, SCAN)
    assert store.read_range(HASH, start, length) == expected


def test_a_range_of_what_is_not_there_is_damage(store: Store) -> None:
    with pytest.raises(Damaged):
        store.read_range(HASH, 0, 1)


def test_a_presigned_address_if_there_are_any_gives_the_object_without_a_key(store: Store) -> None:
    put(store, SCAN)
    address = store.presigned(HASH, 60)
    assert address is None or urllib3.request("GET", address).data == SCAN


def test_walking_names_every_object_once(store: Store) -> None:
    hashes = {put(store, bytes([number])).sha256 for number in range(50)}
    assert sorted(store.walk()) == sorted(hashes)


class _Broken(io.RawIOBase):
    """A source that fails after its first piece, like a stick that is pulled out."""

    def __init__(self) -> None:
        self.pieces = [SCAN]

    def read(self, size: int = -1, /) -> bytes:
        if not self.pieces:
            raise OSError(5, "Input/output error")
        return self.pieces.pop()


def test_an_error_of_the_source_stays_its_own_and_leaves_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="Input/output error"):
        store.spool(_Broken())
    assert files_under(tmp_path) == []


def _put_many(settings: Settings, numbers: range) -> None:
    store = open_store(settings)
    for number in numbers:
        put(store, number.to_bytes(4, "big") * 1000)


def test_processes_may_put_the_same_bytes_at_the_same_time(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    with ProcessPoolExecutor(4, get_context("fork")) as pool:
        list(pool.map(_put_many, [settings] * 4, [range(40)] * 4))
    assert len(list(store.walk())) == 40
    for sha256 in store.walk():
        with store.fetch(sha256) as path:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    assert left_beside(tmp_path) == []


@contextmanager
def _files_limited_to(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_store_without_room_says_so_keeps_nothing_half_and_takes_it_later(
    store: Store, tmp_path: Path
) -> None:
    data = os.urandom(3 * CHUNK + 5)
    with _files_limited_to(CHUNK + 100), pytest.raises(StoreFull):
        store.spool(io.BytesIO(data))
    assert files_under(tmp_path) == []
    with store.fetch(put(store, data).sha256) as path:
        assert path.read_bytes() == data


KILLED = """
import http.client, io, os, signal
from warehouse.settings import load_settings
from warehouse.store import open_store
store = open_store(load_settings())
spooled = store.spool(io.BytesIO(bytes(100_000)))
send = http.client.HTTPConnection.send
def die(handle): os.kill(os.getpid(), signal.SIGKILL)
def die_halfway(connection, data):
    if len(data) == 100_000:
        send(connection, data[:50_000])
        die(connection)
    send(connection, data)
os.fsync = die
http.client.HTTPConnection.send = die_halfway
store.put(spooled)
"""


@pytest.mark.usefixtures("settings")  # as environment variables
def test_a_put_that_is_killed_before_its_end_left_no_object(store: Store) -> None:
    died = subprocess.run([sys.executable, "-c", KILLED], check=False)
    assert died.returncode == -9
    assert list(store.walk()) == []
    put(store, bytes(100_000))
    assert len(list(store.walk())) == 1


def test_what_was_set_aside_is_taken_up_once_and_can_be_put(store: Store, tmp_path: Path) -> None:
    store.set_aside(store.spool(io.BytesIO(SCAN)), "item.1")
    assert store.take_up("item.2") is None
    taken = store.take_up("item.1")
    assert taken is not None
    assert (taken.sha256, taken.size) == (HASH, len(SCAN))
    assert store.take_up("item.1") is None
    store.put(taken)
    assert store.size(HASH) == len(SCAN)
    assert left_beside(tmp_path) == []


def test_what_lost_bytes_while_it_was_set_aside_is_not_taken_up(store: Store, tmp_path: Path) -> None:
    store.set_aside(store.spool(io.BytesIO(SCAN)), "item.1")
    [aside] = left_beside(tmp_path)
    aside.write_bytes(SCAN[:-1])
    assert store.take_up("item.1") is None
    assert left_beside(tmp_path) == []
