"""Whole sites for moving and restoring: one with all kinds of things in it, empty ones, and what must be equal."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from elasticsearch import Elasticsearch
from sqlalchemy import select

from tests.databases import Databases
from tests.journeys.conftest import Khoso
from warehouse import tables
from warehouse.database import Database, metadata
from warehouse.settings import Settings
from warehouse.store_s3 import S3Store

SERVER = ("KHOSO_TEST_POSTGRESQL_URL", "KHOSO_TEST_S3_URL", "KHOSO_TEST_ELASTICSEARCH_URL")
KEYS = ("KHOSO_S3_ACCESS_KEY", "KHOSO_S3_SECRET_KEY")
OF_PROCESSES = (tables.site, tables.workers, tables.leases, tables.outbox)

KILLED = """
import os, signal, sys
from importlib import import_module
module, _, name = {place!r}.partition(":")
*owners, name = name.split(".")
owner = import_module(module)
for step in owners:
    owner = getattr(owner, step)
real, calls = getattr(owner, name), 0
def killing(*arguments, **named):
    global calls
    calls += 1
    if calls == {call}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **named)
setattr(owner, name, killing)
import ingest.filling, warehouse.standing
ingest.filling.LEASE_SECONDS = warehouse.standing.CLOSING_SECONDS = 1.0  # so that nobody waits long for the dead
sys.argv = ["khoso", *{arguments!r}]
from cli import main
main()
"""


def run_killed(khoso: Khoso, place: str, call: int, *arguments: object) -> None:
    """Run a command that is killed (-9) when it calls `module:function` for the nth time."""
    code = KILLED.format(place=place, call=call, arguments=[str(argument) for argument in arguments])
    environment = {**os.environ, **khoso.environment}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == -9, (place, done.returncode, done.stderr)


def settings_file(khoso: Khoso, path: Path) -> Path:
    """The site's settings as a file."""
    path.write_text(
        "".join(f"{name}={value}\n" for name, value in khoso.environment.items()), encoding="utf-8"
    )
    return path


def on_servers(home: Path, databases: Databases) -> Khoso:
    """A site yet to be made, each part of it on a server."""
    host = os.environ["KHOSO_TEST_ELASTICSEARCH_URL"].rpartition("/")[0]
    return Khoso(
        home,
        {
            "KHOSO_DATABASE_URL": databases.new(home),
            "KHOSO_STORE_URL": f"{os.environ['KHOSO_TEST_S3_URL']}&prefix={uuid4().hex}",
            **{name: os.environ[name] for name in KEYS},
            "KHOSO_INDEX_URL": f"{host}/test-{uuid4().hex}",
        },
    )


def remove_from_servers(khoso: Khoso, databases: Databases) -> None:
    """End what such a site has made."""
    databases.drop(khoso.settings["KHOSO_DATABASE_URL"])
    host, _, name = khoso.settings["KHOSO_INDEX_URL"].rpartition("/")
    with Elasticsearch(host) as client:
        if made := list(client.indices.get(index=f"{name}*", expand_wildcards="all", features="aliases")):
            client.indices.delete(index=made)
    store = S3Store(Settings(home=khoso.home, store_url=khoso.settings["KHOSO_STORE_URL"]))
    bucket = store.bucket
    for found in store.client.list_objects(bucket.name, bucket.prefix, recursive=True):
        store.client.remove_object(bucket.name, str(found.object_name))


def contents(khoso: Khoso) -> dict[str, list[Any]]:
    """All rows of papers, of people's deeds and of work; what a later look adds to the deeds is cut off."""
    database = Database(khoso.settings.get("KHOSO_DATABASE_URL", f"sqlite:///{khoso.home}/khoso.db"))
    with database.read() as connection:
        found = {
            table.name: sorted(
                map(repr, connection.execute(select(table).order_by(*table.primary_key)).all())
            )
            for table in metadata.sorted_tables
            if table not in OF_PROCESSES
        }
    database.close()
    return found


def answers(khoso: Khoso) -> list[Any]:
    """What people see: accounts, searches, one paper's evidence, the report."""
    searches = ("quyết định", "quyet dinh", '"trang hai"', "301/QĐ-UBND", "Lê Thị Đào", "Dao")
    found = [khoso.json("search", words) for words in searches]
    assert found[0]["total"]
    return [
        [
            (
                answer["total"],
                answer["facets"],
                sorted((hit["record"], hit["tier"]) for hit in answer["hits"]),
            )
            for answer in found
        ],
        khoso.json("batch", "list"),
        *(khoso.json("batch", "show", batch["batch"]) for batch in khoso.json("batch", "list")["batches"]),
        *(khoso.json("show", record) for record in sorted(khoso.found("quyết định"))),
        khoso.json("report", "progress", "--unit", "06184"),
    ]
