"""A ZIP's directory, looked at before anything is unpacked: its size, its names and what is wrong with a member.

Members are streamed by their number in the directory and never unpacked by their own path.
"""

import io
import lzma
import stat
import struct
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Self

from warehouse.errors import Refused
from warehouse.settings import Settings

MEMBER_DIRECTORY_BYTES = 512
"""Room in the directory for one member on average: 46 bytes, its name and its times."""
BOMB_BYTES = 100 * 1024**2
BOMB_RATIO = 200
"""Blank uncompressed scans shrink even more, but none of 100 MB does."""
DICTIONARY_BYTES = 64 * 1024**2
"""LZMA asks for its dictionary at once, as large as the member says."""
LOCAL_HEAD_BYTES = 30
ENCRYPTED_FLAG = 0x1
UTF8_FLAG = 0x800
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
BAD_ZIP = (
    OSError, EOFError, ValueError, RuntimeError, struct.error, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip
"""What zipfile and the libraries under it raise for broken bytes."""


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """What a stranger's ZIP may hold (settings)."""

    members: int = 100_000
    total_bytes: int = 200 * 1024**3
    member_bytes: int = 2 * 1024**3

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the operator set them."""
        return cls(settings.max_zip_members, settings.max_zip_bytes, settings.max_file_bytes)


def opened_zip(path: Path, limits: ZipLimits) -> zipfile.ZipFile:
    """The archive with its directory read; raises Refused: bad_zip, too_many_members, zip_too_large."""
    try:
        archive = zipfile.ZipFile(_Modest(path, limits.members))
    except BAD_ZIP as error:
        raise Refused("bad_zip", error=error) from error
    members = archive.infolist()
    if len(members) > limits.members:
        raise Refused("too_many_members", limit=limits.members)
    size = sum(member.file_size for member in members)
    if size > limits.total_bytes:
        raise Refused("zip_too_large", size=size, limit=limits.total_bytes)
    return archive


class _Modest(io.FileIO):
    """A file of which zipfile cannot take a directory of any size into memory."""

    def __init__(self, path: Path, members: int) -> None:
        super().__init__(path)
        self._members = members

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > max(1024**2, self._members * MEMBER_DIRECTORY_BYTES):
            raise Refused("too_many_members", limit=self._members)
        return super().read(-1 if size is None else size) or b""


def member_name(member: zipfile.ZipInfo) -> str:
    """Tools that do not say their code page write UTF-8 or, on Vietnamese Windows, cp1258."""
    name = member.filename
    if not member.flag_bits & UTF8_FLAG:
        raw = name.encode("cp437")  # zipfile's own guess, taken back
        for encoding in ("utf-8", "cp1258"):
            with suppress(UnicodeError):
                name = raw.decode(encoding)
                break
    return name.replace("\\", "/")


def member_refused(member: zipfile.ZipInfo, path: PurePosixPath) -> str | None:
    """The reason why this member is not taken."""
    mode = member.external_attr >> 16
    if path.is_absolute() or ".." in path.parts or ":" in str(path).split("/")[0]:
        return "unsafe_path"
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        return "not_a_file"
    if member.flag_bits & ENCRYPTED_FLAG:
        return "encrypted_member"
    if member.compress_type not in METHODS:
        return "odd_compression"
    ratio = member.file_size / max(1, member.compress_size)
    return "zip_bomb" if member.file_size > BOMB_BYTES and ratio > BOMB_RATIO else None


def overlapping(members: list[zipfile.ZipInfo]) -> set[int]:
    """Numbers of the members whose bytes reach into another's: so a small file unpacks to a huge one."""
    order = sorted(range(len(members)), key=lambda number: members[number].header_offset)
    reaching = set()
    for number, following in pairwise(order):
        member = members[number]
        end = member.header_offset + LOCAL_HEAD_BYTES + len(member.orig_filename) + member.compress_size
        if end > members[following].header_offset:
            reaching.add(number)
    return reaching


def check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: ZipLimits) -> None:
    """Before a member is opened: raises Refused if it says that it is too large, or its dictionary is."""
    if member.file_size > limits.member_bytes:
        raise Refused("too_large", size=member.file_size, limit=limits.member_bytes)
    if member.compress_type == zipfile.ZIP_LZMA and _dictionary(archive, member) > DICTIONARY_BYTES:
        raise Refused("odd_compression")


def _dictionary(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Bytes of the dictionary, told after the local head, its name and extra, and five bytes of LZMA's own."""
    assert archive.fp
    archive.fp.seek(member.header_offset + 26)
    name, extra = struct.unpack("<HH", archive.fp.read(4))
    archive.fp.seek(name + extra + 5, io.SEEK_CUR)
    (size,) = struct.unpack("<I", archive.fp.read(4))
    return int(size)
