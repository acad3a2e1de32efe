"""What posts and tokens give their bearers on a day: acts, over units with all units below them."""

from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    Row,
    Select,
    Table,
    bindparam,
    or_,
    select,
)  # fmt: skip

from warehouse.codes.dates import today
from warehouse.rights import ACTS, Act, Actor, Grant, Reach, Role
from warehouse.tables import assignments, client_units, units

Day = date | BindParameter[date]


class Held(NamedTuple):
    """A post's unit and role, and what it gives."""

    unit_id: int
    role: Role
    grant: Grant


def posts_held(connection: Connection, user_id: int, day: date) -> list[Held]:
    """The posts of a user that are in force, the oldest first."""
    rows = connection.execute(_POSTS, {"holder": user_id, "day": day})
    return [_held(list(reached)) for _, reached in groupby(rows, key=lambda row: row.id)]


def as_noted(connection: Connection, user_id: int, login: str, address: str) -> Actor:
    """A user who signs in or out, without any right: of the first post's unit, whose auditors are to see it."""
    posts = posts_held(connection, user_id, today())
    unit_id = posts[0].unit_id if posts else None
    return Actor(f"user:{login}", unit_id, grants=(), user_id=user_id, address=address)


def grant_of_client(connection: Connection, client_id: int, scopes: frozenset[Act]) -> Grant:
    """The acts that a program may do, over its units and all below them."""
    tree = tree_below(select(client_units.c.unit_id).where(client_units.c.client_id == client_id))
    return Grant(scopes, Reach(frozenset(connection.scalars(select(tree.c.unit_id)))))


def tree_below(tops: Select[tuple[int]]) -> CTE:
    """Pairs (top, unit_id): each of some units with itself and every unit below it, whenever in force.

    What a former unit keeps is reached through the unit it went into.
    """
    chosen = tops.subquery()
    begin = select(chosen.c.unit_id.label("top"), chosen.c.unit_id.label("unit_id"))
    tree = begin.cte("tree", recursive=True)
    below = select(tree.c.top, units.c.id).join(units, units.c.parent_id == tree.c.unit_id)
    return tree.union(below)  # not all: a ring of units would never end


def in_force(table: Table, day: Day) -> ColumnElement[bool]:
    """The condition on rows that hold from a day to a day, the last included."""
    return (table.c.valid_from <= day) & not_ended(table, day)


def not_ended(table: Table, day: Day) -> ColumnElement[bool]:
    """In force, or not yet."""
    return or_(table.c.valid_to.is_(None), table.c.valid_to >= day)


def _held(reached: list[Row[Any]]) -> Held:
    """Of one post's rows, a unit each."""
    post = reached[0]
    fields = None if post.fields is None else frozenset(post.fields)
    reach = Reach(frozenset(row.reached for row in reached), fields, frozenset(post.classes))
    return Held(post.unit_id, post.role, Grant(ACTS[post.role], reach, post.id))


def _posts() -> Select[Any]:
    """A row for each post in force and each unit that it reaches."""
    held = (assignments.c.user_id == bindparam("holder"), in_force(assignments, bindparam("day", type_=Date)))
    tree = tree_below(select(assignments.c.unit_id).where(*held))
    return (
        select(assignments, tree.c.unit_id.label("reached"))
        .join(tree, tree.c.top == assignments.c.unit_id)
        .where(*held)
        .order_by(assignments.c.id)
    )


_POSTS = _posts()
"""Made once: every request asks it, and to put it together takes longer than to answer it."""
