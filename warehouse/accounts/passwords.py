"""Passwords: how they are kept, which are too weak, and the codes that stand for a first one."""

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from warehouse.accounts.rules import Rules
from warehouse.accounts.tokens import new_code
from warehouse.errors import UsageError
from warehouse.text import fold

SHORTEST, LONGEST = 12, 200
DIFFERENT = 5
"""So many different signs a password has at least: «aaaaaaaaaaaa» is long, and worth nothing."""
CODE_GROUPS = 4

# 19 MiB and two passes take a server some 30 ms; a few at a time keep within its memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_A_TIME = BoundedSemaphore(4)

OF_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$Mv4wbEr9TzRnvX56sMjLyw$zgI0JbP1M/dR72rEjHQpVKQQInekg8X4gqyENhtA30o"
)
"""The hash of a password that nobody knows, for logins that do not exist: refusing them takes as long."""


@dataclass(frozen=True, slots=True)
class FirstCode:
    """A code to sign in with once, for choosing a password; made before the transaction that keeps its hash."""

    code: str = field(repr=False)
    hash: str = field(repr=False)
    until: datetime


def new_first_code(rules: Rules) -> FirstCode:
    """76 random bits that can be read off paper."""
    code = new_code(CODE_GROUPS)
    return FirstCode(code, hash_password(code), datetime.now(UTC) + timedelta(days=rules.code_days))


def hash_password(password: str) -> str:
    """What is kept of a password. It takes a while on purpose: never inside a transaction."""
    with _AT_A_TIME:
        return _HASHER.hash(_signs(password))


def is_password(kept: str, password: str) -> bool:
    """Whether `kept` came from this password; False for what is no hash at all."""
    with _AT_A_TIME:
        try:
            return _HASHER.verify(kept, _signs(password))
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with less effort than today's."""
    return _HASHER.check_needs_rehash(kept)


def require_good(password: str, login: str, full_name: str) -> None:
    """Raise UsageError if a password is too short, like its owner's name, or among the commonest."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError("password_length", shortest=SHORTEST, longest=LONGEST)
    plain = _plain(password)
    if any(name in plain for name in (_plain(login), _plain(full_name)) if len(name) > 3):
        raise UsageError("password_like_name")
    word = plain.strip("0123456789")
    if len(set(plain)) < DIFFERENT or not word or word in _commonest():
        raise UsageError("password_common")


def _plain(text: str) -> str:
    """Letters and digits alone, without their marks: «Mật-khẩu 1» is «matkhau1»."""
    return "".join(sign for sign in fold(text) if sign.isalnum())


@cache
def _commonest() -> frozenset[str]:
    text = files("warehouse").joinpath("data/common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def _signs(password: str) -> bytes:
    """The same bytes whether a keyboard composes «ậ» or sends its marks apart."""
    return unicodedata.normalize("NFC", password).encode()
