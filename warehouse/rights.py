"""Who asks, and how far their rights reach: the one place that turns a person into a scope.

Reading content = custodian's tree × field of activity × sensitivity class, or an access session for one
holder's papers. A scope is applied inside SQL and index queries, never to their results: no count, facet
or duplicate message may tell of what one may not see.
"""

from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import ColumnElement, RowMapping, and_, false, or_, select, true

from warehouse.errors import Forbidden
from warehouse.tables import parties, party_ids, records

Act = Literal[
    "read",  # a record's values, pages, original; search
    "find_person", "export",  # the desk's person search; results as a file
    "take_in", "note", "correct", "confirm", "replace",
    "approve", "return", "release",  # release: hide, too
    "end",  # revoke, supersede, withdraw
    "open_case", "decide_case",
    "figures",  # counts of batches, progress, the queue
    "manage_accounts",  # create, reset, disable, assign inside the own tree
    "manage_clients", "move_custody", "open_access",
    "audit",  # read and export the trail, check it
]  # fmt: skip
Role = Literal["clerk", "officer", "manager", "admin", "auditor", "unit_admin"]

_CLERK: tuple[Act, ...] = ("read", "take_in", "note", "correct", "confirm", "replace", "open_case", "figures")
_OFFICER: tuple[Act, ...] = (
    *_CLERK, "find_person", "export", "approve", "return", "release", "end", "decide_case",
)  # fmt: skip
ACTS: dict[Role, frozenset[Act]] = {
    "clerk": frozenset(_CLERK),
    "officer": frozenset(_OFFICER),
    "manager": frozenset({"figures"}),
    "admin": frozenset({"figures", "manage_accounts", "manage_clients", "move_custody"}),
    "auditor": frozenset({"audit", "figures"}),
    "unit_admin": frozenset({"manage_accounts"}),
}
"""What each role may do. Nobody reads content by managing, counting or auditing it."""

ORDINARY = "ordinary"
SENSITIVE = "sensitive"  # papers with ethnicity, scans of identity cards: Luật 91/2025, NĐ 356/2025
UNCLASSIFIED = "unclassified"  # nobody knows yet what paper it is
USUAL_CLASSES = frozenset({ORDINARY, SENSITIVE, UNCLASSIFIED})
"""Classes that a post reads unless it is said otherwise; narrower ones are granted by name."""
CLASSES = USUAL_CLASSES | {"adoption", "paternity", "criminal_record", "social_protection"}

OPEN_TO_HOLDERS = {"work": "approved", "availability": "released"}
"""The states of papers that an access session reaches."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Units (surrogate ids, the tree below them included) × fields of activity (None: all) × classes."""

    units: frozenset[int]
    fields: frozenset[str] | None = None
    classes: frozenset[str] = USUAL_CLASSES


@dataclass(frozen=True, slots=True)
class Grant:
    """What one post (assignment) or API client gives its bearer: acts, and how far each reaches."""

    acts: frozenset[Act]
    reach: Reach
    assignment_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or program that acts: account, unit (surrogate id), stated purpose.

    `grants`: None for the local operator and the program itself, who reach all. `holders`: identity numbers
    of persons for whom an access session is open. `address`: where the request came from.
    """

    who: str
    unit_id: int | None = None
    purpose: str = ""
    grants: tuple[Grant, ...] | None = None
    holders: frozenset[str] = frozenset()
    assignment_id: int | None = None
    address: str = ""
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What an actor reaches; `everything` for the local operator.

    `holders`: persons whose released, approved papers are open whatever their custodian.
    """

    everything: bool = False
    reaches: tuple[Reach, ...] = ()
    holders: frozenset[str] = field(default_factory=frozenset)

    def allows_record(self) -> ColumnElement[bool]:
        """The condition on rows of `records`."""
        if self.everything:
            return true()
        reached = [_reached(reach) for reach in self.reaches]
        if self.holders:
            reached.append(_of_holders(self.holders))
        return or_(false(), *reached)

    def allows_unit(self, custodian: ColumnElement[int]) -> ColumnElement[bool]:
        """The condition on a unit's column of something that has neither field nor class: a batch, a count."""
        if self.everything:
            return true()
        units = frozenset[int]().union(*(reach.units for reach in self.reaches))
        return custodian.in_(sorted(units)) if units else false()


def scope_of(actor: Actor, act: Act = "read") -> Scope:
    """How far an actor's right to an act reaches; access sessions are for reading alone."""
    if actor.grants is None:
        return Scope(everything=True)
    reaches = tuple(grant.reach for grant in actor.grants if act in grant.acts)
    return Scope(reaches=reaches, holders=actor.holders if act == "read" else frozenset())


def reading_scope(actor: Actor, act: Act) -> Scope:
    """How far an actor may both read and do this, by posts alone."""
    if actor.grants is None:
        return Scope(everything=True)
    done, read = scope_of(actor, act).reaches, scope_of(actor).reaches
    if set(done) <= set(read):
        return Scope(reaches=done)
    return Scope(reaches=tuple(dict.fromkeys(_common(one, other) for one in done for other in read)))


def may(actor: Actor, act: Act) -> bool:
    """Whether the actor has the right to an act anywhere."""
    return actor.grants is None or any(act in grant.acts for grant in actor.grants)


def require(actor: Actor, act: Act) -> None:
    """Raise Forbidden unless the actor may do this somewhere."""
    if not may(actor, act):
        raise Forbidden("no_right", act=act)


def require_unit(actor: Actor, act: Act, unit_id: int) -> None:
    """Raise Forbidden unless the actor's right to an act reaches this unit."""
    scope = scope_of(actor, act)
    if not scope.everything and not any(unit_id in reach.units for reach in scope.reaches):
        raise Forbidden("no_right", act=act)


def opens_to_holders(record: RowMapping) -> bool:
    """Whether an access session reaches a record (its row), if it is the holder's."""
    return all(record[name] == value for name, value in OPEN_TO_HOLDERS.items())


def _common(one: Reach, other: Reach) -> Reach:
    narrowed = [fields for fields in (one.fields, other.fields) if fields is not None]
    fields = frozenset.intersection(*narrowed) if narrowed else None
    return Reach(one.units & other.units, fields, one.classes & other.classes)


def _reached(reach: Reach) -> ColumnElement[bool]:
    if not reach.units or not reach.classes:
        return false()
    held = [
        records.c.custodian_id.in_(sorted(reach.units)),
        records.c.sensitivity.in_(sorted(reach.classes)),
    ]
    if reach.fields is not None:
        held.append(records.c.field_of_activity.in_(sorted(reach.fields)))
    return and_(*held)


def _of_holders(numbers: frozenset[str]) -> ColumnElement[bool]:
    theirs = (
        select(parties.c.record_id)
        .join(party_ids, party_ids.c.party_id == parties.c.id)
        .where(party_ids.c.value.in_(sorted(numbers)))
    )
    opened = (records.c[name] == value for name, value in OPEN_TO_HOLDERS.items())
    return and_(records.c.id.in_(theirs), *opened)
