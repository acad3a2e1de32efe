"""Figures for Prometheus: requests of all web processes, and the work and audit log of the site.

Nothing here counts the archive: queries touch jobs that are left, pages of the last minutes, entries that
are not sealed yet.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import get_args

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeHistogramMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select

from api.sending import sent_as
from api.serving import SHARED
from ingest.services import Services
from warehouse.database import Database, database_now
from warehouse.jobs import Kind
from warehouse.sealing import unsealed_age
from warehouse.tables import jobs, pages

router = APIRouter(tags=["health"])

LATELY = timedelta(minutes=5)
CONFIDENCES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)
STATES = ("blocked", "queued", "running", "dead")

REQUESTS = Histogram(
    "khoso_request_seconds",
    "Time to answer, by method, route and status.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.5, 1, 2.5, 5, 10),
    registry=None,
)


class SiteCollector(Collector):
    """What the database says now."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """One consistent view."""
        with self._database.read() as connection:
            yield from _work(connection)
            yield from _reading(connection)
            yield _gauge(
                "khoso_audit_unsealed_seconds",
                "Age of the oldest audit entry that is not sealed.",
                unsealed_age(connection),
            )


@router.get("/metrics", response_class=Response, responses=sent_as("text/plain"))
def metrics(request: Request) -> Response:
    """Tell the site's figures in Prometheus' text format."""
    services: Services = request.app.state.services
    registry = CollectorRegistry()
    if SHARED in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REQUESTS)
    registry.register(SiteCollector(services.database))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)


def _work(connection: Connection) -> Iterator[Metric]:
    waited = database_now() - func.min(jobs.c.queued_at)
    query = select(jobs.c.kind, jobs.c.state, func.count(), waited).group_by(jobs.c.kind, jobs.c.state)
    rows = {(kind, state): (count, age) for kind, state, count, age in connection.execute(query)}
    left = GaugeMetricFamily("khoso_jobs", "Jobs that are left.", labels=["kind", "state"])
    oldest = GaugeMetricFamily(
        "khoso_queue_age_seconds", "How long the oldest queued job has waited.", labels=["kind"]
    )
    for kind in get_args(Kind):
        for state in STATES:
            left.add_metric([kind, state], rows.get((kind, state), (0, 0.0))[0])
        oldest.add_metric([kind], max(0.0, rows.get((kind, "queued"), (0, 0.0))[1]))
    yield left
    yield oldest


def _reading(connection: Connection) -> Iterator[Metric]:
    lately = pages.c.read_at >= datetime.now(UTC) - LATELY
    sums = [func.count().filter(pages.c.confidence <= limit) for limit in CONFIDENCES]
    told = func.count(pages.c.confidence), func.coalesce(func.sum(pages.c.confidence), 0.0)
    read, count, total, *below = connection.execute(select(func.count(), *told, *sums).where(lately)).one()
    yield _gauge(
        "khoso_pages_per_second",
        "Pages read a second over the last 5 minutes.",
        read / LATELY.total_seconds(),
    )
    buckets = [(str(limit), float(number)) for limit, number in zip(CONFIDENCES, below, strict=True)]
    yield GaugeHistogramMetricFamily(
        "khoso_ocr_confidence",
        "How sure the reading of pages was over the last 5 minutes.",
        buckets=[*buckets, ("+Inf", float(count))],
        gsum_value=total,
    )
