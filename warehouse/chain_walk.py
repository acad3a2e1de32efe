"""One way along a chain, past the anchors that are known, to its first fault."""

from collections.abc import Iterable
from typing import Any

from warehouse.anchors import Anchor, Anchors
from warehouse.chain import Head, link
from warehouse.reasons import message

Problem = dict[str, Any]
"""One line of a check: {"kind", "object", "reason", "message"}."""


class Walk:
    """Where one has got to; `shown_by`: the anchor that contradicts the chain."""

    def __init__(self, begin: Head, known: Iterable[Anchor]) -> None:
        self.begin = self.at = begin
        self.shown_by: Anchor | None = None
        self._anchors = Anchors(known)

    @property
    def anchor(self) -> str | None:
        """The anchor that shows a fault, or the last one that the chain agrees with."""
        anchor = self.shown_by or self._anchors.agreed
        return str(anchor) if anchor else None

    def on(self, digest: str) -> Problem | None:
        """One entry further; what an anchor has against it."""
        before = self._anchors.agreed
        self.at = link(self.at, digest)
        self.shown_by = self._anchors.contradicting(self.at)
        if self.shown_by is None:
            return None
        first = before.head.seq if before else self.begin.seq
        return problem("audit_made_anew", first + 1, last=self.at.seq, anchor=self.shown_by)

    def ends_too_early(self) -> Problem | None:
        """At the end: what an anchor has against there being no more."""
        self.shown_by = self._anchors.beyond(self.at.seq)
        if self.shown_by is None:
            return None
        return problem("audit_cut_off", self.at.seq + 1, anchor=self.shown_by)


def problem(reason: str, seq: int, **detail: object) -> Problem:
    """What is wrong from this entry on."""
    told = {"seq": str(seq), **{name: str(value) for name, value in detail.items()}}
    return {"kind": "audit", "object": f"entry {seq}", "reason": reason, "message": message(reason, told)}
