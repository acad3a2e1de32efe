"""The parent's side of the child process: asks, waits so long and no longer, and tries once more."""

import fcntl
import json
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar

import psutil
from pydantic import TypeAdapter

from ingest.wire import Json, packed_part, unpacked
from warehouse.errors import KhosoError, Refused, Unavailable
from warehouse.letters import Letter
from warehouse.reasons import reasons
from warehouse.records import Inspection, Limits, PageReading, PageToShow, PdfPart

PAGES_A_CHILD = 200
RESIDENT_BYTES = 500 * 1024**2
TABLE_SECONDS = 180
LETTER_SECONDS = 20
CHUNK_BYTES = 65536
ANSWER_BYTES = 64 * 1024**2
LAST_WORDS_BYTES = 4096
FOLDER_PREFIX = "khoso-reader-"
STALE_SECONDS = 60
"""A folder is locked well before that."""
PASSED_ON = ("PATH", "TESSDATA_PREFIX")
ERRORS: dict[str, type[KhosoError]] = {"Refused": Refused, "Unavailable": Unavailable}
NOT_AN_ANSWER = (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What comes of a line that is no answer: a file may have taken the child over, so nothing in it is trusted."""

_Answer = TypeVar("_Answer")
_INSPECTION = TypeAdapter(Inspection)
_PAGE = TypeAdapter(PageReading)

log = logging.getLogger(__name__)


class Reader:
    """Opens strangers' files in a child process that lives long but not forever. One thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._child: _Child | None = None
        sweep()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id, None before the first question."""
        return self._child.process.pid if self._child else None

    def inspect(self, path: Path, password: str = "") -> Inspection:
        """What the file is; raises Refused as ocr.inspection does, or with reader_died, reader_timeout."""
        request = {"op": "inspect", "path": _absolute(path), "password": password}
        return self._ask(request, self.limits.page_seconds, self._inspection)

    def read_page(self, path: Path, number: int, password: str = "") -> PageReading:
        """Page `number` (from 1). A bad page is a failed reading; a missing tool raises Unavailable."""
        request = {"op": "read_page", "path": _absolute(path), "number": number, "password": password}
        try:
            return self._ask(request, self.limits.page_seconds, _page)
        except Refused as error:
            return PageReading(number, 0, 0, "failed", error.reason)

    def searchable_pdf(self, parts: Sequence[PdfPart], out: Path) -> None:
        """Writes `out`, or raises Refused and leaves nothing there."""
        request = {
            "op": "searchable_pdf",
            "out": _absolute(out),
            "parts": [packed_part(part) for part in parts],
        }
        pages = sum(len(part.pages) for part in parts)
        try:
            self._ask(request, self.limits.page_seconds + pages, dict)
        except KhosoError:
            out.unlink(missing_ok=True)
            raise

    def preview(self, page: PageToShow, long_side: int, most_bytes: int, out: Path) -> None:
        """Writes a page's picture as WebP to `out`, or raises Refused."""
        request = {"op": "preview", "path": _absolute(page.path), "number": page.number, "turn": page.turn,
                   "password": page.password, "long_side": long_side, "most_bytes": most_bytes,
                   "out": _absolute(out)}  # fmt: skip
        self._ask(request, self.limits.page_seconds, lambda _: _require_webp(out, most_bytes))

    def read_table(self, path: Path, out: Path) -> None:
        """Writes the cells of a workbook to `out`, as ingest.sheet_child says, or raises Refused."""
        request = {"op": "read_table", "path": _absolute(path), "out": _absolute(out)}
        self._ask(request, TABLE_SECONDS, dict)

    def letter(self, letter: Letter, out: Path) -> None:
        """Prints a letter to a PDF: the libraries for that open pictures, too."""
        request = {"op": "letter", "letter": asdict(letter), "out": _absolute(out)}
        self._ask(request, LETTER_SECONDS, dict)

    def close(self) -> None:
        """Ends the child and whatever it started."""
        if self._child:
            self._child.end()
            self._child = None

    def _ask(self, request: Json, seconds: int, take: Callable[[Json], _Answer]) -> _Answer:
        for _ in range(2):
            child = self._fit_child()
            line = child.ask({**request, "seconds": seconds}, seconds)
            with suppress(*NOT_AN_ANSWER):
                return take(_result(line))
            self.close()
            reason = child.reason
            log.warning("%s: %s %s: %s", reason, request["op"], request.get("path", ""), child.last_words)
        raise Refused(reason, seconds=seconds)

    def _inspection(self, result: Json) -> Inspection:
        seen = _INSPECTION.validate_python(result)
        if not 1 <= seen.pages <= self.limits.max_pages:
            raise ValueError(seen.pages)
        return seen

    def _fit_child(self) -> "_Child":
        if self._child and not self._child.is_fit():
            self.close()
        if not self._child:
            self._child = _Child(self.limits)
        return self._child


def _absolute(path: Path) -> str:
    return str(path.absolute())


def _result(line: bytes) -> Json:
    answer = json.loads(line)
    if answer["ok"]:
        return dict(answer["result"])
    if answer["reason"] not in reasons():
        raise ValueError(answer["reason"])
    raise ERRORS[answer["error"]](answer["reason"], **answer["detail"])


def _page(result: Json) -> PageReading:
    return _PAGE.validate_python(asdict(unpacked(result)))


def _require_webp(path: Path, most_bytes: int) -> None:
    with path.open("rb") as file:
        head = file.read(12)
    if head[:4] + head[8:] != b"RIFFWEBP" or path.stat().st_size > most_bytes:
        raise ValueError(head)


def sweep() -> None:
    """Removes the folders of children that were killed together with their parents."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        with suppress(OSError):  # another's, or another reader sweeps too
            if time.time() - folder.stat().st_mtime > STALE_SECONDS and not _is_in_use(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_in_use(folder: Path) -> bool:
    """Whether a living process writes its errors there."""
    try:
        with (folder / "stderr").open("rb") as stderr:
            return not _locked(stderr)
    except FileNotFoundError:
        return False


def _locked(file: IO[bytes]) -> bool:
    """Whether we got the lock. It goes with the opened file into a child, and ends with its last process."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class _Child:
    """One process in a session of its own, with a folder of its own."""

    def __init__(self, limits: Limits) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
        self.pages = 0
        self.timed_out = False
        self.last_words = ""
        with (self.folder / "stderr").open("wb") as stderr:
            _locked(stderr)
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ingest.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=_scrubbed_environment(),
                cwd=self.folder,
                start_new_session=True,
            )
        assert self.process.stdin
        assert self.process.stdout
        self._requests, self._answers = self.process.stdin, self.process.stdout
        self._write({"folder": str(self.folder), "limits": asdict(limits)})

    def ask(self, request: Json, seconds: int) -> bytes:
        """The line that answers; none, or not a whole one, if the child died or had to be killed."""
        self.pages += request["op"] == "read_page"
        try:
            self._write(request)
            self._requests.flush()
        except BrokenPipeError:
            return b""
        return self._line(time.monotonic() + seconds)

    def _line(self, deadline: float) -> bytes:
        """What it says up to the end of a line; a thread that watched the time cost more than a small answer."""
        said = bytearray()
        while not said.endswith(b"\n") and len(said) < ANSWER_BYTES:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._answers], [], [], left)[0]:
                self._expire()
                return b""
            chunk = os.read(self._answers.fileno(), CHUNK_BYTES)
            if not chunk:
                break
            said += chunk
        return bytes(said)

    def is_fit(self) -> bool:
        """Alive and neither old nor fat."""
        if self.timed_out or self.process.poll() is not None or self.pages >= PAGES_A_CHILD:
            return False
        return bool(psutil.Process(self.process.pid).memory_info().rss < RESIDENT_BYTES)

    @property
    def reason(self) -> str:
        """Why there was no answer: told after `end`."""
        late = self.timed_out or self.process.returncode == -signal.SIGXCPU
        return "reader_timeout" if late else "reader_died"

    def end(self) -> None:
        """Kills it with its Tesseract: nothing it holds is worth waiting for."""
        self._kill()
        self.process.wait()
        self._answers.close()
        with suppress(BrokenPipeError):
            self._requests.close()
        self.last_words = self._said() or f"exit {self.process.returncode}"
        shutil.rmtree(self.folder, ignore_errors=True)

    def _said(self) -> str:
        """The last line of its errors; it may have written any number."""
        with (self.folder / "stderr").open("rb") as stderr:
            end = stderr.seek(0, os.SEEK_END)
            stderr.seek(max(0, end - LAST_WORDS_BYTES))
            return stderr.read().decode(errors="replace").strip().rpartition("\n")[2]

    def _write(self, message: Json) -> None:
        self._requests.write(json.dumps(message).encode() + b"\n")

    def _expire(self) -> None:
        self.timed_out = True
        self._kill()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def _scrubbed_environment() -> dict[str, str]:
    """Nothing but what finding programs, models and this project takes."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    project = str(Path(__file__).parents[1])
    return {**passed_on, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1", "PYTHONPATH": project}
