"""A site of its own for each journey, worked through the `khoso` command alone, and small papers to take in."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import text

from cli import main
from tests.databases import POSTGRESQL, Databases
from tests.engines import remove_site, settings_of_a_new_site
from tests.journeys.workers import kill_all_of
from warehouse.database import Database

COMMAND = Path(sys.executable).with_name("khoso")
FONT = ImageFont.truetype("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf", 30)
UNIT = "06184"

Lines = Sequence[str]


@dataclass
class Khoso:
    """One site and its commands. `settings` are environment variables."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {"KHOSO_HOME": str(self.home), **self.settings}

    @property
    def on_broker(self) -> bool:
        """Whether Celery runs its workers."""
        return "KHOSO_QUEUE_URL" in self.settings

    def run(self, *arguments: object, code: int = 0) -> str:
        """The command's stdout; it must end with `code`."""
        done = self.outcome(*arguments)
        assert done.returncode == code, f"{arguments}: exit {done.returncode}\n{done.stderr}{done.stdout}"
        return done.stdout

    def outcome(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """How the command ends, run inside this process: starting another takes a second each time."""
        out, err = io.StringIO(), io.StringIO()
        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(sys, "argv", ["khoso", *map(str, arguments)])
            for name, value in self.environment.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main()
        for number, handler in handlers.items():
            signal.signal(number, handler)
        return subprocess.CompletedProcess(
            arguments, int(ended.value.code or 0), out.getvalue(), err.getvalue()
        )

    def json(self, *arguments: object, code: int = 0) -> Any:
        """What the command says with --json."""
        return json.loads(self.run(*arguments, "--json", code=code))

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """The command as a process of its own."""
        return subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run the command as a process of its own to its end."""
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def take_in(self, path: Path, *more: object, unit: str = UNIT, code: int = 0) -> Any:
        """The account of an import."""
        account = self.json("import", path, "--unit", unit, *more, code=code)
        outcomes = ("stored", "duplicate", "rejected", "waiting")
        assert account["files"] == sum(account[name] for name in outcomes) == len(account["items"])
        return account

    def read(self, path: Path, *more: object, unit: str = UNIT, code: int = 0) -> Any:
        """The account of an import after all work was done in this process."""
        batch = self.take_in(path, *more, unit=unit, code=code)["batch"]
        self.work()
        return self.json("batch", "show", batch)

    def work(self) -> None:
        """Do all that is queued, in this process."""
        self.run("work", "--workers", 1, "--until-empty")

    def found(self, words: str, *more: object) -> list[str]:
        """The records a search finds, best first."""
        return [hit["record"] for hit in self.json("search", words, *more)["hits"]]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the tables hold: for promises that no command shows."""
        database = Database(self.settings.get("KHOSO_DATABASE_URL", f"sqlite:///{self.home}/khoso.db"))
        with database.read() as connection:
            found = [tuple(row) for row in connection.execute(text(query))]
        database.close()
        return found

    def deeds(self, action: str) -> list[Any]:
        """What an action of the audit log was done to, oldest first."""
        entries = [json.loads(entry) for (entry,) in self.rows("SELECT entry FROM audit ORDER BY id")]
        return [entry["subject"] for entry in entries if entry["action"] == action]


@pytest.fixture(scope="session")
def new_site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Khoso:
    """A site that was only just made."""
    home = tmp_path_factory.mktemp("new") / "var"
    made = Khoso(home, {**settings_of_a_new_site(), "KHOSO_DATABASE_URL": databases.new(home)})
    made.run("init")
    return made


def _copy(site: Khoso, databases: Databases, home: Path) -> Iterator[Khoso]:
    shutil.copytree(site.home, home)
    url = databases.copy(site.settings["KHOSO_DATABASE_URL"], home)
    # an embedded site finds its database by its home alone, wherever that is moved
    on_servers = settings_of_a_new_site()
    yield Khoso(home, {**on_servers, **({"KHOSO_DATABASE_URL": url} if POSTGRESQL else {})})
    databases.drop(url)
    remove_site(on_servers)


@pytest.fixture
def khoso(tmp_path: Path, databases: Databases, new_site: Khoso) -> Iterator[Khoso]:
    """A fresh site."""
    yield from _copy(new_site, databases, tmp_path / "var")


@pytest.fixture(scope="module")
def shared(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, new_site: Khoso
) -> Iterator[Khoso]:
    """One site for all tests of a file that only look at it."""
    yield from _copy(new_site, databases, tmp_path_factory.mktemp("shared") / "var")


@pytest.fixture
def start_workers(khoso: Khoso) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts `khoso worker`, of the site or of a copy with other settings; all are killed in the end."""
    started = []

    def start(processes: int = 2, site: Khoso = khoso) -> "subprocess.Popen[str]":
        started.append(site.start("worker", "--concurrency", processes))
        return started[-1]

    yield start
    for worker in started:
        kill_all_of(worker)
        worker.communicate()


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """An empty folder to put papers in."""
    folder = tmp_path / "scans"
    folder.mkdir()
    return folder


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., Path]:
    """Writes a list: a header and rows."""

    def write(*lines: str) -> Path:
        path = tmp_path / "list.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def draw() -> Callable[..., Path]:
    """Makes a scan of a few short lines a page, quickly read; its type is the path's suffix."""
    return _draw


def _draw(path: Path, *pages: Lines) -> Path:
    first, *others = [_page(lines) for lines in pages]
    more = {"save_all": True, "append_images": others} if others else {}
    first.save(path, resolution=200, **more)
    return path


def _page(lines: Lines) -> Image.Image:
    page = Image.new("L", (1000, max(400, 120 + 60 * len(lines))), 255)
    ImageDraw.Draw(page).multiline_text((60, 50), "\n".join(lines), 0, FONT, spacing=24)
    return page
