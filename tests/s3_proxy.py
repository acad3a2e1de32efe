"""A proxy before an S3 server that makes faults: answers 503 and 507, cuts lines, changes bytes."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

ANSWERS = {"busy": (503, "SlowDown"), "full": (507, "XMinioStorageFull")}


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


@contextmanager
def proxy_before(store_url: str) -> Iterator[Proxy]:
    """Stands on loopback before the server that a store's URL names."""
    server = Proxy(urlsplit(store_url.partition("endpoint=")[2]).netloc)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
