"""Several processes under one parent: replaced when killed, stopped in good order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

POLL_SECONDS = 0.5
AGAIN_SECONDS = 1.0
"""A process that ends by itself is not started again sooner than so long after its start."""


@dataclass(frozen=True, slots=True)
class Command:
    """A Python module and its arguments; `descriptors`: open files that it is handed."""

    words: tuple[str, ...]
    descriptors: tuple[int, ...] = ()


def worker(*, until_empty: bool = False) -> Command:
    """One worker."""
    return Command(("cli", "work", "--workers", "1", *(["--until-empty"] if until_empty else [])))


@dataclass(frozen=True, slots=True)
class _Child:
    command: Command
    process: subprocess.Popen[bytes]
    started: float


class Pool:
    """Runs commands side by side.

    `forever`: whatever ends is started again; otherwise only what was killed. `descriptors`: open files that
    the processes get. `variables`: what their environment has more than ours.
    """

    def __init__(
        self,
        commands: Sequence[Command],
        *,
        forever: bool = False,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self._forever = forever
        self._environment = {**os.environ, **(variables or {})}
        self._stopping = False
        self._children = [self._start(command) for command in commands]

    def run(self, meanwhile: Callable[[], object] = lambda: None) -> int:
        """Until every process has ended by itself; the greatest of their exit codes.

        `meanwhile` is called again and again; what it raises stops them all.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            while any(child.process.poll() is None or self._is_due(child) for child in self._children):
                time.sleep(POLL_SECONDS)
                if not self._stopping:
                    meanwhile()
                    self._children = [self._replaced(child) for child in self._children]
        finally:
            self._stop()
            codes = [child.process.wait() for child in self._children]
        return max(0, *codes)

    def _is_due(self, child: _Child) -> bool:
        """To be started again: a worker that was killed (negative code) left its job behind."""
        code = child.process.poll()
        return code is not None and not self._stopping and (code < 0 or self._forever)

    def _replaced(self, child: _Child) -> _Child:
        soon = time.monotonic() < child.started + AGAIN_SECONDS
        return self._start(child.command) if self._is_due(child) and not soon else child

    def _stop(self, *_: object) -> None:
        self._stopping = True
        for child in self._children:
            child.process.terminate()

    def _start(self, command: Command) -> _Child:
        words = [sys.executable, "-P", "-m", *command.words]
        process = subprocess.Popen(words, pass_fds=command.descriptors, env=self._environment)
        return _Child(command, process, time.monotonic())
