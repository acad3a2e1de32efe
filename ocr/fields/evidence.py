"""How sure a field is: how well its words were read, times how far rules bear it out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from ocr.fields.lines import Line
from warehouse.records import FieldValue, Word, box_around

CONFIRMED = 1.0
"""Trust in a value that something else on the paper or in a list of names agrees with."""

LIKELY = 0.95
"""Trust in a value of the right shape in the right place."""

DOUBTFUL = 0.8
"""Trust in a value that had to be mended or stands alone: an officer looks at it."""

UNLIKELY = 0.5
"""Trust in a value that is known to be incomplete or contradicts its neighbours."""


def found(  # what was read, where, and how far to trust it: one row of evidence
    name: str,
    value: str,
    lines: Sequence[Line],
    trust: float,
    words: Sequence[Word] = (),
    ordinal: int = 0,
    precision: Literal["", "day", "month", "year"] = "",
) -> FieldValue:
    """A field with its evidence: `words`, or all words of the lines, which are of one page."""
    page = lines[0].page
    evidence = words or [word for line in lines for word in line.words]
    return FieldValue(
        name=name,
        value=value,
        origin="text_layer" if page.path == "text_layer" else "ocr",
        confidence=round(trust * legibility(evidence), 3),
        page=page.number,
        box=box_around(word.box for word in evidence),
        ordinal=ordinal,
        precision=precision,
    )


def borne_out(value: FieldValue) -> FieldValue:
    """The value when a list of names or another part of the paper has just that: doubts shrink to a third."""
    return replace(value, confidence=round(1 - (1 - value.confidence) / 3, 3))


def legibility(words: Sequence[Word]) -> float:
    """0..1: half the average and half the worst word, since one wrong word makes a value wrong."""
    read = [word.confidence for word in words if any(map(str.isalnum, word.text))]
    return (sum(read) / len(read) + min(read)) / 2 if read else 0.0
