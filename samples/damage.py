"""A nasty file with its expected outcome, and how to damage a good one."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

CUTS = (0.05, 0.3, 0.6, 0.9, 0.99)
FLIPS = 5
FLIPPED_BYTES = 12


@dataclass(frozen=True, slots=True)
class Nasty:
    """`expected`: "stored", the reason of its refusal, or None where either may be right."""

    name: str
    content: bytes
    expected: str | None


def damaged_copies(suffix: str, content: bytes) -> Iterator[Nasty]:
    """Cut short, and with some bytes changed."""
    for part in CUTS:
        yield Nasty(f"cụt {part:.0%}.{suffix}", content[: int(len(content) * part)], None)
    dice = random.Random(suffix)
    for number in range(FLIPS):
        spoilt = bytearray(content)
        for _ in range(FLIPPED_BYTES):
            spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
        yield Nasty(f"lật {number}.{suffix}", bytes(spoilt), None)
