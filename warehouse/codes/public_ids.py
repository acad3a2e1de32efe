"""Public ids of records: random, and safe to read out over the telephone."""

import secrets

from stdnum.iso7064 import mod_37_36

# Without 0 O, 1 I L, and U (heard as V): 30 signs, so ISO 7064's hybrid system runs modulo 31, a prime,
# and its check character finds every single wrong sign.
_DIGITS = "23456789"
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
ALPHABET = _DIGITS + _LETTERS
LENGTH = 12


def new_public_id() -> str:
    """A new id of 12 signs, the last a check. It opens with a letter, so it is never taken for a number."""
    signs = secrets.choice(_LETTERS) + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 2))
    return f"{signs}{mod_37_36.calc_check_digit(signs, ALPHABET)}"


def is_public_id(text: str) -> bool:
    """Whether this can be an id that new_public_id() gave."""
    return len(text) == LENGTH and text[0] in _LETTERS and bool(mod_37_36.is_valid(text, ALPHABET))
