"""An S3 store on each server that deploy/services has started, behind a proxy that makes faults."""

import http.client
import os
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from warehouse.settings import Settings
from warehouse.store_s3 import S3Store

ANSWERS = {"busy": (503, "SlowDown"), "full": (507, "XMinioStorageFull")}
SERVERS = [name for name in ("KHOSO_TEST_S3_URL", "KHOSO_TEST_MINIO_URL") if name in os.environ]


class _Handler(BaseHTTPRequestHandler):
    """Passes a request on, and does the fault that is next for its method."""

    protocol_version = "HTTP/1.1"
    server: "Proxy"

    def do(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.server.next_fault(self.command)
        if fault in ANSWERS:
            self._answer(ANSWERS[fault][0], f"<Error><Code>{ANSWERS[fault][1]}</Code></Error>".encode())
        elif fault == "cut":
            self.close_connection = True
        elif fault == "silent":
            time.sleep(1)
            self.close_connection = True
        else:
            self._pass_on(_flipped(sent) if fault == "changed on the way in" else sent, fault)

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = do  # noqa: N815  (names of the standard library)

    def _pass_on(self, sent: bytes, fault: str | None) -> None:
        upstream = http.client.HTTPConnection(self.server.upstream)
        upstream.request(self.command, self.path, sent, dict(self.headers))
        answer = upstream.getresponse()
        body = answer.read()
        if fault == "changed on the way out":
            body = _flipped(body)
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection"):
                self.send_header(name, value)
        if not answer.getheader("Content-Length"):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fault == "half an answer":
            body, self.close_connection = body[: len(body) // 2], True
        self.wfile.write(body)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Proxy(ThreadingHTTPServer):
    """Stands before a server on loopback and does it wrong as often as it is told."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self._faults: dict[str, list[str]] = {}

    def fail(self, method: str, fault: str, times: int = 1) -> None:
        """The next requests of a method meet this fault, and none that was ordered before."""
        self._faults[method] = [fault] * times

    def heal(self) -> None:
        self._faults.clear()

    def next_fault(self, method: str) -> str | None:
        left = self._faults.get(method)
        return left.pop() if left else None


def _flipped(body: bytes) -> bytes:
    return body[:-1] + bytes([body[-1] ^ 1]) if body else body


@pytest.fixture(params=SERVERS)
def proxy(request: pytest.FixtureRequest) -> Iterator[Proxy]:
    endpoint = os.environ[request.param].partition("endpoint=")[2]
    server = Proxy(urlsplit(endpoint).netloc)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


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
