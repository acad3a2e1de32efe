"""Which parties are one person: those with one number, else those with one name and day of birth.

Two numbers of one scheme are never one person's, whatever else agrees.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from search.people.candidates import Candidate, Number

DAY_LENGTH = len("1999-01-01")


@dataclass(slots=True)
class Group:
    """The parties that are one person."""

    parties: list[Candidate] = field(default_factory=list)
    numbers: set[Number] = field(default_factory=set)

    def may_be(self, numbers: Collection[Number]) -> bool:
        """Whether these numbers contradict none of its own."""
        own = {number.scheme: number.value for number in self.numbers}
        return all(own.get(number.scheme, number.value) == number.value for number in numbers)


def grouped(
    found: Sequence[Candidate], numbers: Mapping[int, set[Number]], one_holder: Collection[str]
) -> list[Group]:
    """Persons in the order of their first party. `one_holder`: numbers that a card says one person holds."""
    groups: list[Group] = []
    for each in sorted(found, key=lambda party: party.party_id):
        _join(groups, Group([each], set(numbers[each.party_id])), one_holder)
    numbered = [group for group in groups if group.numbers]
    return [*numbered, *_by_birth(numbered, [group for group in groups if not group.numbers])]


def _join(groups: list[Group], new: Group, one_holder: Collection[str]) -> None:
    """Put a party to those it shares a number with; it may show that two of them are one."""
    for group in list(groups):
        if _share(group.numbers, new.numbers, one_holder) and group.may_be(new.numbers):
            groups.remove(group)
            new = Group([*group.parties, *new.parties], group.numbers | new.numbers)
    groups.append(new)


def _share(some: Iterable[Number], others: Iterable[Number], one_holder: Collection[str]) -> bool:
    one, other = {number.value for number in some}, {number.value for number in others}
    return bool(one & other) or bool(one.intersection(one_holder) and other.intersection(one_holder))


def _by_birth(numbered: Sequence[Group], numberless: Sequence[Group]) -> list[Group]:
    """Parties without a number go to the one person of their name and day of birth; the rest by themselves.

    If several persons are called so and born that day, nobody knows which of them it is.
    """
    known: dict[tuple[str, str | None], list[Group]] = defaultdict(list)
    for group in numbered:
        for key in {_birth_key(party) for party in group.parties}:
            known[key].append(group)
    unknown: dict[tuple[str, str | None, int], Group] = defaultdict(Group)
    for party in (party for group in numberless for party in group.parties):
        key = _birth_key(party)
        if key[1] and len(known[key]) == 1:
            known[key][0].parties.append(party)
        else:
            unknown[*key, 0 if key[1] else party.party_id].parties.append(party)
    return list(unknown.values())


def _birth_key(party: Candidate) -> tuple[str, str | None]:
    """A year or a month alone is not enough to take two for one."""
    day = party.birth_date if party.birth_date and len(party.birth_date) == DAY_LENGTH else None
    return party.folded, day
