"""The few words around what was found, with the words found between « and »."""

from collections.abc import Callable, Sequence

from warehouse.text import tokens, words

OPEN, CLOSE = "«", "»"
LENGTH = 30  # words shown
LEAD = 8  # of them before the first one found
SEARCHED = 200_000  # characters of a text looked through: about a hundred pages

_UNMARKED = str.maketrans(dict.fromkeys(OPEN + CLOSE, '"'))

Matcher = Callable[[str, str], str | None]
"""The word of the query that a word of the text, exact and folded, answers, if any."""


def snippet(values: Sequence[str], matcher: Matcher) -> str:
    """The best place of the first value that has one, or how the first value begins."""
    for value in values:
        spelt = words(value[:SEARCHED])
        answers = {word: answer for word in set(spelt) if (answer := matcher(*word))}
        if answers:
            places = [(place, answers[word]) for place, word in enumerate(spelt) if word in answers]
            return _marked(value, max(0, _best_place(places) - LEAD), matcher)
    return _marked(values[0], 0, matcher) if values else ""


def _best_place(answered: Sequence[tuple[int, str]]) -> int:
    """Where most words of the query stand near each other; of equal places the closest, then the first."""
    best, chosen = (0, 0), 0
    for first, (place, _) in enumerate(answered):
        seen: set[str] = set()
        extent = 0
        for later, word in answered[first : first + LENGTH]:
            if later - place >= LENGTH - LEAD:
                break
            if word not in seen:
                seen.add(word)
                extent = later - place
        if (len(seen), -extent) > best:
            best, chosen = (len(seen), -extent), place
    return chosen


def _marked(value: str, first: int, matcher: Matcher) -> str:
    shown = tokens(value, first, first + LENGTH)
    pieces, end = ["…" if first else ""], shown[0].start if first else 0
    for token in shown:
        between, word = value[end : token.start], value[token.start : token.end]
        answers = matcher(token.exact, token.folded)
        pieces += [between.translate(_UNMARKED), f"{OPEN}{word}{CLOSE}" if answers else word]
        end = token.end
    pieces.append("…" if value[end:].strip() else "")
    return " ".join("".join(pieces).split()).replace(f"{CLOSE} {OPEN}", " ")
