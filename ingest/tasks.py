"""Celery's side of the work: `khoso worker`, or `celery -A ingest.tasks worker`.

Celery gives processes, concurrency and monitoring over many machines; the ledger decides what is done.
A message is a bell and says nothing: heard twice, it does nothing twice. Nothing is opened, no setting
read, when this module is imported.
"""

import logging
from contextlib import ExitStack
from threading import Event, Thread
from typing import Any

from celery import Celery
from celery.signals import worker_process_init, worker_process_shutdown, worker_ready, worker_shutdown

from ingest.bell import Bell
from ingest.reader import Reader
from ingest.services import open_services, process_name
from ingest.sweeper import SWEEP_SECONDS, is_work_left, sweep
from ingest.worker import ENVIRONMENT, Worker
from warehouse.database import Database
from warehouse.errors import KhosoError
from warehouse.settings import load_settings

log = logging.getLogger(__name__)

TURN_SECONDS = 60.0
VISIBILITY_SECONDS = 120
"""Redis gives a killed worker's message to another after so long; RabbitMQ does at once."""


class Slot:
    """One process of Celery's pool: its services, reader child and ledger, kept from turn to turn."""

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._opened = ExitStack()

    def worker(self) -> Worker:
        """Opened at first need; raises KhosoError while an engine is away."""
        if self._worker is None:
            with ExitStack() as opening:
                services = open_services(load_settings())
                opening.callback(services.database.close)
                worker = Worker(services, opening.enter_context(Reader(services.settings.limits)))
                opening.enter_context(worker.on_duty())
                self._worker, self._opened = worker, opening.pop_all()
        return self._worker

    def close(self) -> None:
        """Give everything back; the process ends."""
        self._opened.close()


app = Celery("khoso")
_slot = Slot()
_shutdown = Event()


def _configuration() -> dict[str, Any]:
    """Read when a worker starts or a bell rings first, not at import."""
    url = load_settings().queue_url
    redis = {"visibility_timeout": VISIBILITY_SECONDS} if url.startswith("redis") else {}
    return {
        "broker_url": url,
        "broker_transport_options": redis,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "task_default_queue": "khoso",
        "task_default_delivery_mode": "transient",  # a lost bell is rung again by the sweeper
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_send_task_events": True,  # for Flower
    }


app.add_defaults(_configuration)


@app.task(name="khoso.work")
def work() -> None:
    """Claim and do jobs for a while; what is then left is for whoever hears the next ring."""
    try:
        worker = _slot.worker()
        worker.turn(TURN_SECONDS)
        left = is_work_left(worker.services.database)
    except ENVIRONMENT as error:
        log.warning("stopped until the sweeper calls again: %s", error)
        return
    if left:
        Bell(worker.services.settings.queue_url).ring()


@worker_process_init.connect
def _open_slot(**_: object) -> None:
    """Before the first message, so that the sweeper knows how many there are."""
    try:
        _slot.worker()
    except KhosoError as error:
        log.warning("not ready yet: %s", error)


@worker_process_shutdown.connect
def _close_slot(**_: object) -> None:
    _slot.close()


@worker_ready.connect
def _start_sweeping(**_: object) -> None:
    Thread(target=_sweep_until_shutdown, daemon=True).start()


@worker_shutdown.connect
def _stop_sweeping(**_: object) -> None:
    _shutdown.set()


def _sweep_until_shutdown() -> None:
    settings = load_settings()
    bell = Bell(settings.queue_url)
    while not _shutdown.wait(SWEEP_SECONDS):
        database = Database(settings.database_url)  # anew: children that are forked meanwhile inherit nothing
        try:
            sweep(database, bell, process_name())
        except KhosoError as error:
            log.warning("not swept: %s", error)
        finally:
            database.close()
