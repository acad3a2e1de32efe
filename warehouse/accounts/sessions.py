"""Sessions of signed-in users: a random token in the browser, its hash in the database.

A session has stages: what is still to be shown before it gives any right. Each step to another stage
makes a new token, so one that was known before signing in is worth nothing after it.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from warehouse.access import open_holders
from warehouse.accounts.grants import posts_held
from warehouse.accounts.rules import Rules
from warehouse.accounts.tokens import hash_of, new_token
from warehouse.codes.dates import today
from warehouse.database import Database
from warehouse.errors import Unauthenticated
from warehouse.rights import Actor
from warehouse.tables import sessions, users

Stage = Literal["totp", "password_change", "full"]
"""What is to be shown next: a second factor (or to set one up), a password of one's own, nothing."""

OpenedBy = Literal["password", "oidc"]

PUT_OFF_EVERY = timedelta(minutes=1)
"""So often at most use is noted: not every request has to write."""


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of a user; `hash` names it. `second_factor`: the user has set one up.

    `showed_second_factor`: in this very session, here or in a way at the provider's that stands for it.
    """

    hash: str
    user_id: int
    login: str
    full_name: str
    stage: Stage
    second_factor: bool
    opened_by: OpenedBy
    showed_second_factor: bool
    idle_seconds: int
    idle_until: datetime
    ends_at: datetime

    @property
    def actor(self) -> Actor:
        """Who signs in, without any right yet."""
        return Actor(f"user:{self.login}", grants=(), user_id=self.user_id)


def actor_by_session(connection: Connection, token: str, rules: Rules) -> Actor:
    """Whoever holds the token of a whole session, with the rights of today's posts; raises Unauthenticated.

    A post that asks for a second factor gives nothing in a session that showed none: it was given meanwhile.
    """
    return _actor(connection, find_session(connection, token), rules)


def actor_of_request(database: Database, token: str, rules: Rules) -> Actor:
    """The same for a request, whose session lives on by being used."""
    with database.read() as connection:
        session = find_session(connection, token)
        actor = _actor(connection, session, rules)
    until = _now() + timedelta(seconds=session.idle_seconds)
    if until - session.idle_until >= PUT_OFF_EVERY:
        with database.write() as connection:
            connection.execute(
                update(sessions).where(sessions.c.hash == session.hash).values(idle_until=until)
            )
    return actor


def find_session(connection: Connection, token: str) -> Session:
    """A session of any stage that is not over, of a user who is not disabled; raises Unauthenticated."""
    row = connection.execute(_LIVING, {"token": hash_of(token), "now": _now()}).one_or_none()
    if row is None:
        raise Unauthenticated("not_signed_in")
    return Session(*row)


def open_session(
    connection: Connection,
    user_id: int,
    stage: Stage,
    rules: Rules,
    opened_by: OpenedBy = "password",
    *,
    second_factor: bool = False,
) -> str:
    """Begin a session; the token is known to the caller alone. Sessions that are over go."""
    token, now = new_token(), _now()
    connection.execute(delete(sessions).where(sessions.c.ends_at <= now))
    connection.execute(
        insert(sessions).values(
            hash=hash_of(token),
            user_id=user_id,
            stage=stage,
            opened_by=opened_by,
            showed_second_factor=second_factor,
            created_at=now,
            idle_seconds=int(rules.idle.total_seconds()),
            idle_until=now + rules.idle,
            ends_at=now + rules.longest,
        )
    )
    return token


def next_stage(connection: Connection, session: Session, stage: Stage, *, second_factor: bool = False) -> str:
    """Take a session to its next stage under a new token; the old one is worth nothing any more.

    `second_factor`: it was shown just now. Raises Unauthenticated if somebody else did so at the same moment.
    """
    token = new_token()
    showed = session.showed_second_factor or second_factor
    changed = connection.execute(
        update(sessions)
        .where(sessions.c.hash == session.hash)
        .values(hash=hash_of(token), stage=stage, showed_second_factor=showed)
    )
    if not changed.rowcount:
        raise Unauthenticated("not_signed_in")
    return token


def end_session(connection: Connection, session: Session) -> None:
    """Sign out."""
    connection.execute(delete(sessions).where(sessions.c.hash == session.hash))


def end_sessions_of(connection: Connection, user_id: int, but: Session | None = None) -> None:
    """Sign a user out everywhere, or everywhere else."""
    kept = but.hash if but else ""
    connection.execute(delete(sessions).where(sessions.c.user_id == user_id, sessions.c.hash != kept))


def _actor(connection: Connection, session: Session, rules: Rules) -> Actor:
    if session.stage != "full":
        raise Unauthenticated("sign_in_unfinished", stage=session.stage)
    posts = posts_held(connection, session.user_id, today())
    grants = tuple(
        post.grant for post in posts if session.showed_second_factor or post.role not in rules.totp_roles
    )
    return replace(
        session.actor,
        unit_id=posts[0].unit_id if posts else None,
        assignment_id=grants[0].assignment_id if len(grants) == 1 else None,
        grants=grants,
        holders=open_holders(connection, session.user_id),
    )


def _now() -> datetime:
    return datetime.now(UTC)


_LIVING = (
    select(
        sessions.c.hash, sessions.c.user_id, users.c.login, users.c.full_name, sessions.c.stage,
        users.c.totp_secret.is_not(None), sessions.c.opened_by,
        sessions.c.showed_second_factor, sessions.c.idle_seconds, sessions.c.idle_until, sessions.c.ends_at,
    )
    .join(users, users.c.id == sessions.c.user_id)
    .where(sessions.c.hash == bindparam("token"), users.c.state == "active")
    .where(sessions.c.idle_until > bindparam("now"), sessions.c.ends_at > bindparam("now"))
)  # fmt: skip
"""Made once, as every request asks it."""
