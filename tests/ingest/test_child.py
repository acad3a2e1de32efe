"""The child process: answers on its own pipe, within its limits, and never outlives its input."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageDraw, ImageFont

pytestmark = pytest.mark.engineless

FONT = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"
LIMITS = {"max_pages": 10, "max_pixels": 50_000_000, "page_seconds": 60, "memory_bytes": 2 * 1024**3}


class Child:
    """A child as its parent sees it: lines in, lines out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "private"
        self.folder.mkdir()
        self.stderr = folder / "stderr"
        with self.stderr.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ingest.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                start_new_session=True,
            )
        self.seen = psutil.Process(self.process.pid)
        self.send({"folder": str(self.folder), "limits": LIMITS})

    def send(self, message: dict[str, object]) -> None:
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, **request: object) -> dict[str, object]:
        self.send({"seconds": 60, "password": "", **request})
        return json.loads(self.process.stdout.readline())

    def has_loaded(self, library: str) -> bool:
        return library in Path(f"/proc/{self.process.pid}/maps").read_text()


@pytest.fixture
def child(tmp_path):
    started = Child(tmp_path)
    yield started
    started.process.kill()
    started.process.wait()
    started.process.stdin.close()
    started.process.stdout.close()


@pytest.fixture
def page(tmp_path) -> str:
    """About a second of reading."""
    image = Image.new("L", (1654, 1000), 255)
    font = ImageFont.truetype(FONT, 34)
    lines = "\n".join(f"Dòng {n}: Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập" for n in range(15))
    ImageDraw.Draw(image).multiline_text((150, 150), lines, 0, font, spacing=12)
    image.save(tmp_path / "page.png")
    return str(tmp_path / "page.png")


def wait_for(condition, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def is_gone(process: psutil.Process) -> bool:
    """Dead, even if nobody has asked after it yet."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_every_request_gets_one_line_with_its_result_or_its_reason(child, page, tmp_path):
    (tmp_path / "empty").touch()
    assert child.ask(op="inspect", path=page) == {
        "ok": True,
        "result": {"media_type": "image/png", "pages": 1, "locked": False},
    }
    assert child.ask(op="inspect", path=str(tmp_path / "empty")) == {
        "ok": False,
        "error": "Refused",
        "reason": "empty",
        "detail": {},
    }
    reading = child.ask(op="read_page", path=page, number=1)["result"]
    assert reading["status"] == "ok"
    assert "Cộng" in {word[0] for word in reading["words"]}


def test_looking_at_a_file_loads_nothing_that_only_reading_needs(child, page):
    child.ask(op="inspect", path=page)
    assert not child.has_loaded("cv2")
    child.ask(op="read_page", path=page, number=1)
    assert child.has_loaded("cv2")


def test_reading_gives_way_to_whoever_waits_for_an_answer(child, page):
    child.ask(op="inspect", path=page)
    assert child.seen.nice() == os.getpriority(os.PRIO_PROCESS, 0)
    child.ask(op="read_page", path=page, number=1)
    assert child.seen.nice() == 10
    weighed = Path(f"/proc/{child.seen.pid}/autogroup")  # sessions, where the kernel weighs them first
    assert not weighed.exists() or weighed.read_text().rstrip().endswith(" nice 10")


def test_prints_of_libraries_stay_out_of_the_answers(child, page):
    child.ask(op="inspect", path=page)
    assert Path(f"/proc/{child.process.pid}/fd/1").resolve() == child.stderr


def test_limits_hold_and_processor_time_is_renewed_with_each_request(child, page):
    child.ask(op="inspect", path=page)
    assert child.seen.rlimit(psutil.RLIMIT_AS) == (LIMITS["memory_bytes"],) * 2
    assert child.seen.rlimit(psutil.RLIMIT_FSIZE) == (LIMITS["memory_bytes"],) * 2
    assert child.seen.rlimit(psutil.RLIMIT_NOFILE) == (256, 256)
    for seconds in (7, 500, 7):
        child.ask(op="inspect", path=page, seconds=seconds)
        assert 0 < child.seen.rlimit(psutil.RLIMIT_CPU)[0] - seconds < 4


def test_closed_input_ends_the_child_and_its_tesseract_in_the_middle_of_a_page(child, page):
    child.send({"op": "read_page", "path": page, "number": 1, "password": "", "seconds": 60})
    assert wait_for(child.seen.children)
    tesseract = child.seen.children()
    for process in tesseract:
        process.suspend()  # it shall not end by itself meanwhile
    child.process.stdin.close()
    assert wait_for(lambda: child.process.poll() is not None, 10)
    assert wait_for(lambda: all(is_gone(process) for process in tesseract), 10)
    assert not child.folder.exists()


def test_what_nobody_foresaw_ends_the_child_with_its_trace_in_stderr(child):
    child.send({"op": "no such operation", "seconds": 1})
    assert child.process.wait(10) != 0
    assert "no such operation" in child.stderr.read_text()
