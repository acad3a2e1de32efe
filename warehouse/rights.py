"""Who asks, and how far their rights reach: the one place that turns a person into a scope.

A scope is applied inside SQL and index queries, never to their results: no count, facet or
duplicate message may tell of what one may not see.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, true


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or program that acts: account, unit (surrogate id) and stated purpose."""

    who: str
    unit_id: int | None = None
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """The custodian units whose records an actor reaches; `everything` for the local operator."""

    everything: bool = False
    units: frozenset[int] = frozenset()

    def allows(self, custodian: ColumnElement[int]) -> ColumnElement[bool]:
        """The condition on a custodian column."""
        if self.everything:
            return true()
        return custodian.in_(sorted(self.units)) if self.units else false()


def scope_of(actor: Actor) -> Scope:
    """The local operator (no unit) reaches all; an actor of a unit reaches that unit's records."""
    return Scope(everything=True) if actor.unit_id is None else Scope(units=frozenset({actor.unit_id}))
