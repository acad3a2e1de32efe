"""`khoso doctor` and the engines: each is looked at by itself, in bounded time, and no secret is ever shown."""

import os
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from search.elastic_schema import mapping
from tests.journeys.doctoring import faults, findings, leave_out_slow_checks, leave_servers
from warehouse import leases
from warehouse.database import Database

ENGINES = {
    "database": ("KHOSO_DATABASE_URL", "postgresql+psycopg://khoso:hush-hush@{place}/khoso"),
    "store": ("KHOSO_STORE_URL", "s3://khoso-test?endpoint=http://{place}"),
    "index": ("KHOSO_INDEX_URL", "http://{place}/khoso"),
    "broker": ("KHOSO_QUEUE_URL", "redis://:hush-hush@{place}/0"),
}
KEYS = {"KHOSO_S3_ACCESS_KEY": "khoso", "KHOSO_S3_SECRET_KEY": "hush-hush"}
SERVERS = {
    "KHOSO_TEST_POSTGRESQL_URL": "database",
    "KHOSO_TEST_S3_URL": "store",
    "KHOSO_TEST_MINIO_URL": "store",
    "KHOSO_TEST_ELASTICSEARCH_URL": "index",
}


@pytest.fixture(autouse=True)
def _quick(khoso: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out_slow_checks(monkeypatch)
    leave_servers(khoso)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """One of the four."""
    return str(request.param)


@pytest.fixture
def silent() -> Iterator[str]:
    """An address where somebody listens and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def s3(khoso: Any) -> str:
    """The address of the S3 server under test."""
    if "KHOSO_TEST_S3_URL" not in os.environ:
        pytest.skip("needs KHOSO_TEST_S3_URL")
    khoso.settings |= {name: os.environ[name] for name in KEYS}
    return os.environ["KHOSO_TEST_S3_URL"]


def point(khoso: Any, engine: str, place: str) -> None:
    """Let the site look for an engine there."""
    name, form = ENGINES[engine]
    khoso.settings |= {**KEYS, name: form.format(place=place)}


def of(engine: str, found: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return [(verdict, reason) for check, verdict, reason in found if check == engine]


def test_an_engine_that_does_not_listen_is_named_and_the_others_are_looked_at(
    khoso: Any, engine: str
) -> None:
    point(khoso, engine, "127.0.0.1:9")
    told = findings(khoso, code=9)
    assert [each["reason"] for each in told if each["verdict"] == "wrong"] == ["port_refused"]
    assert {"disk", "fonts", *ENGINES} <= {each["check"] for each in told}


def test_a_host_that_nobody_knows_is_named(khoso: Any, engine: str) -> None:
    point(khoso, engine, "nobody.invalid")
    assert of(engine, faults(khoso, code=9))[-1] == ("wrong", "host_unknown")


def test_an_engine_that_is_silent_costs_its_check_some_seconds_and_no_other(
    khoso: Any, engine: str, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.doctor.examination.CHECK_SECONDS", 4.0)
    point(khoso, engine, silent)
    told = findings(khoso, code=9)
    assert [each["check"] for each in told if each["verdict"] == "wrong"] == [engine]
    assert max(each["seconds"] for each in told if each["check"] == engine) < 5


def test_an_engine_elsewhere_without_encryption_or_password_is_a_warning(khoso: Any, engine: str) -> None:
    point(khoso, engine, "192.0.2.1")  # an address that is nobody's
    found = of(engine, faults(khoso, code=9))
    assert ("warning", "engine_not_encrypted") in found
    assert (("warning", "engine_without_password") in found) == (engine == "index")


@pytest.mark.parametrize(
    "place",
    ["127.0.0.1:hush-hush", "a:hush@hush-hush:x", "hush-hush@127.0.0.1:9", "hush/hush-hush@127.0.0.1:9"],
)
def test_no_secret_is_shown_whatever_is_wrong_with_an_address(khoso: Any, engine: str, place: str) -> None:
    point(khoso, engine, place)
    done = khoso.outcome("doctor")
    assert done.returncode in (2, 9)
    secret = "hush-hush" if engine in ("database", "broker") or "@" in place else "only passwords are secret"
    assert secret not in done.stdout + done.stderr


@pytest.mark.parametrize("server", SERVERS)
def test_a_clock_far_from_a_servers_is_wrong_and_one_a_little_off_a_warning(
    khoso: Any, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = SERVERS[server]
    if server not in os.environ:
        pytest.skip(f"needs {server}")
    if check != "database":
        khoso.settings |= {name: os.environ[name] for name in KEYS if name in os.environ}
        khoso.settings[ENGINES[check][0]] = os.environ[server]
    now = time.time
    for minutes, code, verdict in ((16, 9, ("wrong", "clock_far")), (1, 0, ("warning", "clock_apart"))):
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda minutes=minutes: now() - 60 * minutes)
            assert of(check, faults(khoso, code)) == [verdict]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"KHOSO_S3_SECRET_KEY": "hush-hush"}, "store_denied"),
        ({"KHOSO_STORE_URL": "s3://no-such-bucket?endpoint="}, "store_no_bucket"),
        ({"KHOSO_S3_RETENTION_DAYS": "30"}, "store_without_lock"),
    ],
    ids=["key", "bucket", "lock"],
)
def test_a_store_that_refuses_says_why(khoso: Any, s3: str, wrong: dict[str, str], reason: str) -> None:
    endpoint = s3.partition("endpoint=")[2]
    khoso.settings |= {"KHOSO_STORE_URL": s3, **wrong}
    if khoso.settings["KHOSO_STORE_URL"].endswith("endpoint="):
        khoso.settings["KHOSO_STORE_URL"] += endpoint
    done = khoso.outcome("doctor", "--json")
    assert done.returncode == (2 if reason == "store_without_lock" else 9)
    assert f'"{reason}"' in done.stdout
    assert "hush-hush" not in done.stdout


def test_a_store_without_the_newest_original_is_another_sites(
    khoso: Any, s3: str, scans: Any, draw: Any
) -> None:
    draw(scans / "a.png", ["Số: 12/QĐ-UBND"])
    khoso.read(scans)
    khoso.settings["KHOSO_STORE_URL"] = f"{s3}&prefix=empty"
    assert faults(khoso, code=10) == [("originals", "wrong", "object_missing")]


def test_an_index_of_another_version_is_wrong(khoso: Any, elastic_url: str) -> None:
    host, alias = elastic_url.rsplit("/", 1)
    older = mapping(alias)
    older["_meta"]["khoso"]["version"] = 0
    with Elasticsearch(host) as client:
        client.indices.create(index=f"{alias}-first", mappings=older, aliases={alias: {}})
    khoso.settings["KHOSO_INDEX_URL"] = elastic_url
    assert faults(khoso, code=2) == [("index", "wrong", "index_outdated")]


def test_looking_at_an_index_that_nobody_made_does_not_make_it(khoso: Any, elastic_url: str) -> None:
    khoso.settings["KHOSO_INDEX_URL"] = elastic_url
    assert faults(khoso) == []
    host, alias = elastic_url.rsplit("/", 1)
    with Elasticsearch(host) as client:
        assert not client.indices.exists_alias(name=alias)


@pytest.mark.parametrize("variable", ["KHOSO_TEST_REDIS_URL", "KHOSO_TEST_RABBITMQ_URL"])
def test_a_broker_tells_its_version_refuses_a_wrong_password_and_wants_a_sweeper(
    khoso: Any, variable: str
) -> None:
    if variable not in os.environ:
        pytest.skip(f"needs {variable}")
    url = khoso.settings["KHOSO_QUEUE_URL"] = os.environ[variable]
    assert faults(khoso) == [("sweeper", "warning", "sweeper_missing")]
    database = Database(khoso.settings.get("KHOSO_DATABASE_URL", f"sqlite:///{khoso.home}/khoso.db"))
    assert leases.take(database, "sweeper", "a machine", 30)
    database.close()
    assert faults(khoso) == []
    password = url.rpartition("@")[0].rpartition(":")[2]
    khoso.settings["KHOSO_QUEUE_URL"] = url.replace(password, "hush-hush")
    assert faults(khoso, code=9) == [("broker", "wrong", "broker_refuses")]
