"""`khoso serve`: web processes over one listening socket, local workers, and the sealer, under one parent."""

import errno
import http.client
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from api.idempotency import sweep
from ingest.bell import LOCAL
from ingest.pool import Command, Pool, worker
from ingest.services import Services
from warehouse.errors import Busy, Unavailable, UsageError
from warehouse.leases import every
from warehouse.sealing import sealing

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Where the web processes keep their counts, so that each can tell those of all (api/metrics.py)."""
READY_SECONDS = 60
SWEEP_SECONDS = 600
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Where a server that listens on all addresses is asked by its own machine."""


def listen(host: str, port: int) -> socket.socket:
    """The socket that all web processes accept from; raises Busy if somebody else listens there."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=512)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Busy("port_in_use", host=host, port=port) from error
        raise UsageError("cannot_listen", host=host, port=port, error=error.strerror) from error


def serve(
    services: Services, listener: socket.socket, workers: int, readers: int, tell: Callable[[str], None]
) -> int:
    """Until told to stop; the exit code. `tell` gets the address once a web process answers there.

    Where a broker calls workers, none is started here.
    """
    gone, alive = os.pipe()  # our end closes with us, whatever ends us
    descriptors = listener.fileno(), gone
    web = Command(("api.web", *map(str, descriptors)), descriptors)
    reading = [worker()] * readers if services.settings.queue_url == LOCAL else []
    with TemporaryDirectory(prefix="khoso-metrics-") as figures, _upkeep(services):
        pool = Pool([*[web] * workers, *reading], forever=True, variables={SHARED: figures})
        code = pool.run(_Announcement(listener, tell))
    os.close(alive)
    return code


@contextmanager
def _upkeep(services: Services) -> Iterator[None]:
    """What one process of the site is to do beside its requests."""
    with (
        sealing(services.database, services.process),
        every(SWEEP_SECONDS, lambda: sweep(services.database)),
    ):
        yield


class _Announcement:
    """Tells the address once it answers; raises Unavailable if it does not in good time."""

    def __init__(self, listener: socket.socket, tell: Callable[[str], None]) -> None:
        host, self._port = listener.getsockname()[:2]
        self._host = _ANY.get(host, host)
        self._tell = tell
        self._until: float | None = time.monotonic() + READY_SECONDS

    def __call__(self) -> None:
        """Look again, until it was told."""
        if self._until is None:
            return
        if self._answers():
            self._until = None
            host = f"[{self._host}]" if ":" in self._host else self._host
            self._tell(f"http://{host}:{self._port}")
        elif time.monotonic() > self._until:
            raise Unavailable("web_not_answering", seconds=READY_SECONDS)

    def _answers(self) -> bool:
        asking = http.client.HTTPConnection(self._host, self._port, timeout=1)
        try:
            asking.request("GET", "/healthz")
            asking.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asking.close()
        return True
