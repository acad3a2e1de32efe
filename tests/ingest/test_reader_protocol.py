"""The reader trusts nothing that comes home, and cleans up after those that could not."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from ingest import reader as reader_module
from ingest.reader import Reader
from warehouse.errors import Refused
from warehouse.records import Inspection, Limits

pytestmark = pytest.mark.engineless


@pytest.fixture
def reader():
    with Reader(Limits(page_seconds=60)) as open_reader:
        yield open_reader


@pytest.fixture
def blank(tmp_path) -> Path:
    Image.new("L", (200, 300), 255).save(tmp_path / "blank.png")
    return tmp_path / "blank.png"


@pytest.fixture
def false_child(reader, monkeypatch, tmp_path) -> Callable[[str], Path]:
    """Puts a script in the child's place: what it prints to each question is what comes home."""

    def stand_in(script: str) -> Path:
        (tmp_path / "ingest").mkdir()
        started = tmp_path / "started"
        (tmp_path / "ingest" / "child.py").write_text(
            f"import sys\nopen({str(started)!r}, 'a').write('x')\n"
            f"sys.stdin.readline()\nfor question in sys.stdin:\n    {script}\n    sys.stdout.flush()\n"
        )
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)}
        monkeypatch.setattr(reader_module, "_scrubbed_environment", lambda: environment)
        return started

    return stand_in


@pytest.mark.parametrize(
    "script",
    [
        "print('rubbish')",
        "print()",
        "print('[' * 100_000)",
        "print('{}')",
        "print('[1]')",
        "sys.stdout.buffer.write(bytes(range(256)) + b'\\n')",
        "sys.stdout.write('{\"ok\": true'); sys.exit()",
        """print('{"ok": true, "result": {"media_type": "image/png", "pages": "many"}}')""",
        """print('{"ok": true, "result": {"media_type": "image/png", "pages": 1000000000}}')""",
        """print('{"ok": true, "result": {"media_type": 5}}')""",
        """print('{"ok": false, "error": "SystemExit", "reason": "empty", "detail": {}}')""",
        """print('{"ok": false, "error": "Refused", "reason": "invented", "detail": {}}')""",
        """print('{"ok": false, "error": "Refused", "reason": "empty", "detail": {"reason": "x"}}')""",
        "[sys.stdout.write('x' * 1_000_000) for _ in range(70)]",
        "sys.stdin.close() or sys.stdout.close() or sys.exit()",
    ],
)
def test_child_whose_answer_is_none_is_ended_and_never_believed(
    reader, false_child, blank, monkeypatch, script
):
    started = false_child(script)
    with pytest.raises(Refused) as refusal:
        reader.inspect(blank)
    assert refusal.value.reason == "reader_died"
    assert started.read_text() == "xx"
    monkeypatch.undo()
    assert reader.inspect(blank) == Inspection("image/png", 1)


def test_child_that_fills_its_errors_is_quoted_with_its_last_line_only(reader, false_child, blank, caplog):
    false_child("print('x' * 10_000_000, file=sys.stderr); print('the end', file=sys.stderr); sys.exit()")
    with pytest.raises(Refused):
        reader.inspect(blank)
    assert caplog.messages
    assert all(message.endswith(": the end") for message in caplog.messages)


@pytest.fixture
def temporary(monkeypatch, tmp_path) -> Path:
    """A folder for temporary files with nothing in it."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path / "tmp"


def make_old(folder: Path) -> None:
    os.utime(folder, (0, 0))


def test_folders_of_children_that_were_killed_with_their_parents_are_swept(temporary):
    for name in ("khoso-reader-with", "khoso-reader-without", "khoso-other"):
        (temporary / name).mkdir()
    (temporary / "khoso-reader-with" / "stderr").touch()
    (temporary / "khoso-reader-with" / "page.png").touch()
    for folder in temporary.iterdir():
        make_old(folder)
    with Reader(Limits()):
        assert [folder.name for folder in temporary.iterdir()] == ["khoso-other"]


def test_folder_in_use_or_just_made_is_not_swept(temporary, blank):
    (temporary / "khoso-reader-new").mkdir()
    with Reader(Limits()) as first, Reader(Limits()) as second:
        first.inspect(blank)
        used = Path(f"/proc/{first.pid}/cwd").resolve()
        make_old(used)
        second.inspect(blank)
        with Reader(Limits()):
            assert used.is_dir()
            assert (temporary / "khoso-reader-new").is_dir()
        first.close()
        assert not used.exists()
