"""Signing in by password, choosing a password of one's own, signing out.

Whatever was wrong, the answer is one and takes as long: nobody learns which logins exist, are locked or
disabled. What was wrong is in the audit log. Passwords are hashed before the transaction that decides.
"""

from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping, select, update

from warehouse.accounts.grants import as_noted, posts_held
from warehouse.accounts.lockout import forget_failures, is_locked, note_failure
from warehouse.accounts.names import sought
from warehouse.accounts.passwords import OF_NOBODY, hash_password, is_outdated, is_password, require_good
from warehouse.accounts.rules import Rules
from warehouse.accounts.sessions import (
    Stage,
    end_session,
    end_sessions_of,
    find_session,
    next_stage,
    open_session,
)
from warehouse.accounts.tokens import as_typed
from warehouse.audit import write_entry
from warehouse.codes.dates import today
from warehouse.database import Database
from warehouse.errors import Unauthenticated, UsageError
from warehouse.rights import Actor
from warehouse.tables import users


def sign_in(database: Database, rules: Rules, login: str, password: str, address: str) -> str:
    """The token of a new session, whose stage says what is still to be shown; raises Unauthenticated."""
    with database.read() as connection:
        user = _named(connection, login)
    kept = user["password"] if user else OF_NOBODY
    typed = as_typed(password) if user and user["must_change"] else password
    right = is_password(kept, typed)
    renewed = hash_password(typed) if right and is_outdated(kept) else kept
    with database.write(durable=True) as connection:
        outcome = _judged(connection, user, right)
        actor = (
            as_noted(connection, user["id"], user["login"], address)
            if user
            else Actor("nobody", grants=(), address=address)
        )
        write_entry(connection, actor, "sign_in", actor.who, outcome=outcome)
        if user and outcome == "ok":
            _change(connection, user["id"], password=renewed)
            return _enter(connection, rules, user["id"])
    # A code that is known is worth nothing any more: its owner may be told why.
    raise Unauthenticated("code_expired" if outcome == "code_expired" else "sign_in_refused")


def _enter(connection: Connection, rules: Rules, user_id: int) -> str:
    """Open a session for a user whose password was right; its token."""
    user = lock_user(connection, user_id)
    if not user["totp_secret"]:  # else its codes could be guessed for ever, with a password between each four
        forget_failures(connection, user)
    _change(connection, user_id, signed_in_at=datetime.now(UTC))
    return open_session(connection, user_id, _first_stage(connection, rules, user), rules)


def change_password(database: Database, rules: Rules, token: str, old: str, new: str, address: str) -> str:
    """Choose a password; the session goes on under a new token, all others of the user end.

    Raises UsageError for a weak one, Unauthenticated for a wrong old one.
    """
    with database.read() as connection:
        session = find_session(connection, token)
        user = connection.execute(select(users).where(users.c.id == session.user_id)).mappings().one()
    if session.stage == "totp":
        raise Unauthenticated("sign_in_unfinished", stage=session.stage)
    require_good(new, user["login"], user["full_name"])
    right = is_password(user["password"], as_typed(old) if user["must_change"] else old)
    if right and new == old:
        raise UsageError("password_same")
    made = hash_password(new) if right else ""
    with database.write(durable=True) as connection:
        outcome = _judged(connection, user, right)
        actor = as_noted(connection, session.user_id, session.login, address)
        write_entry(connection, actor, "change_password", actor.who, outcome=outcome)
        if outcome == "ok":
            _change(connection, user["id"], password=made, must_change=False, code_until=None)
            forget_failures(connection, user)
            end_sessions_of(connection, user["id"], but=session)
            missing = needs_second_factor(connection, rules, user["id"]) and user["totp_secret"] is None
            return next_stage(connection, session, "totp" if missing else "full")
    raise Unauthenticated("sign_in_refused")


def sign_out(database: Database, token: str, address: str) -> None:
    """End a session of whatever stage; raises Unauthenticated if there is none."""
    with database.write(durable=True) as connection:
        session = find_session(connection, token)
        end_session(connection, session)
        actor = as_noted(connection, session.user_id, session.login, address)
        write_entry(connection, actor, "sign_out", actor.who)


def lock_user(connection: Connection, user_id: int) -> RowMapping:
    """A user's row, as it is now and until the transaction ends."""
    return connection.execute(select(users).where(users.c.id == user_id).with_for_update()).mappings().one()


def needs_second_factor(connection: Connection, rules: Rules, user_id: int) -> bool:
    """Whether one of today's posts is of a role that signs in with a second factor."""
    return any(post.role in rules.totp_roles for post in posts_held(connection, user_id, today()))


def _judged(connection: Connection, seen: RowMapping | None, right: bool) -> str:
    """The outcome of a password that was compared with the row `seen`; a wrong one is counted."""
    if seen is None:
        return "unknown_login"
    user = lock_user(connection, seen["id"])
    if user["state"] != "active":
        return "disabled"
    if is_locked(user):
        return "locked"
    if not right or user["password"] != seen["password"]:
        note_failure(connection, user)
        return "wrong_password"
    if user["code_until"] and user["code_until"] <= datetime.now(UTC):
        return "code_expired"
    return "ok"


def _first_stage(connection: Connection, rules: Rules, user: RowMapping) -> Stage:
    """A second factor that is set up comes first: who found a first code on paper goes no further."""
    if user["totp_secret"]:
        return "totp"
    if user["must_change"]:
        return "password_change"
    return "totp" if needs_second_factor(connection, rules, user["id"]) else "full"


def _named(connection: Connection, login: str) -> RowMapping | None:
    return connection.execute(select(users).where(users.c.login == sought(login))).mappings().one_or_none()


def _change(connection: Connection, user_id: int, **values: object) -> None:
    connection.execute(update(users).where(users.c.id == user_id).values(**values))
