"""The engine that reads nothing: for intake without reading, and for tests of everything else."""

from collections.abc import Sequence

from ocr.engine import Gray, Layout, Seen


class NullEngine:
    """Finds no words in any picture."""

    def recognise(self, pictures: Sequence[Gray], layout: Layout, seconds: float) -> list[list[Seen]]:
        """One empty list a picture."""
        return [[] for _ in pictures]
