"""Keys, buckets, clocks, locks and addresses: what a server must be told, and what it says."""

import io
from datetime import UTC, datetime, timedelta

import minio.api
import pytest
import urllib3
from minio.commonconfig import GOVERNANCE
from pydantic import SecretStr

from warehouse.errors import Unavailable, UsageError
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


def changed(settings: Settings, **values: object) -> S3Store:
    return S3Store(settings.model_copy(update=values))


ASKING = {
    "check": lambda store: store.check(),
    "size": lambda store: store.size("ab" * 32),
    "put": lambda store: store.put(spooled(store, SCAN)),
    "fetch": lambda store: got(store, "ab" * 32),
    "walk": lambda store: list(store.walk()),
}


@pytest.mark.parametrize("region", ["", "&region=us-east-1"])  # unnamed, the client asks for it first
@pytest.mark.parametrize("ask", ASKING)
@pytest.mark.parametrize(
    "wrong", [{"s3_access_key": "nobody"}, {"s3_secret_key": SecretStr("hush-hush-hush")}], ids=str
)
def test_a_wrong_key_is_named_and_never_shown(
    settings: Settings, wrong: dict[str, object], ask: str, region: str
) -> None:
    store = changed(settings, store_url=settings.store_url + region, **wrong)
    with pytest.raises(Unavailable, match="KHOSO_S3_SECRET_KEY") as caught:
        ASKING[ask](store)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("ask", ["check", "put", "fetch", "walk"])
@pytest.mark.parametrize("region", ["", "&region=us-east-1"])
def test_a_missing_bucket_is_named_with_what_makes_it_and_is_never_made(
    settings: Settings, ask: str, region: str
) -> None:
    url = settings.store_url.replace("khoso-test", "khoso-missing")
    for _ in range(2):
        with pytest.raises(Unavailable, match="mc mb --with-lock SERVER/khoso-missing"):
            ASKING[ask](changed(settings, store_url=url + region))


def _set_clock(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    off = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(minio.api.time, "utcnow", lambda: off)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_ten_minutes_off_does_no_harm(
    store: S3Store, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    _set_clock(monkeypatch, minutes)
    assert got(store, put(store, SCAN)) == SCAN


@pytest.mark.parametrize("ask", ["check", "size", "put", "fetch"])
@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_clock_that_is_further_off_is_said(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, ask: str, minutes: int
) -> None:
    store = changed(settings, store_url=f"{settings.store_url}&region=us-east-1")
    _set_clock(monkeypatch, minutes)
    with pytest.raises(Unavailable, match="clock"):
        ASKING[ask](store)


def test_retention_needs_a_bucket_that_locks(settings: Settings) -> None:
    with pytest.raises(UsageError, match="KHOSO_S3_RETENTION_DAYS"):
        changed(settings, s3_retention_days=30).check()


@pytest.mark.parametrize("data", [SCAN, LARGE], ids=["one piece", "parts"])
def test_objects_are_put_with_their_retention_where_the_bucket_locks(settings: Settings, data: bytes) -> None:
    url = settings.store_url.replace("khoso-test", "khoso-locking")
    store = changed(settings, store_url=url, s3_retention_days=30)
    if not store.client.bucket_exists("khoso-locking"):
        store.client.make_bucket("khoso-locking", object_lock=True)
    store.check()
    sha256 = put(store, data)
    key = f"{store.bucket.prefix}sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"
    kept = store.client.get_object_retention("khoso-locking", key)
    assert kept is not None
    assert kept.mode == GOVERNANCE
    assert timedelta(days=29) < kept.retain_until_date - datetime.now(UTC) <= timedelta(days=30)
    version = store.client.stat_object("khoso-locking", key).version_id
    with pytest.raises(minio.S3Error):
        store.client.remove_object("khoso-locking", key, version)
    assert put(store, data) == sha256  # again: no second version
    assert store.client.stat_object("khoso-locking", key).version_id == version
    assert got(store, sha256) == data


def test_keys_and_metadata_hold_the_hash_alone(store: S3Store) -> None:
    sha256 = put(store, SCAN)
    key = f"{store.bucket.prefix}sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"
    (found,) = store.client.list_objects("khoso-test", store.bucket.prefix, recursive=True)
    assert found.object_name == key
    told = store.client.stat_object("khoso-test", key).metadata or {}
    assert [name for name in told if name.lower().startswith("x-amz-meta")] == []


def test_a_presigned_address_serves_one_object_and_no_other(store: S3Store) -> None:
    first, second = put(store, SCAN), put(store, b"another")
    address = store.presigned(first, 60)
    assert address
    assert urllib3.request("GET", address).data == SCAN
    other = address.replace(first, second).replace(
        f"/{first[:2]}/{first[2:4]}/", f"/{second[:2]}/{second[2:4]}/"
    )
    assert urllib3.request("GET", other).status == 403
    assert urllib3.request("DELETE", address).status == 403
