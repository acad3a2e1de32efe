"""Processes under one parent: what is killed is started again, what is done is not."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.pool import AGAIN_SECONDS, Command, Pool

KILL_ITSELF = "import os; os.kill(os.getpid(), 9)"


class Enough(Exception):
    """The test has seen what it wanted."""


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """A pool takes the signals of its process."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def noting(tmp_path: Path) -> Callable[[str], Command]:
    """A process that notes its start, then does something."""

    def command(then: str) -> Command:
        return Command(
            ("timeit", "-n", "1", "-r", "1", f"open({str(tmp_path / 'starts')!r}, 'a').write('x')", then)
        )

    return command


def starts(tmp_path: Path) -> int:
    path = tmp_path / "starts"
    return len(path.read_text()) if path.exists() else 0


def until(tmp_path: Path, number: int) -> Callable[[], None]:
    end = time.monotonic() + 60

    def look() -> None:
        assert time.monotonic() < end
        if starts(tmp_path) >= number:
            raise Enough

    return look


@pytest.mark.parametrize("forever", [True, False])
def test_the_only_process_killed_at_once_is_started_again_a_while_later(
    tmp_path: Path, noting: Callable[[str], Command], forever: bool
) -> None:
    began = time.monotonic()
    with pytest.raises(Enough):
        Pool([noting(KILL_ITSELF)], forever=forever).run(until(tmp_path, 3))
    assert time.monotonic() - began >= 2 * AGAIN_SECONDS


def test_what_ends_by_itself_is_started_again_only_where_it_is_to_run_forever(
    tmp_path: Path, noting: Callable[[str], Command]
) -> None:
    assert Pool([noting("import os; os._exit(3)"), noting("pass")]).run() == 3
    assert starts(tmp_path) == 2
    with pytest.raises(Enough):
        Pool([noting("import os; os._exit(3)")], forever=True).run(until(tmp_path, 4))
