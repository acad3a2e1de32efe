"""The chain of directories of a TIFF or BigTIFF, followed by ourselves: Pillow takes a loop or a cut for the end."""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from warehouse.errors import Refused

WIDTH, HEIGHT = 256, 257
NUMBERS = {3: "H", 4: "I", 16: "Q"}
"""struct's letters for the types that TIFF may write a width or height in."""


def frame_sizes(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Width and height of each frame, in order. Raises Refused("damaged"), also for a loop."""
    try:
        yield from _frames(file)
    except (struct.error, KeyError, OverflowError, OSError) as error:
        raise Refused("damaged") from error


def _frames(file: BinaryIO) -> Iterator[tuple[int, int]]:
    file.seek(0)
    order = {b"II": "<", b"MM": ">"}[file.read(2)]
    big = _read(file, order + "H") == 43
    if big:
        file.seek(8)
    count_format, link_format, entry_bytes = ("Q", "Q", 20) if big else ("H", "I", 12)
    link = _read(file, order + link_format)
    seen: set[int] = set()
    while link:
        if link in seen:
            raise Refused("damaged")
        seen.add(link)
        file.seek(link)
        entries = _read(file, order + count_format)
        begin = file.tell()
        yield _size(file, order, min(entries, 0xFFFF), entry_bytes)
        file.seek(begin + entries * entry_bytes, os.SEEK_SET)
        link = _read(file, order + link_format)


def _size(file: BinaryIO, order: str, entries: int, entry_bytes: int) -> tuple[int, int]:
    found: dict[int, int] = {}
    for _ in range(entries):
        entry = file.read(entry_bytes)
        tag, number_type = struct.unpack_from(order + "HH", entry)
        if tag in (WIDTH, HEIGHT):
            value = order + NUMBERS[number_type]
            (found[tag],) = struct.unpack_from(value, entry, 12 if entry_bytes == 20 else 8)
    return found[WIDTH], found[HEIGHT]


def _read(file: BinaryIO, form: str) -> int:
    (number,) = struct.unpack(form, file.read(struct.calcsize(form)))
    return int(number)
