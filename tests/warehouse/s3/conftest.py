"""An S3 store on each server that deploy/services has started, behind a proxy that makes faults."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.s3_proxy import Proxy, proxy_before
from warehouse.settings import Settings
from warehouse.store_s3 import S3Store

SERVERS = [name for name in ("KHOSO_TEST_S3_URL", "KHOSO_TEST_MINIO_URL") if name in os.environ]


@pytest.fixture(params=SERVERS)
def proxy(request: pytest.FixtureRequest) -> Iterator[Proxy]:
    with proxy_before(os.environ[request.param]) as server:
        yield server


@pytest.fixture
def fail(proxy: Proxy) -> Callable[..., None]:
    return proxy.fail


@pytest.fixture
def settings(proxy: Proxy, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path,
        store_url=f"s3://khoso-test?endpoint=http://127.0.0.1:{proxy.server_port}&prefix={uuid4().hex}",
        s3_timeout_seconds=20,
    )


@pytest.fixture
def store(settings: Settings, proxy: Proxy) -> Iterator[S3Store]:
    opened = S3Store(settings)
    yield opened
    proxy.heal()
    for found in opened.client.list_objects("khoso-test", opened.bucket.prefix, recursive=True):
        opened.client.remove_object("khoso-test", str(found.object_name))
