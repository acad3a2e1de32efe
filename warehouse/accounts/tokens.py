"""Secrets that are shown once: tokens of sessions and programs, codes that people type."""

import hashlib
import secrets

from warehouse.codes.public_ids import ALPHABET

GROUP = 4


def new_token() -> str:
    """256 random bits, in signs that need no quoting anywhere."""
    return secrets.token_urlsafe(32)


def new_code(groups: int) -> str:
    """Groups of four signs that are hard to mistake, 19 bits each: «K7QM-2XFA-…»."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(groups))


def as_typed(code: str) -> str:
    """A code as it was given out, whatever case and gaps it was typed with."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    return "-".join(signs[place : place + GROUP] for place in range(0, len(signs), GROUP))


def hash_of(secret: str) -> str:
    """What is kept of a secret that is long and random enough to need no slower hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
