"""Put and get of distinct objects of 200 KB: the folder beside each S3 server that is told of.

Run: python -m bench.store [OBJECTS], with KHOSO_TEST_S3_URL, KHOSO_TEST_MINIO_URL and the keys as
deploy/services prints them. The server's own rate is the client alone, without spool or hash.
A table on stdout, the same figures in bench/out/store.json.
"""

import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

from warehouse.settings import load_settings
from warehouse.store import Spooled, Store, open_store
from warehouse.store_s3 import S3Store

OBJECTS = 1_000
SIZE = 200_000  # bytes an object
AT_ONCE = 8  # as receiving does (ingest/intake.py)
SERVERS = {"seaweedfs": "KHOSO_TEST_S3_URL", "minio": "KHOSO_TEST_MINIO_URL"}
OUT = Path(__file__).parent / "out" / "store.json"


def main() -> None:
    """Measure each store and report."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else OBJECTS
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KHOSO_HOME"] = folder
        urls = {"folder": f"file:{folder}/objects"}
        for name, variable in SERVERS.items():
            if variable in os.environ:
                urls[name] = f"{os.environ[variable]}&prefix=bench-{uuid4().hex}"
        for name, url in urls.items():
            os.environ["KHOSO_STORE_URL"] = url
            figures[name] = _measure(open_store(load_settings()), count)
    _report(figures)


def _measure(store: Store, count: int) -> dict[str, float]:
    """Objects a second."""
    made = [os.urandom(SIZE) for _ in range(count)]
    began = time.monotonic()
    spooled = [store.spool(io.BytesIO(data)) for data in made]
    spool_seconds = time.monotonic() - began
    figures = {"spool": count / spool_seconds}
    put_seconds = seconds(store.put, spooled)
    figures["put"] = count / put_seconds
    figures["spool_and_put"] = count / (spool_seconds + put_seconds)
    figures["get"] = count / seconds(lambda copied: _get(store, copied), spooled)
    if isinstance(store, S3Store):
        figures["server_put"] = count / seconds(lambda data: put_alone(store, data), made)
        figures["put_to_server"] = figures["put"] / figures["server_put"]
        remove(store)
    return {name: round(value, 2) for name, value in figures.items()}


def seconds(act: Callable[[Any], object], things: Sequence[Any]) -> float:
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(act, things))
    return time.monotonic() - began


def _get(store: Store, copied: Spooled) -> None:
    with store.fetch(copied.sha256) as path:
        assert path.stat().st_size == SIZE


def put_alone(store: S3Store, data: bytes) -> None:
    key = f"{store.bucket.prefix}alone/{uuid4().hex}"
    store.client.put_object(store.bucket.name, key, io.BytesIO(data), len(data))


def remove(store: S3Store) -> None:
    for found in store.client.list_objects(store.bucket.name, store.bucket.prefix, recursive=True):
        store.client.remove_object(store.bucket.name, str(found.object_name))


def _report(figures: dict[str, dict[str, float]]) -> None:
    rows = list(dict.fromkeys(row for of_store in figures.values() for row in of_store))
    print(f"{'objects a second':20}", *(f"{name:>12}" for name in figures))
    for row in rows:
        limit = "  ≥ 0.7" if row == "put_to_server" else ""
        print(f"{row:20}", *(f"{of_store.get(row, '–'):>12}" for of_store in figures.values()), limit)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
