"""What those who watch a site are told: alive, ready, figures; none of it costs more in a larger archive."""

import logging
import time
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, insert, update

from api import health
from api.health import Backends
from ingest.services import SYSTEM, Services
from tests.api.conftest import Api
from warehouse.audit import write_entry
from warehouse.database import database_now
from warehouse.errors import Away
from warehouse.tables import audit, files, jobs, objects, pages


def figures(api: Api) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample by its name and the values of its labels."""
    answer = api.client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
def read_pages(services: Services) -> None:
    """A file of which one page was read an hour ago, and two now."""
    now = datetime.now(UTC)
    page = {
        "file_id": 1, "status": "ok", "width": 1, "height": 1, "text": "", "path": "whole", "turn": 0, "codes": [],
    }  # fmt: skip
    with services.database.write() as connection:
        connection.execute(insert(objects).values(sha256="a" * 64, size=1, stored_at=now))
        connection.execute(
            insert(files).values(id=1, unit_id=1, sha256="a" * 64, state="registered", received_at=now)
        )
        connection.execute(
            insert(pages),
            [
                {**page, "number": 1, "confidence": 0.1, "read_at": now - timedelta(hours=1)},
                {**page, "number": 2, "confidence": 0.55, "read_at": now},
                {**page, "number": 3, "confidence": 0.93, "read_at": now},
            ],
        )


@pytest.fixture
def waiting_jobs(services: Services) -> None:
    """Two queued reading jobs, one for a minute, and a dead one."""
    job = {
        "kind": "read", "unit": "1", "class": "bulk", "rank": 0, "pages": 1, "file_id": 1, "remaining": 0,
        "attempt": 0, "failures": 0, "lost": 0,
    }  # fmt: skip
    with services.database.write() as connection:
        for state, age in (("queued", 60), ("queued", 1), ("dead", 3600)):
            connection.execute(insert(jobs).values(**job, state=state, queued_at=database_now() - age))


def test_an_idle_site_tells_noughts(api: Api) -> None:
    told = figures(api)
    assert told["khoso_jobs", ("read", "queued")] == 0
    assert told["khoso_queue_age_seconds", ("read",)] == 0
    assert told["khoso_pages_per_second", ()] == 0
    assert told["khoso_audit_unsealed_seconds", ()] == 0


@pytest.mark.usefixtures("waiting_jobs")
def test_the_queue_tells_what_is_left_and_how_long_it_has_waited(api: Api) -> None:
    told = figures(api)
    assert told["khoso_jobs", ("read", "queued")] == 2
    assert told["khoso_jobs", ("read", "dead")] == 1
    assert 60 <= told["khoso_queue_age_seconds", ("read",)] < 70


@pytest.mark.usefixtures("read_pages")
def test_reading_is_told_of_the_last_five_minutes(api: Api) -> None:
    told = figures(api)
    assert told["khoso_pages_per_second", ()] == pytest.approx(2 / 300)
    assert told["khoso_ocr_confidence_bucket", ("0.5",)] == 0
    assert told["khoso_ocr_confidence_bucket", ("0.6",)] == 1
    assert told["khoso_ocr_confidence_bucket", ("+Inf",)] == 2
    assert told["khoso_ocr_confidence_gsum", ()] == pytest.approx(0.55 + 0.93)


def test_an_entry_that_nobody_seals_is_seen(api: Api, services: Services) -> None:
    with services.database.write() as connection:
        write_entry(connection, SYSTEM, "sign_in", "an")
        connection.execute(update(audit).values(at=datetime.now(UTC) - timedelta(seconds=60)))
    assert figures(api)["khoso_audit_unsealed_seconds", ()] >= 60


def test_requests_are_counted_by_route(api: Api) -> None:
    def answered() -> float:
        labels = ("GET", "/api/v1/problems/{reason}", "404")
        return figures(api).get(("khoso_request_seconds_count", labels), 0)

    before = answered()
    api.client.get("/api/v1/problems/an")
    assert answered() == before + 1


@pytest.mark.sqlite
def test_no_figure_is_found_by_looking_through_the_archive(api: Api, services: Services) -> None:
    asked: list[tuple[str, object]] = []
    event.listen(
        services.database.engine,
        "before_cursor_execute",
        lambda c, cu, sql, given, *_: asked.append((sql, given)),
    )
    figures(api)
    api.client.get("/readyz")
    with services.database.read() as connection:
        driver = connection.connection.cursor()
        plans = [
            (row[3], sql)
            for sql, given in asked
            if sql.startswith("SELECT")
            for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}", given).fetchall()
        ]
    assert any("pages" in step and "INDEX" in step for step, _ in plans)
    small = {"jobs", "site", "audit_head"}
    grown = [step for step, _ in plans if step.startswith("SCAN") and step.split()[1] not in small]
    assert grown == []


def test_a_probe_is_counted_and_fills_no_log(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    def counted() -> float:
        return figures(api).get(("khoso_request_seconds_count", ("GET", "/healthz", "200")), 0)

    before = counted()
    caplog.set_level(logging.INFO, "khoso.requests")
    api.client.get("/healthz")
    api.client.get("/healthz", headers={"Host": "elsewhere"})
    assert [record.__dict__["status"] for record in caplog.records if record.name == "khoso.requests"] == [
        400
    ]
    assert counted() == before + 1


def test_alive_asks_no_engine(api: Api, services: Services) -> None:
    asked: list[object] = []
    event.listen(services.database.engine, "begin", asked.append)
    assert api.client.get("/healthz").json() == {"alive": True}
    assert asked == []
    api.client.get("/readyz")
    assert len(asked) == 1


def test_ready_tells_each_engine_with_its_time(api: Api) -> None:
    answer = api.client.get("/readyz")
    told = answer.json()
    assert answer.status_code == 200
    assert told["ready"] is True
    assert {"database", "store", "index"} <= set(told["backends"])
    assert all(backend["ok"] for backend in told["backends"].values())


def test_one_engine_that_is_away_makes_it_unready_and_is_named_alone(
    api: Api, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise Away("database_away", error="db.example.vn: password=secret")

    monkeypatch.setattr(services.store, "check", away, raising=False)
    api.app.state.backends = Backends(services)
    answer = api.client.get("/readyz")
    assert answer.status_code == 503
    assert {name for name, backend in answer.json()["backends"].items() if not backend["ok"]} == {"store"}
    assert "example" not in answer.text


def test_an_engine_that_hangs_is_asked_once_and_waited_for_in_no_request(
    api: Api, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, end = [], Event()

    def hang() -> None:
        calls.append(1)
        end.wait(10)

    monkeypatch.setattr(services.store, "check", hang, raising=False)
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.1)
    api.app.state.backends = Backends(services)
    began = time.monotonic()
    for _ in range(3):
        assert api.client.get("/readyz").status_code == 503
    assert time.monotonic() - began < 3
    assert calls == [1]
    end.set()
