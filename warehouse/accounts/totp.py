"""The second factor: a code every 30 seconds from a telephone, and codes on paper for when that is lost."""

import hmac
import time

import pyotp
from sqlalchemy import Connection, RowMapping, delete, insert, update

from warehouse.accounts.tokens import as_typed, hash_of, new_code
from warehouse.tables import recovery_codes, users

ISSUER = "Kho Số"
STEP_SECONDS = 30
RECOVERY_CODES, GROUPS = 10, 4


def new_secret() -> str:
    """For a telephone: base32."""
    return pyotp.random_base32()


def address_of(secret: str, login: str) -> str:
    """The otpauth: address that a telephone reads from a QR code."""
    return pyotp.TOTP(secret, name=login, issuer=ISSUER, interval=STEP_SECONDS).provisioning_uri()


def step_of(secret: str, code: str, last: int = 0) -> int | None:
    """The step that a code is of: this one, or a neighbour for clocks that differ; None: of none, or used.

    A code is good once: steps up to the `last` used one are over.
    """
    clock = pyotp.TOTP(secret, interval=STEP_SECONDS)
    now = int(time.time()) // STEP_SECONDS
    signs = "".join(code.split())
    for step in (now, now - 1, now + 1):
        if step > last and hmac.compare_digest(clock.generate_otp(step).encode(), signs.encode()):
            return step
    return None


def take_code(connection: Connection, user: RowMapping, code: str) -> str | None:
    """Use up a code of a locked user's: "totp" or "recovery", whichever it was; None if it is neither."""
    step = step_of(user["totp_secret"], code, user["totp_step"])
    if step is not None:
        connection.execute(update(users).where(users.c.id == user["id"]).values(totp_step=step))
        return "totp"
    used = connection.execute(
        delete(recovery_codes).where(
            recovery_codes.c.user_id == user["id"], recovery_codes.c.hash == hash_of(as_typed(code))
        )
    )
    return "recovery" if used.rowcount else None


def set_secret(connection: Connection, user_id: int, secret: str, step: int) -> list[str]:
    """From now on codes come from this secret; new recovery codes, which are not to be had again."""
    connection.execute(
        update(users)
        .where(users.c.id == user_id)
        .values(totp_secret=secret, totp_pending=None, totp_step=step)
    )
    return renew_recovery_codes(connection, user_id)


def forget(connection: Connection, user_id: int) -> None:
    """The telephone and the codes are lost: nothing opens this account but a new first code."""
    connection.execute(update(users).where(users.c.id == user_id).values(totp_secret=None, totp_pending=None))
    connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))


def renew_recovery_codes(connection: Connection, user_id: int) -> list[str]:
    """Ten new codes instead of those that are left."""
    codes = [new_code(GROUPS) for _ in range(RECOVERY_CODES)]
    connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
    connection.execute(
        insert(recovery_codes), [{"user_id": user_id, "hash": hash_of(code)} for code in codes]
    )
    return codes
