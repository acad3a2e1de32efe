"""Users' accounts: made, disabled, enabled, given a new first code, listed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypedDict

from sqlalchemy import ColumnElement, Connection, RowMapping, exists, select, true, update

from warehouse.accounts import totp
from warehouse.accounts.lockout import is_locked
from warehouse.accounts.managing import find_user, in_tree, lock_managed, posts_that_count
from warehouse.accounts.names import folded
from warehouse.accounts.oidc import unlink
from warehouse.accounts.passwords import FirstCode
from warehouse.accounts.posts import NewPost, Post, checked, give, posts_of
from warehouse.accounts.sessions import end_sessions_of
from warehouse.audit import write_entry
from warehouse.database import insert_new
from warehouse.errors import Conflict, Forbidden, UsageError
from warehouse.keyset import behind
from warehouse.rights import Actor, require, require_unit
from warehouse.tables import assignments, units, users

LONGEST_NAME = 200


class User(TypedDict):
    """An account as it is shown. `must_change_password`: it opens with a first code alone."""

    login: str
    full_name: str
    state: str
    locked: bool
    must_change_password: bool
    second_factor: bool
    signed_in_at: str | None
    posts: list[Post]


def add_user(
    connection: Connection, actor: Actor, login: str, full_name: str, post: NewPost | None, first: FirstCode
) -> None:
    """Make an account that opens with a first code. Only the local operator makes one without a post.

    Raises Conflict if the login is taken, by whomever: that much anybody learns who may make accounts.
    """
    require(actor, "manage_accounts")
    if post is None and actor.grants is not None:
        raise Forbidden("post_missing")
    login, name = folded(login), " ".join(full_name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise UsageError("bad_full_name", longest=LONGEST_NAME)
    given = checked(connection, actor, post) if post else None
    made = {"created_at": datetime.now(UTC), "created_by": actor.who}
    user = {"login": login, "full_name": name, "state": "active", **_opened_by(first), **made}
    user_id = insert_new(connection, users, user, "login")
    if user_id is None:
        raise Conflict("login_taken", login=login)
    write_entry(connection, actor, "add_user", f"user:{login}")
    if given:
        give(connection, actor, user_id, login, given)


def reset(
    connection: Connection, actor: Actor, login: str, first: FirstCode, *, second_factor: bool = False
) -> None:
    """Let a user begin anew with a first code; all sessions end, no lock and no link to a provider holds.

    `second_factor`: forget the telephone, too. That is an administrator's alone: with it and a first code one
    signs in as the user.
    """
    user = lock_managed(connection, actor, login)
    if second_factor:
        for post in posts_that_count(connection, user["id"]):
            require_unit(actor, "manage_clients", post["unit_id"])
        totp.forget(connection, user["id"])
    _change(connection, user, failures=0, locked_until=None, **_opened_by(first))
    end_sessions_of(connection, user["id"])
    unlink(connection, user["id"])
    write_entry(connection, actor, "reset_user", f"user:{user['login']}", second_factor=second_factor)


def disable(connection: Connection, actor: Actor, login: str) -> None:
    """Shut a user out, from this moment on."""
    user = lock_managed(connection, actor, login)
    _change(connection, user, state="disabled")
    end_sessions_of(connection, user["id"])
    write_entry(connection, actor, "disable_user", f"user:{user['login']}")


def enable(connection: Connection, actor: Actor, login: str) -> None:
    """Let a user in again, with the same password."""
    user = lock_managed(connection, actor, login)
    _change(connection, user, state="active", failures=0, locked_until=None)
    write_entry(connection, actor, "enable_user", f"user:{user['login']}")


def list_users(
    connection: Connection,
    actor: Actor,
    unit: str | None = None,
    after: Sequence[object] | None = None,
    limit: int = 200,
) -> list[User]:
    """Users with a post where the actor manages accounts, by login; one more than `limit` if there are more."""
    require(actor, "manage_accounts")
    query = select(users).where(in_tree(actor), true() if unit is None else _has_post_in(unit))
    rows = connection.execute(behind(query, [users.c.login], after, limit)).mappings().all()
    posts = posts_of(connection, actor, [row["id"] for row in rows])
    return [_user(row, posts.get(row["id"], [])) for row in rows]


def show_user(connection: Connection, actor: Actor, login: str) -> User:
    """One account with a post where the actor manages accounts; raises NotFound."""
    row = find_user(connection, actor, login)
    return _user(row, posts_of(connection, actor, [row["id"]]).get(row["id"], []))


def _opened_by(first: FirstCode) -> dict[str, object]:
    return {"password": first.hash, "must_change": True, "code_until": first.until}


def _has_post_in(code: str) -> ColumnElement[bool]:
    return exists().where(
        assignments.c.user_id == users.c.id, assignments.c.unit_id == units.c.id, units.c.code == code
    )


def _change(connection: Connection, user: RowMapping, **values: object) -> None:
    connection.execute(update(users).where(users.c.id == user["id"]).values(**values))


def _user(row: RowMapping, posts: list[Post]) -> User:
    seen: datetime | None = row["signed_in_at"]
    return {
        "login": row["login"],
        "full_name": row["full_name"],
        "state": row["state"],
        "locked": is_locked(row),
        "must_change_password": row["must_change"],
        "second_factor": row["totp_secret"] is not None,
        "signed_in_at": seen.isoformat() if seen else None,
        "posts": posts,
    }
