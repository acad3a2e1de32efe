"""What is true of the made samples: the figures that any honest account of them must give."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from samples.make import MADE
from samples.manifest import DIALECTS
from samples.units import UNITS


@dataclass(frozen=True)
class Commune:
    """One commune's folder under samples/made."""

    code: str

    @property
    def scans(self) -> Path:
        """The folder that is imported."""
        return MADE / self.code / "scans"

    @property
    def manifest(self) -> Path:
        """The commune's own list."""
        return MADE / self.code / "manifest.csv"

    @cached_property
    def files(self) -> dict[str, dict[str, Any]]:
        """What is really printed, by file name; samples.make.truth tells the shape."""
        told = sorted((MADE / self.code / "truth").glob("*.json"))
        return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in told}

    @property
    def records(self) -> int:
        """One record a file, but one a row where the list tells pages apart."""
        return sum(max(1, len(told["manifest"])) for told in self.files.values())

    @property
    def unlisted(self) -> set[str]:
        """Files that the list does not name."""
        return {name for name, told in self.files.items() if not told["manifest"]}

    @property
    def not_there(self) -> set[str]:
        """Files that only the list names."""
        return {row["file"] for row in DIALECTS[self.code].extra}


COMMUNES = tuple(Commune(code) for code in UNITS)
