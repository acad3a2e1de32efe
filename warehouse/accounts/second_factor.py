"""The second step of signing in: proving a second factor, setting one up, new recovery codes."""

from sqlalchemy import Connection, RowMapping, update

from warehouse.accounts import totp
from warehouse.accounts.grants import as_noted
from warehouse.accounts.lockout import forget_failures, is_locked, note_failure
from warehouse.accounts.sessions import Session, end_sessions_of, find_session, next_stage
from warehouse.accounts.signing_in import lock_user
from warehouse.audit import write_entry
from warehouse.database import Database
from warehouse.errors import Conflict, Unauthenticated
from warehouse.tables import users


def prove(database: Database, token: str, code: str, address: str) -> str:
    """Show a code of the telephone, or a recovery code; the session's new token. Raises Unauthenticated."""
    with database.write(durable=True) as connection:
        session, user = _locked(connection, token)
        if session.stage != "totp" or not user["totp_secret"]:
            raise Conflict("totp_not_asked")
        outcome = _tried(connection, session, user, code, "second_factor", address)
        if outcome == "ok":
            must_choose = user["must_change"] and session.opened_by == "password"
            return next_stage(
                connection, session, "password_change" if must_choose else "full", second_factor=True
            )
    raise Unauthenticated("code_refused")


def set_up(database: Database, token: str, code: str, address: str) -> tuple[str, str]:
    """Begin with a telephone: its secret, and the same as an otpauth: address; it counts once confirmed.

    Where one is set up already, `code` must be of it (or a recovery code): it stays until the new one is confirmed.
    """
    secret = totp.new_secret()
    with database.write(durable=True) as connection:
        session, user = _locked(connection, token)
        _require_choosing(session, user)
        outcome = "ok"
        if user["totp_secret"]:
            outcome = _tried(connection, session, user, code, "second_factor", address)
        if outcome == "ok":
            connection.execute(update(users).where(users.c.id == user["id"]).values(totp_pending=secret))
            return secret, totp.address_of(secret, user["login"])
    raise Unauthenticated("code_refused")


def confirm(database: Database, token: str, code: str, address: str) -> tuple[str, list[str]]:
    """Prove that the new telephone works: the session's new token, and recovery codes to be kept on paper.

    All other sessions of the user end. Raises Conflict, Unauthenticated.
    """
    with database.write(durable=True) as connection:
        session, user = _locked(connection, token)
        _require_choosing(session, user)
        if not user["totp_pending"]:
            raise Conflict("totp_not_asked")
        step = totp.step_of(user["totp_pending"], code)
        actor = as_noted(connection, session.user_id, session.login, address)
        write_entry(connection, actor, "set_second_factor", actor.who, outcome="ok" if step else "wrong_code")
        if step:
            end_sessions_of(connection, user["id"], but=session)
            codes = totp.set_secret(connection, user["id"], user["totp_pending"], step)
            return next_stage(connection, session, "full", second_factor=True), codes
    raise Unauthenticated("code_refused")


def renew_recovery_codes(database: Database, token: str, code: str, address: str) -> list[str]:
    """New recovery codes for a code of the telephone; the old ones are worth nothing."""
    with database.write(durable=True) as connection:
        session, user = _locked(connection, token)
        if session.stage != "full" or not user["totp_secret"]:
            raise Conflict("totp_not_asked")
        outcome = _tried(connection, session, user, code, "renew_recovery_codes", address)
        if outcome == "ok":
            return totp.renew_recovery_codes(connection, user["id"])
    raise Unauthenticated("code_refused")


def _locked(connection: Connection, token: str) -> tuple[Session, RowMapping]:
    session = find_session(connection, token)
    return session, lock_user(connection, session.user_id)


def _require_choosing(session: Session, user: RowMapping) -> None:
    """A second factor is set up when signed in, or at sign-in where a role asks for one that is missing."""
    if session.stage != "full" and not (session.stage == "totp" and not user["totp_secret"]):
        raise Unauthenticated("sign_in_unfinished", stage=session.stage)


def _tried(
    connection: Connection, session: Session, user: RowMapping, code: str, action: str, address: str
) -> str:
    """Take a code and note it: "ok", or what was wrong with it."""
    by = None if is_locked(user) else totp.take_code(connection, user, code)
    outcome = "ok" if by else "locked" if is_locked(user) else "wrong_code"
    actor = as_noted(connection, session.user_id, session.login, address)
    write_entry(connection, actor, action, actor.who, outcome=outcome, by=by)
    if by:
        forget_failures(connection, user)
    elif outcome == "wrong_code":
        note_failure(connection, user)
    return outcome
