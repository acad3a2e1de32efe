"""What people type: text that every engine can keep. Control characters are refused, and so is nothing but blanks."""

from typing import Annotated

from pydantic import StringConstraints

Line = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
    ),
]
"""One line: a name, a number, a code."""

Prose = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=4000,
        pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$",
    ),
]
"""Some lines: what happened, a reason, an answer."""
