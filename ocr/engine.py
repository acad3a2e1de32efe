"""What a reading engine promises: pictures in, words out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from warehouse.records import Box

Gray = NDArray[np.uint8]
"""One channel, rows × columns, 0 black to 255 white."""

Layout = Literal["block", "page"]
"""`block`: each picture is one column of text; `page`: the engine finds the columns itself."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One word in one picture: its box in that picture's pixels, confidence 0..1, line counted from 0."""

    text: str
    box: Box
    confidence: float
    line: int


class Engine(Protocol):
    """Reads pictures of dark text on a light ground."""

    def recognise(self, pictures: Sequence[Gray], layout: Layout, seconds: float) -> list[list[Seen]]:
        """The words of each picture in reading order, all pictures in at most `seconds`.

        Raises Refused("reader_timeout"), Refused("page_unreadable") or Unavailable("tool_missing").
        """
        ...
