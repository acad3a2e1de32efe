"""Where files of a watched folder go once their outcome is settled: done/ or rejected/, reasons beside them."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import RowMapping

from warehouse.reasons import Message, message
from warehouse.terminal import writing_to

DONE, REJECTED = "done", "rejected"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a file is in the warehouse now, and the reasons why it or parts of it are not."""

    taken: bool
    reasons: Sequence[Message] = ()

    @classmethod
    def of_item(cls, row: RowMapping) -> "Verdict":
        """From a settled row of the table items; a duplicate is in the warehouse as well."""
        if row["outcome"] != "rejected":
            return cls(True)
        why = message(row["reason"], row["detail"])
        return cls(False, ({"vi": f"{row['path']}: {why['vi']}", "en": f"{row['path']}: {why['en']}"},))


def require_place(root: Path) -> None:
    """The folders for what is settled are there and can be written to; raises UsageError."""
    for name in (DONE, REJECTED):
        folder = root / name
        with writing_to(folder):
            folder.mkdir(exist_ok=True)
            trial = folder / ".khoso"
            trial.touch()
            trial.unlink()


def move(root: Path, path: Path, verdict: Verdict) -> bool:
    """Move a settled file to the same place below done/ or rejected/; False if somebody else took it away."""
    target = root / (DONE if verdict.taken else REJECTED) / path.relative_to(root)
    with writing_to(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target = _free(target)
        try:
            path.rename(target)
        except FileNotFoundError:
            return False
        if verdict.reasons:
            _beside(target).write_text(_explained(verdict.reasons), encoding="utf-8")
    return True


def _free(target: Path) -> Path:
    """The name itself, or numbered: nothing that lies there is overwritten."""
    names = itertools.chain(
        [target.name], (f"{target.stem} ({n}){target.suffix}" for n in itertools.count(2))
    )
    candidates = (target.with_name(name) for name in names)
    return next(one for one in candidates if not (one.exists() or one.is_symlink() or _beside(one).exists()))


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.txt")


def _explained(reasons: Sequence[Message]) -> str:
    return "".join(f"{reason['vi']}\n{reason['en']}\n\n" for reason in reasons)
