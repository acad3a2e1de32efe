"""The process that alone opens a stranger's bytes, and prints: JSON lines in, JSON lines out.

First line in: {"folder": its private temporary folder, "limits": {...}}. Then one answer a request:
  {"op": "inspect", "path", "password", "seconds"}
  {"op": "read_page", "path", "number", "password", "seconds"}
  {"op": "searchable_pdf", "parts", "out", "seconds"}
  {"op": "preview", "path", "number", "password", "turn", "long_side", "most_bytes", "out", "seconds"}
  {"op": "read_table", "path", "out", "seconds"}
  {"op": "letter", "letter", "out", "seconds"}
  {"ok": true, "result": {...}}  or  {"ok": false, "error": "Refused", "reason", "detail"}
It knows no settings, keys, database or store. It ends when its input closes, even in the middle of a page.
What nobody foresaw ends it too: ingest.reader sees that and starts another.
"""

import json
import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TextIO

from ingest.wire import Json, packed, unpacked_part
from warehouse.errors import KhosoError, Refused
from warehouse.letters import Letter
from warehouse.records import Limits, PageToShow

OPEN_FILES = 256
READING_NICENESS = 10
"""Reading yields to whoever waits for an answer: intake, search, the desk."""


def main() -> None:
    """Answers requests until the input closes."""
    if os.getpgrp() != os.getpid():
        os.setsid()  # ending takes the whole process group along
    answers = _private_stdout()
    requests: SimpleQueue[Json] = SimpleQueue()
    Thread(target=_listen, args=(requests,), daemon=True).start()
    limits = _confined(requests.get())
    while True:
        answer = _answer(requests.get(), limits)
        print(json.dumps(answer), file=answers, flush=True)


def _private_stdout() -> TextIO:
    """The pipe home; whatever a library prints goes to stderr."""
    home = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return home


def _listen(requests: SimpleQueue[Json]) -> None:
    """Reads beside the work, so that a closed input is noticed at once."""
    folder = None
    with open(0, "rb", closefd=False) as lines:
        for line in lines:
            request = json.loads(line)
            folder = folder or request["folder"]
            requests.put(request)
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def _confined(greeting: Json) -> Limits:
    """Takes the first message: private folder, memory, size and number of files."""
    limits = Limits(**greeting["limits"])
    tempfile.tempdir = os.environ["TMPDIR"] = greeting["folder"]
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.memory_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    return limits


def _renew_cpu(seconds: int) -> None:
    """Each request may use `seconds` of processor from now on; its Tesseract inherits the limit."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))


def _answer(request: Json, limits: Limits) -> Json:
    _renew_cpu(request["seconds"])
    try:
        return {"ok": True, "result": _OPERATIONS[request["op"]](request, limits)}
    except MemoryError:
        return _refusal(Refused("too_much_memory"))
    except KhosoError as error:
        return _refusal(error)


def _refusal(error: KhosoError) -> Json:
    return {"ok": False, "error": type(error).__name__, "reason": error.reason, "detail": error.detail}


# Libraries are imported when an operation wants them: intake's child stays small and starts at once.


def _inspect(request: Json, limits: Limits) -> Json:
    from ocr.inspection import inspect

    return asdict(inspect(Path(request["path"]), limits, request["password"]))


def _read_page(request: Json, limits: Limits) -> Json:
    from ocr.page import read_page
    from ocr.tesseract import TesseractEngine

    _give_way()
    path, number, password = Path(request["path"]), request["number"], request["password"]
    return packed(read_page(path, number, TesseractEngine(), limits, password))


def _give_way() -> None:
    """Linux weighs sessions against each other before it looks at processes, and this is a session of its own."""
    os.setpriority(os.PRIO_PROCESS, 0, READING_NICENESS)
    with suppress(OSError):  # it does not weigh sessions here
        Path("/proc/self/autogroup").write_text(str(READING_NICENESS), encoding="ascii")


def _searchable_pdf(request: Json, limits: Limits) -> Json:
    from ocr.searchable import searchable_pdf

    searchable_pdf([unpacked_part(part) for part in request["parts"]], Path(request["out"]))
    return {}


def _preview(request: Json, limits: Limits) -> Json:
    from ocr.preview import preview

    page = PageToShow(Path(request["path"]), request["number"], request["turn"], request["password"])
    width, height = preview(page, request["long_side"], request["most_bytes"], limits, Path(request["out"]))
    return {"width": width, "height": height}


def _read_table(request: Json, limits: Limits) -> Json:
    from ingest.sheet_child import write_tables

    write_tables(Path(request["path"]), Path(request["out"]))
    return {}


def _letter(request: Json, limits: Limits) -> Json:
    from ingest.letter import print_letter

    print_letter(Letter(**request["letter"]), Path(request["out"]))
    return {}


_OPERATIONS: dict[str, Callable[[Json, Limits], Json]] = {
    "inspect": _inspect,
    "read_page": _read_page,
    "searchable_pdf": _searchable_pdf,
    "preview": _preview,
    "read_table": _read_table,
    "letter": _letter,
}

if __name__ == "__main__":
    main()
