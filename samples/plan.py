"""The list of samples, plan.csv: which paper, of which commune, scanned how, and what its manifest says."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random

from samples.files import SUFFIX
from samples.papers import Paper, write_paper
from samples.units import UNITS, Unit

LAST_DAY = {2026: date(2026, 10, 30)}


@dataclass(frozen=True)
class Sample:
    """One file to make. `conflict` names the field where the manifest and the paper shall differ."""

    number: int
    unit: Unit
    year: int
    form: str
    pages: int
    quality: str
    kind: str
    in_manifest: bool
    conflict: str
    second_form: str

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.number:02}-{self.form}.{SUFFIX[self.kind]}"

    def papers(self) -> list[Paper]:
        """The papers in the file: one, or two where there is a second form."""
        rng = Random(self.number)
        first, last = date(self.year, 1, 4), LAST_DAY.get(self.year, date(self.year, 12, 28))
        day = date.fromordinal(rng.randint(first.toordinal(), last.toordinal()))
        serial = (self.number - 1) // len(UNITS)
        papers = [write_paper(self.form, self.unit, day, self.pages, serial, rng)]
        if self.second_form:
            papers.append(write_paper(self.second_form, self.unit, day, 1, SECOND_PAPERS + serial, rng))
        return papers


SECOND_PAPERS = 20
"""Each commune has twenty files; the landmarks of second papers are counted on from there."""


def samples(only: int | None = None) -> Iterator[Sample]:
    """The first `only` samples, or all; the first dozen shows every kind of file."""
    with (Path(__file__).parent / "plan.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(islice(csv.DictReader(file), only), start=1):
            yield Sample(
                number,
                UNITS[row["unit"]],
                int(row["year"]),
                row["form"],
                int(row["pages"]),
                row["quality"],
                row["kind"],
                row["manifest"] == "yes",
                row["conflict"],
                row["second_form"],
            )
