"""The few words around what was found, with the words found between « and »."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from warehouse.text import tokens, words

OPEN, CLOSE = "«", "»"
LENGTH = 30  # words shown
LEAD = 8  # of them before the first one found
SEARCHED = 200_000  # characters of a text looked through: about a hundred pages

_UNMARKED = str.maketrans(dict.fromkeys(OPEN + CLOSE, '"'))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for: `answers` tells the word of the query that a word (exact, folded) answers, if any."""

    answers: Callable[[str, str], str | None]
    words: int  # of the query
    together: bool = False  # whether they are known to stand side by side


def snippet(values: Sequence[str], wanted: Wanted) -> str:
    """The best place of the first value that has one, or how the first value begins."""
    for value in values:
        place = _best_place(value, wanted)
        if place is not None:
            return _marked(value, max(0, place - LEAD), wanted)
    return _marked(values[0], 0, wanted) if values else ""


def _best_place(value: str, wanted: Wanted) -> int | None:
    """Where most words of the query stand near each other; of equal places the closest, then the first."""
    best, chosen = (0, 0), None
    good_enough = (wanted.words, 1 - wanted.words if wanted.together else -LENGTH)
    latest: dict[str, int] = {}
    for place, spelling in enumerate(words(value[:SEARCHED])):
        if answered := wanted.answers(*spelling):
            latest[answered] = place
            near = [each for each in latest.values() if place - each < LENGTH - LEAD]
            if (len(near), min(near) - place) > best:
                best, chosen = (len(near), min(near) - place), min(near)
            if best >= good_enough:
                break
    return chosen


def _marked(value: str, first: int, wanted: Wanted) -> str:
    shown = tokens(value, first, first + LENGTH)
    pieces, end = ["…" if first else ""], shown[0].start if first else 0
    for token in shown:
        between, word = value[end : token.start], value[token.start : token.end]
        answers = wanted.answers(token.exact, token.folded)
        pieces += [between.translate(_UNMARKED), f"{OPEN}{word}{CLOSE}" if answers else word]
        end = token.end
    pieces.append("…" if value[end:].strip() else "")
    return " ".join("".join(pieces).split()).replace(f"{CLOSE} {OPEN}", " ")
