"""The installed `khoso`, typed as a user types it."""

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

KHOSO = Path(sys.executable).parent / "khoso"


def start(*arguments: str) -> "subprocess.Popen[bytes]":
    """Show a command and start it."""
    print(f"\n$ khoso {shlex.join(arguments)}", flush=True)
    return subprocess.Popen([KHOSO, *arguments])


def run(*arguments: str, expected: int = 0) -> None:
    """Show a command and what it prints; any other exit code ends the program."""
    settle(arguments, start(*arguments).wait(), expected)


def ask(*arguments: str) -> Any:
    """What a command answers with --json."""
    done = subprocess.run([KHOSO, *arguments, "--json"], stdout=subprocess.PIPE, check=False)
    settle(arguments, done.returncode)
    return json.loads(done.stdout)


def settle(arguments: tuple[str, ...], code: int, expected: int = 0) -> None:
    """Raise SystemExit if a command ended otherwise than expected; it has told the reason itself."""
    if code != expected:
        raise SystemExit(f"khoso {shlex.join(arguments)}: exit code {code}, expected {expected}")
