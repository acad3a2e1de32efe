"""The parent's side of the child process: asks, waits so long and no longer, and tries once more."""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Self

import psutil

from ingest.wire import Json, packed_part, unpacked
from warehouse.errors import KhosoError, Refused, Unavailable
from warehouse.records import Inspection, Limits, PageReading, PdfPart

PAGES_A_CHILD = 200
RESIDENT_BYTES = 500 * 1024**2
PASSED_ON = ("PATH", "TESSDATA_PREFIX")
ERRORS: dict[str, type[KhosoError]] = {"Refused": Refused, "Unavailable": Unavailable}

log = logging.getLogger(__name__)


class Reader:
    """Opens strangers' files in a child process that lives long but not forever. One thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._child: _Child | None = None

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

    def inspect(self, path: Path) -> Inspection:
        """What the file is; raises Refused as ocr.inspection does, or with reader_died, reader_timeout."""
        return Inspection(**self._ask({"op": "inspect", "path": _absolute(path)}, self.limits.page_seconds))

    def read_page(self, path: Path, number: int) -> PageReading:
        """Page `number` (from 1). A bad page is a failed reading; a missing tool raises Unavailable."""
        request = {"op": "read_page", "path": _absolute(path), "number": number}
        try:
            return unpacked(self._ask(request, self.limits.page_seconds))
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
            self._ask(request, self.limits.page_seconds + pages)
        except KhosoError:
            out.unlink(missing_ok=True)
            raise

    def close(self) -> None:
        """Ends the child and whatever it started."""
        if self._child:
            self._child.end()
            self._child = None

    def _ask(self, request: Json, seconds: int) -> Json:
        for _ in range(2):
            child = self._fit_child()
            answer = child.ask({**request, "seconds": seconds}, seconds)
            if answer is not None:
                return _result(answer)
            self.close()
            reason = child.reason
            log.warning("%s: %s %s: %s", reason, request["op"], request.get("path", ""), child.last_words)
        raise Refused(reason, seconds=seconds)

    def _fit_child(self) -> "_Child":
        if self._child and not self._child.is_fit():
            self.close()
        if not self._child:
            self._child = _Child(self.limits)
        return self._child


def _absolute(path: Path) -> str:
    return str(path.absolute())


def _result(answer: Json) -> Json:
    if answer["ok"]:
        return dict(answer["result"])
    raise ERRORS[answer["error"]](answer["reason"], **answer["detail"])


class _Child:
    """One process in a session of its own, with a folder of its own."""

    def __init__(self, limits: Limits) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="khoso-reader-"))
        self.pages = 0
        self.timed_out = False
        self.last_words = ""
        with (self.folder / "stderr").open("wb") as stderr:
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

    def ask(self, request: Json, seconds: int) -> Json | None:
        """The answer, or None if the child died or had to be killed."""
        self.pages += request["op"] == "read_page"
        timer = Timer(seconds, self._expire)
        timer.start()
        try:
            self._write(request)
            self._requests.flush()
            line = self._answers.readline()
        except BrokenPipeError:
            return None
        finally:
            timer.cancel()
            timer.join()
        return json.loads(line) if line.endswith(b"\n") else None

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
        said = (self.folder / "stderr").read_text(errors="replace").strip()
        self.last_words = said.splitlines()[-1] if said else f"exit {self.process.returncode}"
        shutil.rmtree(self.folder, ignore_errors=True)

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
