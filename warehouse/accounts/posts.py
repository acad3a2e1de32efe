"""Posts of users: a role in a unit, for fields of activity and sensitivity classes, from a day to a day."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypedDict, get_args

from sqlalchemy import Connection, insert, select, update

from warehouse.accounts.managing import lock_managed, posts_that_count, require_giving
from warehouse.audit import write_entry
from warehouse.codes.dates import today
from warehouse.errors import NotFound, UsageError
from warehouse.fields_of_activity import field_names
from warehouse.rights import CLASSES, USUAL_CLASSES, Actor, Role, scope_of
from warehouse.tables import assignments, units
from warehouse.units import unit_in_force

ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post to be given. `unit` is a code; `fields` None: all; `valid_to` is the last day, None: no end yet."""

    unit: str
    role: str
    fields: frozenset[str] | None = None
    classes: frozenset[str] = USUAL_CLASSES
    valid_from: date | None = None
    valid_to: date | None = None


class Post(TypedDict):
    """A post as it is shown; `post` is its number."""

    post: int
    unit: str
    role: str
    fields: list[str] | None
    classes: list[str]
    valid_from: str
    valid_to: str | None


def assign(connection: Connection, actor: Actor, login: str, new: NewPost) -> int | None:
    """Give a user a post; its number, None if he holds the very same already.

    Raises UsageError for what does not exist, NotFound and Forbidden as `lock_managed` does.
    """
    user = lock_managed(connection, actor, login)
    values = checked(connection, actor, new)
    if _holds(connection, user["id"], values, new):
        return None
    return give(connection, actor, user["id"], user["login"], values)


def checked(connection: Connection, actor: Actor, new: NewPost) -> dict[str, Any]:
    """The columns of a post that the actor may give; raises UsageError, Forbidden."""
    unit = unit_in_force(connection, new.unit)
    role = next((role for role in ROLES if role == new.role), None)
    if role is None:
        raise UsageError("unknown_role", role=new.role, roles=", ".join(ROLES))
    begins = new.valid_from or today()
    _require_known("unknown_class", new.classes, CLASSES)
    _require_known("unknown_field_of_activity", new.fields or (), field_names(begins))
    if new.valid_to and new.valid_to < begins:
        raise UsageError("post_ends_before", begins=begins, ends=new.valid_to)
    require_giving(actor, unit.id, role, new.classes)
    return {
        "unit_id": unit.id,
        "role": role,
        "fields": None if new.fields is None else sorted(new.fields),
        "classes": sorted(new.classes),
        "valid_from": begins,
        "valid_to": new.valid_to,
    }


def give(connection: Connection, actor: Actor, user_id: int, login: str, values: Mapping[str, Any]) -> int:
    """Write down a checked post of a user; its number."""
    made = {"user_id": user_id, "created_at": datetime.now(UTC), "created_by": actor.who}
    row = connection.execute(insert(assignments).values(**values, **made).returning(assignments.c.id))
    post: int = row.scalar_one()
    code = connection.scalar(select(units.c.code).where(units.c.id == values["unit_id"]))
    shown = _post({**values, "id": post, "code": code})
    write_entry(connection, actor, "assign", f"user:{login}", **shown)
    return post


def end_post(
    connection: Connection, actor: Actor, login: str, post: int, last_day: date | None = None
) -> None:
    """Let a post end after its last day; without one, now.

    Raises NotFound if the user holds no such post: one that is over beside others that are not was not judged, and
    another last day would give it back.
    """
    user = lock_managed(connection, actor, login)
    if post not in {held["id"] for held in posts_that_count(connection, user["id"])}:
        raise NotFound("no_such_post", login=user["login"], post=post)
    last = last_day or today() - timedelta(days=1)
    connection.execute(update(assignments).where(assignments.c.id == post).values(valid_to=last))
    write_entry(connection, actor, "end_post", f"user:{user['login']}", post=post, valid_to=last.isoformat())


def posts_of(connection: Connection, actor: Actor, user_ids: Collection[int]) -> dict[int, list[Post]]:
    """The posts of some users that lie where the actor manages accounts, the oldest first."""
    rows = connection.execute(
        select(assignments, units.c.code)
        .join(units, units.c.id == assignments.c.unit_id)
        .where(assignments.c.user_id.in_(sorted(user_ids)))
        .where(scope_of(actor, "manage_accounts").allows_unit(assignments.c.unit_id))
        .order_by(assignments.c.id)
    ).mappings()
    found: dict[int, list[Post]] = defaultdict(list)
    for row in rows:
        found[row["user_id"]].append(_post(dict(row)))
    return found


def _require_known(reason: str, names: Collection[str], known: Collection[str]) -> None:
    if strange := sorted(set(names) - set(known)):
        raise UsageError(reason, name=strange[0], known=", ".join(sorted(known)))


def _holds(connection: Connection, user_id: int, values: Mapping[str, Any], new: NewPost) -> bool:
    """Whether the user holds the very same post; one without a first day is the same whenever it began."""
    told = {name: value for name, value in values.items() if name != "valid_from" or new.valid_from}
    held = connection.execute(select(assignments).where(assignments.c.user_id == user_id)).mappings()
    return any(all(post[name] == value for name, value in told.items()) for post in held)


def _post(row: Mapping[str, Any]) -> Post:
    ends: date | None = row["valid_to"]
    return {
        "post": row["id"],
        "unit": row["code"],
        "role": row["role"],
        "fields": row["fields"],
        "classes": row["classes"],
        "valid_from": row["valid_from"].isoformat(),
        "valid_to": ends.isoformat() if ends else None,
    }
