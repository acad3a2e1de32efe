"""The chain of the audit log: what exactly is hashed. No database is needed to follow it.

    digest = SHA-256( the entry's canonical text in UTF-8 )
    hash   = SHA-256( previous ‖ "\\n" ‖ seq ‖ "\\n" ‖ digest )      in ASCII

`previous` is the hash of the entry before, `digest` that of this one's text: both 64 hexadecimal digits in lower
case. `seq` counts from 1, in decimal without leading zeros. Before the first entry stands BEGINNING, 64 zeros.

The text goes in by its own digest: so a part of the trail can prove its place in the chain without showing
what stands between, which are other people's entries.
"""

from hashlib import sha256
from typing import NamedTuple


class Head(NamedTuple):
    """Where a chain has got to: the last entry's number and hash."""

    seq: int
    hash: str


BEGINNING = Head(0, "0" * 64)


def digest_of(text: str) -> str:
    """What stands for an entry in the chain."""
    return sha256(text.encode()).hexdigest()


def link(previous: Head, digest: str) -> Head:
    """The chain with one entry more."""
    seq = previous.seq + 1
    return Head(seq, sha256(f"{previous.hash}\n{seq}\n{digest}".encode("ascii")).hexdigest())
