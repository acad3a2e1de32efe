"""What a test's site keeps on the server engines, and how it is removed: each engine where its variable names one."""

import os
from collections.abc import Mapping
from uuid import uuid4

from elasticsearch import Elasticsearch
from kombu import Connection
from minio.deleteobjects import DeleteObject

from warehouse.settings import Settings
from warehouse.store_s3 import S3Store

S3, ELASTICSEARCH, REDIS, RABBITMQ = (
    os.environ.get(f"KHOSO_TEST_{name}_URL", "") for name in ("S3", "ELASTICSEARCH", "REDIS", "RABBITMQ")
)
VIRTUAL_DATABASES = 15


def settings_of_a_new_site() -> dict[str, str]:
    """A prefix in the bucket, an index and a queue that no other site has."""
    name = uuid4().hex
    host = ELASTICSEARCH.rpartition("/")[0]
    chosen = {
        "KHOSO_STORE_URL": S3 and f"{S3}&prefix={name}",
        "KHOSO_INDEX_URL": ELASTICSEARCH and f"{host}/test-{name}",
        "KHOSO_QUEUE_URL": REDIS and f"{REDIS.rpartition('/')[0]}/{_virtual_database()}",
    }
    return {setting: value for setting, value in chosen.items() if value}


def _virtual_database() -> int:
    """One for each process that runs tests; its tests run one after the other."""
    return 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % VIRTUAL_DATABASES


def empty_queue(url: str) -> None:
    """Throw away what nobody has heard yet."""
    with Connection(url) as connection:
        connection.SimpleQueue("khoso").clear()


def remove_objects(store_url: str) -> None:
    """End what a site put into the bucket."""
    store = S3Store(Settings(store_url=store_url))
    found = store.client.list_objects(store.bucket.name, store.bucket.prefix, recursive=True)
    gone = [DeleteObject(str(each.object_name)) for each in found]
    assert not list(store.client.remove_objects(store.bucket.name, gone))


def remove_indices(url: str) -> None:
    """End every generation of an index."""
    host, _, name = url.rpartition("/")
    with Elasticsearch(host) as client:
        if made := list(client.indices.get(index=f"{name}*", expand_wildcards="all", features="aliases")):
            client.indices.delete(index=made)


def remove_site(settings: Mapping[str, str]) -> None:
    """End what a site kept on servers; its database is the affair of tests.databases."""
    if "KHOSO_STORE_URL" in settings:
        remove_objects(settings["KHOSO_STORE_URL"])
    if "KHOSO_INDEX_URL" in settings:
        remove_indices(settings["KHOSO_INDEX_URL"])
    if "KHOSO_QUEUE_URL" in settings:
        empty_queue(settings["KHOSO_QUEUE_URL"])
