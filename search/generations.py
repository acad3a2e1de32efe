"""Where tantivy's index lies: one folder a generation, and a small file that names the one in use."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import tantivy

from search.embedded_schema import schema
from warehouse.errors import Busy, KhosoError, StoreFull, Unavailable, UsageError

FIRST = "first"  # the generation before the first rebuild


class Generations:
    """Programs that search follow a swap at their next search, because each looks at the file again."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._pointer = root / "generation"
        self._schema = schema()
        self._opened: tuple[str, tantivy.Index] | None = None

    def check(self) -> None:
        """Open the generation in use, if there is one."""
        if self._root.exists():
            self.current()

    def current(self) -> tantivy.Index:
        """The generation in use at its last commit; asked again when a swap came in between."""
        while True:
            name = self._name()
            try:
                index = self._open(name)
                with translated():
                    index.reload()
            except Unavailable:
                if name == self._name():
                    raise
            else:
                if name == self._name():
                    return index

    def new(self) -> tuple[str, tantivy.Index]:
        """An empty generation that nobody uses yet."""
        name = uuid4().hex
        return name, self._create(name)

    def use(self, name: str) -> None:
        """Swap to a finished generation; once that is on the disk, remove all others."""
        draft = self._root / "generation.new"
        with draft.open("w") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._pointer)
        folder = os.open(self._root, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        for other in self._root.iterdir():
            if other.is_dir() and other.name != name:
                shutil.rmtree(other)

    def close(self) -> None:
        """Let go of the open generation."""
        self._opened = None

    def _name(self) -> str:
        return self._pointer.read_text() if self._pointer.exists() else FIRST

    def _open(self, name: str) -> tantivy.Index:
        if self._opened is None or self._opened[0] != name:
            self._opened = name, self._create(name)
        return self._opened[1]

    def _create(self, name: str) -> tantivy.Index:
        folder = self._root / name
        folder.mkdir(parents=True, exist_ok=True)
        with translated():
            return tantivy.Index(self._schema, str(folder))


@contextmanager
def translated() -> Iterator[None]:
    """Tantivy says everything by ValueError; make its words our errors."""
    try:
        yield
    except ValueError as error:
        raise _as_khoso(str(error)) from error


def _as_khoso(text: str) -> KhosoError:
    if "LockBusy" in text:
        return Busy("index_busy")
    if "schema does not match" in text:
        return UsageError("index_outdated")
    if "StorageFull" in text or "No space left" in text:
        return StoreFull("store_full")
    return Unavailable("index_error", error=text)
