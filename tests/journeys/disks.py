"""A disk that is full soon."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Callable[[], None]]:
    """A disk of its own under `folder`; what is yielded gives it more room."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root can make a small disk")
    try:
        yield lambda: subprocess.run(["mount", "-o", "remount,size=100m", folder], check=True) and None
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
