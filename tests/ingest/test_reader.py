"""The reader: whatever a stranger's file does to the child, the parent gets an answer and goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import Event, Thread

import pikepdf
import psutil
import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest import reader as reader_module
from ingest.reader import Reader
from warehouse.errors import Refused
from warehouse.records import Inspection, Limits, PdfPart

pytestmark = pytest.mark.engineless

FONT = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"
NASTY = Path(__file__).parents[3] / "shared" / "nasty"
TESSERACT = "tesseract"


@pytest.fixture
def reader():
    with Reader(Limits(page_seconds=60)) as open_reader:
        yield open_reader


@pytest.fixture
def page(tmp_path) -> Path:
    """About a second of reading."""
    image = Image.new("L", (1654, 1000), 255)
    font = ImageFont.truetype(FONT, 34)
    lines = "\n".join(f"Dòng {n}: Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập" for n in range(15))
    ImageDraw.Draw(image).multiline_text((150, 150), lines, 0, font, spacing=12)
    image.save(tmp_path / "page.png")
    return tmp_path / "page.png"


@pytest.fixture
def blank(tmp_path) -> Path:
    Image.new("L", (200, 300), 255).save(tmp_path / "blank.png")
    return tmp_path / "blank.png"


def processes_of(session: int) -> list[psutil.Process]:
    """All living processes a child started, itself included."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


def wait_for(condition, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def is_reading(pid: int | None) -> bool:
    return pid is not None and any(process.name() == TESSERACT for process in processes_of(pid))


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def stop(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)


def stop_all_and_kill(pid: int) -> None:
    os.killpg(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)


@contextmanager
def struck(reader: Reader, blow: Callable[[int], None], times: int):
    """Gives each of the next children a blow, as soon as its Tesseract runs."""
    over = Event()

    def strike() -> None:
        last = None
        for _ in range(times):
            while reader.pid == last or not is_reading(reader.pid):
                if over.wait(0.01):
                    return
            last = reader.pid
            blow(last)

    thread = Thread(target=strike)
    thread.start()
    yield
    over.set()
    thread.join()


def test_file_is_inspected_and_refused_across_the_pipe(reader, page, tmp_path):
    assert reader.inspect(page) == Inspection("image/png", 1)
    (tmp_path / "lying.pdf").write_bytes(b"GIF89a" + b"\0" * 50)
    with pytest.raises(Refused, match="GIF"):
        reader.inspect(tmp_path / "lying.pdf")


def test_page_is_read_with_vietnamese_words(reader, page):
    reading = reader.read_page(page, 1)
    assert (reading.status, reading.width, reading.height) == ("ok", 1654, 1000)
    assert reading.text.count("Việt Nam") >= 13


def test_searchable_pdf_holds_the_words_that_were_read(reader, page, tmp_path):
    reader.searchable_pdf([PdfPart(page, 1, 1, (reader.read_page(page, 1),))], tmp_path / "out.pdf")
    command = ["pdftotext", tmp_path / "out.pdf", "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert text.count("Việt Nam") >= 13


def test_refused_searchable_pdf_leaves_nothing_behind(reader, tmp_path):
    (tmp_path / "in.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "out.pdf").write_bytes(b"of an earlier try")
    with pytest.raises(Refused, match="damaged"):
        reader.searchable_pdf([PdfPart(tmp_path / "in.png", 1, 1, ())], tmp_path / "out.pdf")
    assert not (tmp_path / "out.pdf").exists()


def huge_png() -> bytes:
    """A PNG of 200 KB that is 196 million white dots."""
    buffer = BytesIO()
    Image.new("1", (14_000, 14_000), 1).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("content", [b"%PDF-1.4\n", b"", huge_png()])
def test_page_that_cannot_be_read_is_failed_with_a_reason_and_the_reader_goes_on(reader, blank, content):
    (blank.parent / "bad").write_bytes(content)
    reader.inspect(blank)
    pid = reader.pid
    reading = reader.read_page(blank.parent / "bad", 1)
    assert reading.status == "failed"
    assert reading.reason
    assert reader.read_page(blank, 1).status == "blank"
    assert reader.pid == pid


def test_page_without_its_number_is_failed(reader, blank):
    assert reader.read_page(blank, 7).reason == "page_unreadable"


def test_page_whose_child_is_killed_once_is_read_by_a_fresh_one(reader, page):
    with struck(reader, kill, times=1):
        reading = reader.read_page(page, 1)
    assert reading.status == "ok"


def test_page_whose_child_is_killed_twice_is_failed_and_the_next_one_is_read(reader, page, blank):
    with struck(reader, kill, times=2):
        reading = reader.read_page(page, 1)
    assert (reading.number, reading.status, reading.reason) == (1, "failed", "reader_died")
    assert reader.read_page(blank, 1).status == "blank"


def test_page_that_outlasts_its_time_twice_is_failed(page, blank):
    with Reader(Limits(page_seconds=3)) as reader:
        reader.read_page(blank, 1)
        with struck(reader, stop, times=2):
            reading = reader.read_page(page, 1)
        assert reading.reason == "reader_timeout"
        assert reader.read_page(blank, 1).status == "blank"


def test_killed_child_leaves_no_tesseract_behind(reader, page, blank):
    reader.inspect(blank)
    first = reader.pid
    with struck(reader, stop_all_and_kill, times=1):
        reader.read_page(page, 1)
    assert reader.pid != first
    assert not processes_of(first)


def test_child_that_died_between_two_pages_costs_neither(reader, blank):
    reader.inspect(blank)
    os.kill(reader.pid, signal.SIGKILL)
    assert reader.read_page(blank, 1).status == "blank"


def test_memory_of_a_page_is_limited(blank, tmp_path):
    Image.new("RGB", (9_000, 9_000), "white").save(tmp_path / "wide.png", compress_level=1)
    with Reader(Limits(memory_bytes=700 * 1024**2)) as reader:
        assert reader.read_page(blank, 1).status == "blank"
        assert reader.read_page(tmp_path / "wide.png", 1).reason == "too_much_memory"
        assert reader.read_page(blank, 1).status == "blank"


@pytest.mark.parametrize(("limit", "least"), [("PAGES_A_CHILD", 2), ("RESIDENT_BYTES", 1)])
def test_old_or_fat_child_is_renewed(reader, blank, monkeypatch, limit, least):
    monkeypatch.setattr(reader_module, limit, least)
    pids = []
    for _ in range(3):
        reader.read_page(blank, 1)
        pids.append(reader.pid)
    assert pids[0] != pids[2]


def test_child_is_told_no_secrets(reader, blank, monkeypatch):
    monkeypatch.setenv("KHOSO_DATABASE_URL", "postgresql://khoso:secret@host/khoso")
    reader.inspect(blank)
    assert "secret" not in Path(f"/proc/{reader.pid}/environ").read_text()


def test_closing_ends_the_child_and_removes_its_folder(reader, blank):
    reader.inspect(blank)
    pid, folder = reader.pid, Path(f"/proc/{reader.pid}/cwd").resolve()
    assert folder.is_dir()
    reader.close()
    assert not folder.exists()
    assert not processes_of(pid)


PARENT = """
import sys
from pathlib import Path
from ingest.reader import Reader
from warehouse.records import Limits, PdfPart
with Reader(Limits()) as reader:
    reader.inspect(Path(sys.argv[1]))
    print(reader.pid, flush=True)
    reader.read_page(Path(sys.argv[1]), 1)
"""


def test_parent_killed_in_the_middle_of_a_page_takes_everything_along(page):
    command = [sys.executable, "-c", PARENT, str(page)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
        folder = Path(f"/proc/{pid}/cwd").resolve()
        assert wait_for(lambda: is_reading(pid))
        parent.kill()
    assert wait_for(lambda: not processes_of(pid), 2)
    assert not folder.exists()


def test_password_opens_a_locked_pdf_across_the_pipe(reader, page, tmp_path):
    locked = tmp_path / "locked.pdf"
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(locked, encryption=pikepdf.Encryption(user="mật khẩu", owner="chủ"))
    assert reader.inspect(locked, "mật khẩu") == Inspection("application/pdf", 1, locked=True)
    assert reader.read_page(locked, 1, "mật khẩu").status == "blank"
    with pytest.raises(Refused, match="password"):
        reader.inspect(locked, "sai")
    assert reader.read_page(locked, 1).reason == "encrypted"


@pytest.mark.slow
@pytest.mark.skipif(not NASTY.exists(), reason="the collection of broken files is not here")
def test_every_nasty_file_is_refused_with_a_reason_or_its_first_page_is_read():
    with Reader(Limits()) as reader:
        for path in sorted(path for path in NASTY.rglob("*") if path.is_file()):
            try:
                reader.inspect(path)
            except Refused:
                continue
            reading = reader.read_page(path, 1)
            assert reading.status in ("ok", "blank") or reading.reason, path
            assert reading.reason not in ("reader_died", "reader_timeout"), path
