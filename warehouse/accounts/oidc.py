"""Signing in by the province's OpenID provider: it proves who somebody is, and no account comes of it.

At the first time the provider's name for a login is matched with ours; from then on its subject, which it never
gives to another person, whatever the login is called there.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from warehouse.accounts.grants import as_noted
from warehouse.accounts.names import sought
from warehouse.accounts.rules import Rules
from warehouse.accounts.sessions import Stage, open_session
from warehouse.accounts.signing_in import lock_user, needs_second_factor
from warehouse.accounts.tokens import hash_of, new_token
from warehouse.audit import write_entry
from warehouse.database import Database
from warehouse.errors import Unauthenticated
from warehouse.rights import Actor
from warehouse.tables import identities, oidc_attempts, users

ATTEMPT = timedelta(minutes=10)
"""So long a person may take at the provider's."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What goes to the provider, or is kept from it, and must fit when the browser comes back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for; `second_factor`: in a way that stands for ours, too."""

    issuer: str
    subject: str
    login: str
    second_factor: bool


def new_attempt() -> Attempt:
    """Three secrets."""
    return Attempt(new_token(), new_token(), new_token())


def remember(database: Database, attempt: Attempt) -> str:
    """Keep an attempt; the secret by which its browser is known. Those that are over go."""
    cookie, now = new_token(), datetime.now(UTC)
    with database.write() as connection:
        connection.execute(delete(oidc_attempts).where(oidc_attempts.c.until <= now))
        row = {"hash": hash_of(cookie), "state": attempt.state, "nonce": attempt.nonce}
        connection.execute(
            insert(oidc_attempts).values(**row, verifier=attempt.verifier, until=now + ATTEMPT)
        )
    return cookie


def take_back(database: Database, cookie: str, state: str, address: str) -> Attempt:
    """The attempt of a browser that comes back with its state, once; raises Unauthenticated."""
    gone = delete(oidc_attempts).where(oidc_attempts.c.hash == hash_of(cookie)).returning(oidc_attempts)
    with database.write(durable=True) as connection:
        row = connection.execute(gone).one_or_none()
    fits = row is not None and hmac.compare_digest(row.state.encode(), state.encode())
    if row is None or not fits or row.until <= datetime.now(UTC):
        note_refused(database, "wrong_state", address)
        raise Unauthenticated("oidc_begin_again")
    return Attempt(row.state, row.nonce, row.verifier)


def note_refused(database: Database, outcome: str, address: str) -> None:
    """A sign-in that came to nothing before anybody was named."""
    with database.write(durable=True) as connection:
        actor = Actor("nobody", grants=(), address=address)
        write_entry(connection, actor, "sign_in", actor.who, outcome=outcome, by="oidc")


def enter_by_provider(database: Database, rules: Rules, known: Identity, address: str) -> str:
    """The token of a new session for whom the provider vouches; raises Unauthenticated as a password does."""
    with database.write(durable=True) as connection:
        user, outcome = _user_of(connection, known)
        actor = (
            as_noted(connection, user["id"], user["login"], address)
            if user
            else Actor("nobody", grants=(), address=address)
        )
        write_entry(connection, actor, "sign_in", actor.who, outcome=outcome, by="oidc")
        if user and outcome == "ok":
            connection.execute(
                update(users).where(users.c.id == user["id"]).values(signed_in_at=datetime.now(UTC))
            )
            asked = bool(user["totp_secret"]) or needs_second_factor(connection, rules, user["id"])
            stage: Stage = "totp" if asked and not known.second_factor else "full"
            return open_session(
                connection, user["id"], stage, rules, "oidc", second_factor=known.second_factor
            )
    raise Unauthenticated("sign_in_refused")


def unlink(connection: Connection, user_id: int) -> None:
    """Forget whom the providers' subjects are: the next sign-in is a first one again."""
    connection.execute(delete(identities).where(identities.c.user_id == user_id))


def _user_of(connection: Connection, known: Identity) -> tuple[RowMapping | None, str]:
    """The user, locked, and the outcome; a first sign-in is noted."""
    linked = connection.scalar(
        select(identities.c.user_id).where(
            identities.c.issuer == known.issuer, identities.c.subject == known.subject
        )
    )
    user_id = linked or connection.scalar(select(users.c.id).where(users.c.login == sought(known.login)))
    if user_id is None:
        return None, "unknown_login"
    user = lock_user(connection, user_id)
    if user["state"] != "active":
        return user, "disabled"
    if linked is None:
        return user, _link(connection, user_id, known)
    return user, "ok"


def _link(connection: Connection, user_id: int, known: Identity) -> str:
    """Note the subject of a locked user; another person may have been given the login there."""
    theirs = (identities.c.user_id == user_id, identities.c.issuer == known.issuer)
    if connection.scalar(select(identities.c.subject).where(*theirs)) is not None:
        return "other_subject"
    row = {"issuer": known.issuer, "subject": known.subject, "user_id": user_id}
    connection.execute(insert(identities).values(**row, linked_at=datetime.now(UTC)))
    return "ok"
