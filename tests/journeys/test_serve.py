"""`khoso serve`: one command that serves and reads, and ends without leaving anything behind."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from ingest.services import SYSTEM
from tests.journeys.conftest import COMMAND, UNIT
from tests.journeys.workers import children_of, kill_all_of, wait_until
from warehouse.accounts.clients import add_client
from warehouse.database import Database

MOST_MEMORY = 200 << 20
LIBRARIES_OF_IMAGES = re.compile(r"/(PIL|pillow_heif|cv2|numpy|pikepdf|pypdfium2|pytesseract|zxingcpp)")
PARAMETERS = {"record": "ABCDEFGHJKLM"}


@dataclass
class Served:
    """A site that is being served."""

    process: "subprocess.Popen[str]"
    address: str
    log: Path

    def web(self) -> list[psutil.Process]:
        """Its web processes."""
        return self._running("api.web")

    def workers(self) -> list[psutil.Process]:
        """Its processes that read."""
        return self._running("work")

    def _running(self, word: str) -> list[psutil.Process]:
        found = []
        for child in children_of(self.process):
            with suppress(psutil.NoSuchProcess):  # a zombie is none either
                if word in child.cmdline():
                    found.append(child)
        return found

    def end(self, number: int = signal.SIGTERM) -> int:
        """Its exit code; nothing of it may be left."""
        children = children_of(self.process)
        self.process.send_signal(number)
        code = self.process.wait(90)
        _, alive = psutil.wait_procs(children, timeout=5)
        assert alive == []
        return code


@pytest.fixture
def serve(khoso: Any, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts it on a free port; all is killed in the end."""
    started = []

    def start(*arguments: object) -> Served:
        log = tmp_path / f"log{len(started)}"
        with log.open("w") as stderr:
            process = subprocess.Popen(
                [COMMAND, "serve", "--port", "0", *map(str, arguments)],
                env={**os.environ, **khoso.environment},
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        started.append(process)
        told = re.search(r"http://\S+", process.stdout.readline())
        assert told, log.read_text()
        return Served(process, told[0], log)

    yield start
    for process in started:
        kill_all_of(process)
        process.communicate()


@pytest.fixture
def token(khoso: Any) -> str:
    """Of a program that may read, export and see figures."""
    database = Database(khoso.settings.get("KHOSO_DATABASE_URL", f"sqlite:///{khoso.home}/khoso.db"))
    with database.write(durable=True) as connection:
        made = add_client(connection, SYSTEM, "motcua", ["read", "export", "figures", "audit"], [UNIT])
    database.close()
    return made


def test_every_kind_of_route_is_served_in_little_memory_and_without_libraries_of_images(khoso, serve, token):
    served = serve("--workers", 1, "--readers", 0)
    document = httpx.get(f"{served.address}/api/v1/openapi.json").json()
    with httpx.Client(base_url=served.address, headers={"Authorization": f"Bearer {token}"}) as client:
        for path, operations in document["paths"].items():
            for method in operations:
                asked = re.sub(r"\{(\w+)\}", lambda name: PARAMETERS.get(name[1], "1"), path)
                answer = client.request(method, asked, headers={"If-Match": '"1"'}, timeout=30)
                assert answer.status_code < 500, f"{method} {path}: {answer.text}"
    [web] = served.web()
    assert web.memory_info().rss < MOST_MEMORY
    mapped = {each.path for each in web.memory_maps()}
    assert any("tantivy" in path or "sqlalchemy" in path for path in mapped)  # modules are seen so
    assert [path for path in mapped if LIBRARIES_OF_IMAGES.search(path)] == []


def test_the_log_is_json_without_a_path_or_a_query(serve):
    served = serve("--workers", 1, "--readers", 0)
    httpx.get(f"{served.address}/api/v1/problems/nguyen-van-an?name=nguyen-van-an")
    httpx.get(f"{served.address}/api/v1/me", headers={"Authorization": "Bearer nguyen-van-an"})
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    assert "/api/v1/problems/{reason}" in [line["route"] for line in lines]
    assert "nguyen" not in served.log.read_text()
    assert all(line["request_id"] and line["ms"] >= 0 for line in lines)


def test_whoever_is_killed_is_replaced(khoso, serve):
    served = serve("--workers", 2, "--readers", 1)
    killed = [*served.web(), *served.workers()]
    assert len(killed) == (2 if khoso.on_broker else 3)
    time.sleep(1)  # not sooner than so long after its start
    for process in killed:
        process.kill()
    end = time.monotonic() + 30
    while len(living := [*served.web(), *served.workers()]) < len(killed) or set(living) & set(killed):
        assert time.monotonic() < end, living
        time.sleep(0.1)
    answer = httpx.get(f"{served.address}/healthz", timeout=30)
    assert answer.json() == {"alive": True}
    assert served.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_finishes_the_request_in_hand(serve, number):
    served = serve("--workers", 1, "--readers", 0)
    host, port = served.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as slow:
        head = f"POST /api/v1/session HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n"
        slow.sendall(f"{head}Content-Length: 2\r\n\r\n{{".encode())
        time.sleep(0.3)
        served.process.send_signal(number)
        time.sleep(1)
        slow.sendall(b"}")
        assert slow.recv(100).startswith(b"HTTP/1.1 4")
    assert served.process.wait(30) == 0


def test_told_to_end_it_leaves_no_job_to_a_lease(khoso, serve, scans, draw):
    for number in range(4):
        draw(scans / f"{number}.pdf", *([["ỦY BAN NHÂN DÂN", f"Trang {page}"] for page in range(4)]))
    served = serve("--workers", 1, "--readers", 1)
    khoso.take_in(scans)
    if not khoso.on_broker:
        wait_until(khoso, "SELECT count(*) > 0 FROM jobs WHERE state = 'running'", [(True,)])
    assert served.end() == 0
    assert khoso.rows("SELECT count(*) FROM jobs WHERE state = 'running'") == [(0,)]
    assert khoso.rows("SELECT count(*) FROM workers WHERE role = 'worker'") == [(0,)]


def test_what_is_imported_is_read_and_what_is_done_is_sealed(khoso, serve, scans, draw):
    served = serve("--workers", 1, "--readers", 1)
    draw(scans / "a.png", ["ỦY BAN NHÂN DÂN XÃ ĐỒNG ĐĂNG"])
    khoso.take_in(scans)
    if not khoso.on_broker:
        wait_until(khoso, "SELECT count(*) FROM jobs", [(0,)])
    wait_until(khoso, "SELECT count(*) FROM audit WHERE seq IS NULL", [(0,)], seconds=5)
    assert served.end() == 0


def test_the_processes_end_when_their_parent_is_killed(serve):
    served = serve("--workers", 2, "--readers", 0)
    web = served.web()
    served.process.kill()
    _, alive = psutil.wait_procs(web, timeout=10)
    assert alive == []


def test_a_port_that_another_program_holds_is_told_in_one_sentence(khoso):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = khoso.call("serve", "--port", port)
    assert done.returncode == 7
    assert len(done.stderr.splitlines()) == 1
    assert f"Port {port} on 127.0.0.1 is in use" in done.stderr


def test_figures_are_those_of_all_web_processes(serve):
    served = serve("--workers", 2, "--readers", 0)
    for _ in range(20):
        httpx.get(f"{served.address}/api/v1/problems/an")
    counted = re.compile(r'khoso_request_seconds_count\{.*route="/api/v1/problems/\{reason\}".*\} (\d+)')
    told = {counted.search(httpx.get(f"{served.address}/metrics").text)[1] for _ in range(10)}
    assert told == {"20"}
