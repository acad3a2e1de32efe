"""How far a name on a paper may be from the name that was asked for."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from string import ascii_lowercase
from typing import Literal

from warehouse.person_keys import NameKeys

Match = Literal["id", "name_exact", "name_unaccented", "middle_name_missing", "one_letter"]
MATCHES: tuple[Match, ...] = ("id", "name_exact", "name_unaccented", "middle_name_missing", "one_letter")
"""Best first. The last is tried only if nothing else matched."""

LONGEST = 6  # words of a person's name; longer ones are those of bodies, which have no middle names
SHORTEST_MISSPELT = 6  # letters: in a shorter name a wrong one leaves nothing to go by


def matched(asked: NameKeys, found: NameKeys) -> Match:
    """How the name that was found answers the one asked for; it is taken that it does."""
    if asked.spelled == found.spelled:
        return "name_exact"
    if asked.folded == found.folded:
        return "name_unaccented"
    one, other = asked.folded.split(), found.folded.split()
    return "middle_name_missing" if _lacks(one, other) or _lacks(other, one) else "one_letter"


def without_middle_names(folded: str) -> list[str]:
    """The name with one, some or all of its middle names missing."""
    first, *middle, last = folded.split() if " " in folded else ("", "", "")
    if not middle or len(middle) > LONGEST - 2 or not first:
        return []
    shorter = (" ".join([first, *some, last]) for n in range(len(middle)) for some in combinations(middle, n))
    return sorted(set(shorter))


def with_middle_names(folded: str) -> str | None:
    """The pattern (LIKE) of names that have these words in this order and others between them."""
    words = folded.split()
    return " %".join(words) if 1 < len(words) < LONGEST else None


def misspelt(folded: str) -> list[str]:
    """All names that one letter more, less, other or swapped with its neighbour makes of this one."""
    return sorted(set(_edits(folded)) - {folded}) if len(folded) >= SHORTEST_MISSPELT else []


def _edits(name: str) -> Iterator[str]:
    for place in range(len(name) + 1):
        before, after = name[:place], name[place:]
        yield from (before + letter + after for letter in ascii_lowercase)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_lowercase)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def _lacks(shorter: Sequence[str], longer: Sequence[str]) -> bool:
    """Whether only middle names are missing: ends are the same, the rest stands in the longer one in order."""
    if not shorter or (shorter[0], shorter[-1]) != (longer[0], longer[-1]):
        return False
    left = iter(longer[1:-1])
    return all(word in left for word in shorter[1:-1])
