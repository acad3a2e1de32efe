"""Checking a trail that was written out (warehouse/trail_file.py): no site is needed, only the file."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from warehouse.anchors import Anchor
from warehouse.chain import Head, digest_of
from warehouse.chain_walk import Problem, Walk, problem
from warehouse.errors import Damaged
from warehouse.trail_file import FORMAT, About


def check_trail(path: Path, known: Iterable[Anchor]) -> dict[str, Any]:
    """Follow a file's chain to its end or first fault.

    {"ok", "about", "own", "begin", "end", "anchor", "problems"}; raises Damaged if it is no such file.
    """
    with path.open(encoding="utf-8") as lines:
        reading = _Reading(_json(lines), known)
        fault = reading.through()
    return {
        "ok": fault is None,
        "about": {"kind": reading.about.kind, "name": reading.about.name},
        "own": reading.own,
        "begin": reading.walk.begin._asdict(),
        "end": reading.walk.at._asdict(),
        "anchor": reading.walk.anchor,
        "problems": [fault] if fault else [],
    }


def _json(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    try:
        for line in lines:
            yield json.loads(line)
    except ValueError as error:  # a cut line, or no text at all
        raise Damaged("no_trail", error=error) from error


class _Reading:
    """One way through a file."""

    def __init__(self, lines: Iterator[dict[str, Any]], known: Iterable[Anchor]) -> None:
        self.lines = lines
        self.own = 0
        try:
            told = next(lines)
            whose, begin = told["about"], told["begin"]
            if told["format"] != FORMAT:
                raise Damaged("no_trail", error=told["format"])
            actors, subjects = frozenset(whose["actors"]), frozenset(whose["subjects"])
            self.about = About(whose["kind"], whose["name"], actors, subjects)
            self.walk = Walk(Head(begin["seq"], begin["hash"]), known)
        except (StopIteration, KeyError, TypeError) as error:
            raise Damaged("no_trail", error=repr(error)) from error

    def through(self) -> Problem | None:
        """To the end, or to the first fault."""
        for told in self.lines:
            if "end" in told:
                agrees = told == {"end": self.walk.at._asdict(), "own": self.own}
                return None if agrees else problem("trail_end_wrong", self.walk.at.seq)
            if fault := self._line(told):
                return fault
        return problem("trail_cut_off", self.walk.at.seq + 1)

    def _line(self, told: dict[str, Any]) -> Problem | None:
        """An entry of the trail, or digests of others."""
        seq = self.walk.at.seq + 1
        try:
            if told["seq"] != seq:
                return problem("audit_entry_missing", seq)
            text = told.get("entry")
            for digest in told["digests"] if text is None else [digest_of(text)]:
                if contradiction := self.walk.on(digest):
                    return contradiction
            if self.walk.at.hash != told["hash"]:
                return problem("audit_entry_changed", seq)
            if text is not None:
                self.own += 1
                if not self.about.concerns(json.loads(text)):
                    return problem("trail_of_another", seq)
        except (KeyError, TypeError, AttributeError, ValueError):
            return problem("audit_entry_changed", seq)
        return None
