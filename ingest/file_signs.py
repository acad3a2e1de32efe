"""What the names of files say of their papers: a reference number, or the entry of a register.

Numbers are compared digit run by digit run without leading zeros, words without marks, so that
`12-2019-QD-UBND.pdf` holds 12/2019/QĐ-UBND and `KS.2019.01.012.pdf` is entry 12 of book 1 of 2019.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from warehouse.codes.references import parse_reference
from warehouse.text import fold

Signs = tuple[str, ...]

_SIGN = re.compile(r"[a-z]+|\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")


def by_number(rows: Sequence[Mapping[str, str]], paths: Sequence[str]) -> dict[str, list[int]]:
    """The places of the rows (by their field values) whose reference number stands in a file's name."""
    claimants: dict[Signs, list[int]] = defaultdict(list)
    for place, values in enumerate(rows):
        for form in _forms(values):
            claimants[form].append(place)
    longest = max(map(len, claimants), default=0)
    years = [_year(values) for values in rows]
    return {
        path: places for path in paths if (places := _claimed(_signs_of(path), claimants, longest, years))
    }


def by_entry(rows: Sequence[Mapping[str, str]], paths: Sequence[str]) -> dict[str, list[int]]:
    """The places of the rows whose register entry is the last number in a file's name.

    A book and a year that the name has before it must be the row's; folders decide between equals.
    """
    claimants: dict[str, list[int]] = defaultdict(list)
    for place, values in enumerate(rows):
        for number in _numbers(values.get("register_entry", ""))[-1:]:
            claimants[number].append(place)
    return {path: places for path in paths if (places := _entered(path, claimants, rows))}


def _forms(values: Mapping[str, str]) -> set[Signs]:
    """How a name may spell a row's number: as the paper does, and with or without its year."""
    number = parse_reference(values.get("reference_number", ""))
    if number is None:
        return set()
    spelled = _signs(str(number))
    year = _year(values)
    if number.kind != "administrative" or year is None:
        return {spelled}
    short = _signs(number.no) + _signs(number.notation)
    return {spelled, short, (*_signs(number.no), year, *_signs(number.notation))}


def _year(values: Mapping[str, str]) -> str | None:
    number = parse_reference(values.get("reference_number", ""))
    if number and number.year:
        return str(number.year)
    return values.get("issued_on", "")[:4] or None


def _claimed(
    signs: Signs, claimants: Mapping[Signs, list[int]], longest: int, years: Sequence[str | None]
) -> list[int]:
    """The rows of the longest number in a name; another year in the name speaks against a row."""
    said = {sign for sign in signs if _YEAR.fullmatch(sign)}
    for length in range(min(longest, len(signs)), 0, -1):
        runs = {signs[start : start + length] for start in range(len(signs) - length + 1)}
        found = {place for run in runs for place in claimants.get(run, [])}
        if fitting := sorted(place for place in found if not said or years[place] in {None, *said}):
            return fitting
    return []


def _entered(path: str, claimants: Mapping[str, list[int]], rows: Sequence[Mapping[str, str]]) -> list[int]:
    *before, entry = _numbers(PurePosixPath(path).stem) or [""]
    found = [place for place in claimants.get(entry, []) if set(before) <= set(_register(rows[place]))]
    if len(found) > 1:
        around = set(_numbers(str(PurePosixPath(path).parent)))
        found = [place for place in found if set(_register(rows[place])) <= {*around, *before}] or found
    return found


def _register(values: Mapping[str, str]) -> Iterator[str]:
    """The year and the number of the book that an entry stands in."""
    for name in ("register_year", "register_book"):
        yield from _numbers(values.get(name, ""))


def _numbers(text: str) -> list[str]:
    return [sign for sign in _signs(text) if sign.isdecimal()]


def _signs_of(path: str) -> Signs:
    return _signs(PurePosixPath(path).stem)


def _signs(text: str) -> Signs:
    return tuple(sign.lstrip("0") or "0" if sign.isdecimal() else sign for sign in _SIGN.findall(fold(text)))
