"""Words measured and broken into rows."""

import re

from samples.fonts import Style, width

BODY_SIZE = 13.0
SPACE = BODY_SIZE / 4
TAB = "\t"
Word = tuple[str, Style]


def words(text: str, style: Style) -> list[Word]:
    """The words of a line; between double asterisks they are bold, and four spaces or more are a TAB."""
    pieces = re.sub(" {4,}", f" {TAB} ", text).split("**")
    return [
        (word, "Bold" if index % 2 else style)
        for index, piece in enumerate(pieces)
        for word in piece.split(" ")
        if word
    ]


def length(row: list[Word]) -> float:
    """The width of a row with plain spaces."""
    return sum(word_width(word) for word in row) + SPACE * (len(row) - 1)


def word_width(word: Word) -> float:
    """The width of a word; a TAB is as wide as a gap on a form."""
    text, style = word
    return 36 if text == TAB else width(text, style, BODY_SIZE)


def broken(text: list[Word], measure: float, indent: float) -> list[list[Word]]:
    """Rows no wider than `measure`, the first one indented."""
    rows: list[list[Word]] = [[]]
    for word in text:
        room = measure - (indent if len(rows) == 1 else 0)
        if rows[-1] and length([*rows[-1], word]) > room:
            rows.append([])
        rows[-1].append(word)
    return rows


def wrapped(text: str, room: float, style: Style, size: float) -> list[str]:
    """Balanced lines of a centred text no wider than `room`; none for an empty text."""
    if not text or width(text, style, size) <= room:
        return [text] if text else []
    parts = text.split()
    target = width(text, style, size) / -(-width(text, style, size) // room)
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]} {part}".strip()
        if lines[-1] and (
            width(lines[-1], style, size) >= target * 0.92 or width(longer, style, size) > room
        ):
            lines.append(part)
        else:
            lines[-1] = longer
    return lines
