"""The server, or the way to it, fails: nothing wrong is kept, nothing is lost, it ends in bounded time."""

import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from warehouse.errors import Damaged, StoreFull, Unavailable
from warehouse.settings import Settings
from warehouse.store import Spooled
from warehouse.store_s3 import PART, S3Store

SCAN = b"%PDF-1.7 a scan " * 1000
LARGE = bytes(PART + 5)


def spooled(store: S3Store, data: bytes) -> Spooled:
    return store.spool(io.BytesIO(data))


def put(store: S3Store, data: bytes) -> str:
    copied = spooled(store, data)
    store.put(copied)
    return copied.sha256


def got(store: S3Store, sha256: str) -> bytes:
    with store.fetch(sha256) as path:
        return path.read_bytes()


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def changed(settings: Settings, **values: object) -> S3Store:
    return S3Store(settings.model_copy(update=values))


@pytest.mark.parametrize("fault", ["busy", "cut"])
def test_a_put_that_met_a_fault_once_is_tried_again(
    store: S3Store, fail: Callable[..., None], fault: str
) -> None:
    fail("PUT", fault)
    assert got(store, put(store, SCAN)) == SCAN


@pytest.mark.parametrize("fault", ["busy", "cut"])
def test_a_put_that_meets_a_fault_each_time_gives_up_keeps_its_spool_and_can_be_repeated(
    store: S3Store, fail: Callable[..., None], fault: str
) -> None:
    copied = spooled(store, SCAN)
    fail("PUT", fault, times=99)
    with pytest.raises(Unavailable):
        store.put(copied)
    assert copied.path.exists()
    assert list(store.walk()) == []
    fail("PUT", fault, times=0)
    store.put(copied)
    assert got(store, copied.sha256) == SCAN


def test_a_full_server_is_full_at_once_and_the_same_put_works_when_there_is_room(
    store: S3Store, fail: Callable[..., None]
) -> None:
    copied = spooled(store, SCAN)
    fail("PUT", "full")
    with pytest.raises(StoreFull):
        store.put(copied)
    store.put(copied)
    assert got(store, copied.sha256) == SCAN


def test_bytes_that_changed_on_the_way_in_are_no_object(store: S3Store, fail: Callable[..., None]) -> None:
    copied = spooled(store, SCAN)
    fail("PUT", "changed on the way in")
    with pytest.raises(Unavailable):
        store.put(copied)
    assert list(store.walk()) == []
    store.put(copied)
    assert got(store, copied.sha256) == SCAN


def test_a_part_that_changed_on_the_way_in_is_found_out_and_sent_again(
    store: S3Store, fail: Callable[..., None]
) -> None:
    copied = spooled(store, LARGE)
    fail("PUT", "changed on the way in")
    with pytest.raises(Unavailable):
        store.put(copied)
    store.put(copied)
    assert got(store, copied.sha256) == LARGE


def test_bytes_that_changed_on_the_way_out_are_damage_and_leave_no_copy(
    store: S3Store, fail: Callable[..., None], tmp_path: Path
) -> None:
    sha256 = put(store, SCAN)
    fail("GET", "changed on the way out")
    with pytest.raises(Damaged, match=sha256):
        got(store, sha256)
    assert files_under(tmp_path) == []


def test_an_object_that_was_changed_in_the_bucket_is_damage(store: S3Store) -> None:
    sha256 = put(store, SCAN)
    key = f"{store.bucket.prefix}sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"
    store.client.put_object("khoso-test", key, io.BytesIO(b"other"), 5)
    with pytest.raises(Damaged, match=sha256):
        got(store, sha256)


def test_a_download_that_breaks_off_begins_again_and_gives_up_in_the_end(
    store: S3Store, fail: Callable[..., None], tmp_path: Path
) -> None:
    sha256 = put(store, SCAN)
    fail("GET", "half an answer", times=2)
    assert got(store, sha256) == SCAN
    fail("GET", "half an answer", times=99)
    with pytest.raises(Unavailable):
        got(store, sha256)
    assert files_under(tmp_path) == []


def test_a_server_that_is_silent_is_away_in_bounded_time(
    settings: Settings, fail: Callable[..., None]
) -> None:
    fail("GET", "silent", times=99)
    began = time.monotonic()
    with pytest.raises(Unavailable, match="does not answer"):
        changed(settings, s3_timeout_seconds=0.2).check()
    assert time.monotonic() - began < 10


def test_a_server_that_is_not_there_is_away(settings: Settings) -> None:
    url = "s3://khoso-test?endpoint=http://127.0.0.1:9"
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9 does not answer"):
        changed(settings, store_url=url).check()
