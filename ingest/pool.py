"""Several worker processes under one parent: replaced when killed, stopped in good order."""

import signal
import subprocess
import sys
import time

POLL_SECONDS = 0.5


class Pool:
    """Runs `khoso work --workers 1` so many times."""

    def __init__(self, workers: int, *, until_empty: bool) -> None:
        self._command = [sys.executable, "-P", "-m", "cli", "work", "--workers", "1"]
        self._command += ["--until-empty"] if until_empty else []
        self._processes = [self._start() for _ in range(workers)]
        self._stopping = False

    def run(self) -> int:
        """Until every worker has ended by itself; the greatest of their exit codes."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while any(process.poll() is None for process in self._processes):
            time.sleep(POLL_SECONDS)
            if not self._stopping:
                self._replace_killed()
        return max(0, *(process.wait() for process in self._processes))

    def _replace_killed(self) -> None:
        """A worker that was killed (negative code) left its job behind: somebody must go on."""
        self._processes = [
            self._start() if (process.poll() or 0) < 0 else process for process in self._processes
        ]

    def _stop(self, *_: object) -> None:
        self._stopping = True
        for process in self._processes:
            process.terminate()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command)
