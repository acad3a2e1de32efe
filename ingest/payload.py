"""What the QR codes of our own sheets say: `KHOSO1;name=value;…`, values percent-encoded UTF-8.

A separator sheet's first pair is `sheet=separator`; a box label names a place in the archive instead.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote, unquote

VERSION = "KHOSO1"
SEPARATOR = {"sheet": "separator"}
SEPARATOR_BAR = "KHOSO-SEP"
"""The Code 128 beside a separator's QR: it still parts papers where the QR is torn or stained."""


def write_payload(pairs: Mapping[str, str]) -> str:
    """The text of a QR code."""
    return ";".join([VERSION, *(f"{name}={quote(value, safe=' ')}" for name, value in pairs.items())])


def read_payload(text: str) -> dict[str, str]:
    """The reverse of `write_payload`; empty if the code is not one of ours."""
    version, *pairs = text.split(";")
    if version != VERSION:
        return {}
    split = (pair.partition("=") for pair in pairs)
    return {name: unquote(value, errors="replace") for name, equals, value in split if equals}


def is_separator(codes: Sequence[str]) -> bool:
    """Whether a page that bears these codes is a separator sheet."""
    return SEPARATOR_BAR in codes or any(read_payload(code).items() >= SEPARATOR.items() for code in codes)


def separator_values(codes: Sequence[str]) -> dict[str, str]:
    """What a separator sheet says of the paper behind it, as printed and not yet checked."""
    said = {name: text for code in codes for name, text in read_payload(code).items()}
    return {name: text for name, text in said.items() if name not in SEPARATOR}
