"""About 300 nasty files through `khoso import --wait` with two workers: time, address space, exact accounts.

Run: python -m bench.nasty [FOLDER_OF_MORE]. Files found under the second folder are mixed in with no
expectation. Prints a table and writes bench/out/nasty.json; every deviation is named.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psutil

from samples.nasty import write

OUT = Path(__file__).parent / "out" / "nasty.json"
KHOSO = Path(sys.executable).with_name("khoso")
UNIT = "06184"
LIMIT_SECONDS = 15 * 60
LIMIT_KB = 2 * 1024**2
LOOK_SECONDS = 0.05
OUTCOMES = ("stored", "duplicate", "rejected", "waiting")


class Watch(Thread):
    """Keeps the greatest VmPeak of each kind of process below one process, looking twenty times a second."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = psutil.Process(root)
        self.peak_kb: Counter[str] = Counter()
        self.over = Event()

    def run(self) -> None:
        """Look until told that it is over."""
        while not self.over.wait(LOOK_SECONDS):
            try:
                for process in (self.root, *self.root.children(recursive=True)):
                    self._note(process)
            except psutil.Error:
                continue

    def _note(self, process: psutil.Process) -> None:
        try:
            kind = "reader" if "ingest.child" in process.cmdline() else process.name()
            status = Path(f"/proc/{process.pid}/status").read_text()
        except (psutil.Error, OSError):
            return
        lines = dict(line.split(":", 1) for line in status.splitlines())
        self.peak_kb[kind] = max(self.peak_kb[kind], int(lines.get("VmPeak", "0 kB").split()[0]))


def main() -> None:
    """Measure in a temporary folder and report."""
    with tempfile.TemporaryDirectory(prefix="khoso-nasty-") as folder:
        scans = Path(folder) / "scans"
        expected = write(scans)
        for number, more in enumerate(_files_below(sys.argv[1:])):
            shutil.copy(more, scans / f"thêm {number} {more.name}")
        environment = {**os.environ, "KHOSO_HOME": f"{folder}/var", "OMP_THREAD_LIMIT": "1"}
        _run(environment, "init")
        began = time.monotonic()
        code, peaks = _watched(environment, "import", str(scans), "--unit", UNIT, "--wait", "--json")
        seconds = time.monotonic() - began
        account = json.loads(_run(environment, "batch", "show", "1", "--json"))
        pages = _rows(f"{folder}/var/khoso.db", "SELECT status, reason FROM pages")
        [(due,)] = _rows(f"{folder}/var/khoso.db", "SELECT sum(pages) FROM files WHERE state = 'registered'")
        verified = json.loads(_run(environment, "verify", "--json"))
    _report(
        {
            "exit_code": code,
            "files": account["files"],
            "outcomes": {name: account[name] for name in OUTCOMES},
            "seconds": round(seconds),
            "limit_seconds": LIMIT_SECONDS,
            "greatest_address_space_mb": {kind: size // 1024 for kind, size in peaks.items()},
            "limit_mb": LIMIT_KB // 1024,
            "reading": account["reading"],
            "pages": Counter(reason or status for status, reason in pages),
            "problems": verified["problems"],
            "deviations": _account_deviations(account, expected) + _page_deviations(pages, due),
        }
    )


def _files_below(folders: list[str]) -> list[Path]:
    return sorted(path for folder in folders for path in Path(folder).rglob("*") if path.is_file())


def _run(environment: dict[str, str], *arguments: str) -> str:
    command = [str(KHOSO), *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def _watched(environment: dict[str, str], *arguments: str) -> tuple[int, Counter[str]]:
    """Run the import to its end; its exit code and the greatest address space (KB) of each kind of process."""
    with subprocess.Popen([str(KHOSO), *arguments], env=environment, stdout=subprocess.DEVNULL) as process:
        watch = Watch(process.pid)
        watch.start()
        code = process.wait()
        watch.over.set()
    return code, watch.peak_kb


def _rows(database: str, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def _account_deviations(account: dict[str, Any], expected: dict[str, str | None]) -> list[str]:
    found = []
    if account["reading"]["waiting"] or account["reading"]["stuck"]:
        found.append("not all was read")
    if account["files"] != sum(account[name] for name in OUTCOMES) or account["waiting"]:
        found.append("the account does not add up")
    for item in account["items"]:
        got = "stored" if item["outcome"] == "stored" else item["reason"]
        wanted = expected.get(item["path"])
        if wanted and got != wanted:
            found.append(f"{item['path']}: {got}, not {wanted}")
        if item["outcome"] == "rejected" and not item["message"]["vi"]:
            found.append(f"{item['path']}: no sentence")
    return found


def _page_deviations(pages: list[tuple[Any, ...]], due: int) -> list[str]:
    """Every page of every file taken is ok, blank, or failed with a reason."""
    found = [] if len(pages) == due else [f"{len(pages)} pages read of {due}"]
    return found + [
        "a page failed without a reason" for status, reason in pages if status == "failed" and not reason
    ]


def _report(result: dict[str, Any]) -> None:
    for name, value in result.items():
        print(f"{name:28}{value}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
