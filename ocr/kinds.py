"""What a file is, told by its bytes and never by its name: a type that is read, or advice that fits its kind."""

from dataclasses import dataclass
from typing import BinaryIO

import puremagic

from warehouse.errors import Refused

HEAD_BYTES = 8192
TAIL_BYTES = 65536
PDF_HEAD_BYTES = 1024
"""Readers open a PDF that has up to this much rubbish before its head."""
SURE = 0.8
"""Weaker guesses at what a strange file may be would mislead a clerk."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind that is not taken: the reason tells what to do, the name is known in both languages."""

    reason: str
    name: str


READ = (
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"II+\0", "image/tiff"),
    (0, b"MM\0+", "image/tiff"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBPVP8", "image/webp"),
    *((4, b"ftyp" + brand, "image/heic") for brand in (b"heic", b"heix", b"heim", b"heis", b"mif1")),
    (4, b"ftypavif", "image/avif"),
)
"""Offset and bytes of the types that reading can open, beside PDF."""

_TURNED_AWAY = (
    (0, b"Rar!\x1a\x07", Kind("extract_first", "RAR")),
    (0, b"7z\xbc\xaf\x27\x1c", Kind("extract_first", "7z")),
    (0, b"\x1f\x8b", Kind("extract_first", "GZ")),
    (0, b"BZh", Kind("extract_first", "BZ2")),
    (0, b"\xfd7zXZ\0", Kind("extract_first", "XZ")),
    (0, b"\x28\xb5\x2f\xfd", Kind("extract_first", "Zstandard")),
    (0, b"MSCF", Kind("extract_first", "CAB")),
    (257, b"ustar", Kind("extract_first", "TAR")),
    (0, b"{\\rtf", Kind("print_to_pdf", "RTF")),
    (0, b"%!PS", Kind("print_to_pdf", "PostScript")),
    (0, b"GIF8", Kind("save_as_scan", "GIF")),
    (0, b"\0\0\0\x0cjP  \r\n", Kind("save_as_scan", "JPEG 2000")),
    (0, b"\xff\x4f\xff\x51", Kind("save_as_scan", "JPEG 2000")),
    (0, b"\0\0\0\x0cJXL ", Kind("save_as_scan", "JPEG XL")),
    (0, b"AT&TFORM", Kind("save_as_scan", "DjVu")),
    (0, b"8BPS", Kind("save_as_scan", "Photoshop")),
    (0, b"\0\0\1\0", Kind("save_as_scan", "ICO")),
    (4, b"ftyphevc", Kind("save_as_scan", "HEIC (video)")),
    (4, b"ftypavis", Kind("save_as_scan", "AVIF (video)")),
    (4, b"ftyp", Kind("not_a_paper", "MP4, MOV")),
    (0, b"MZ", Kind("not_a_paper", "EXE")),
    (0, b"\x7fELF", Kind("not_a_paper", "ELF")),
    (0, b"#!", Kind("not_a_paper", "script")),
    (0, b"ID3", Kind("not_a_paper", "MP3")),
    (0, b"OggS", Kind("not_a_paper", "Ogg")),
    (8, b"AVI ", Kind("not_a_paper", "AVI")),
    (8, b"WAVE", Kind("not_a_paper", "WAV")),
    (0, b"SQLite format 3\0", Kind("not_a_paper", "SQLite")),
)

_IN_OLE = (
    ("__properties_version1.0", "Outlook (MSG)"),
    ("WordDocument", "Word (DOC)"),
    ("Workbook", "Excel (XLS)"),
    ("PowerPoint Document", "PowerPoint (PPT)"),
)
"""Names inside the old Office container, written there in UTF-16."""
_IN_ZIP = (
    (b"word/document", "Word (DOCX)"),
    (b"xl/workbook", "Excel (XLSX)"),
    (b"ppt/presentation", "PowerPoint (PPTX)"),
    (b"application/vnd.oasis.opendocument", "OpenDocument (ODT, ODS, ODP)"),
    (b"application/epub+zip", "EPUB"),
)
_IN_TEXT = (
    (b"<svg", "SVG"),
    (b"<html", "HTML"),
    (b"<!doctype html", "HTML"),
    (b"<?xml", "XML"),
)
_MAIL_HEADS = (b"\nfrom:", b"\nto:", b"\nsubject:", b"\nmime-version:")


def media_type(file: BinaryIO) -> str:
    """One that reading can open; raises Refused with the reason that fits any other kind."""
    head = file.read(HEAD_BYTES)
    if not head:
        raise Refused("empty")
    if b"%PDF-" in head[:PDF_HEAD_BYTES]:
        return "application/pdf"
    for offset, sign, found in READ:
        if head.startswith(sign, offset):
            return found
    kind = _kind(head, file)
    raise Refused(kind.reason, kind=kind.name)


def tail(file: BinaryIO, size: int) -> bytes:
    """The last bytes of a file, at most `size`."""
    end = file.seek(0, 2)
    file.seek(max(0, end - size))
    return file.read(size)


def _kind(head: bytes, file: BinaryIO) -> Kind:
    for offset, sign, kind in _TURNED_AWAY:
        if head.startswith(sign, offset):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        names = head + tail(file, TAIL_BYTES)
        office = next((name for sign, name in _IN_ZIP if sign in names), None)
        return Kind("print_to_pdf", office) if office else Kind("nested_zip", "ZIP")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        file.seek(0)
        return Kind("print_to_pdf", _office(file))
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return Kind("save_as_scan", "BMP")
    if not any(head):
        return Kind("damaged", "?")  # what a broken disk or copy leaves
    return _text_kind(head) or _guess(head)


def _office(file: BinaryIO) -> str:
    """The directory of an old Office file may lie anywhere in it."""
    while chunk := file.read(2**20):
        for name, kind in _IN_OLE:
            if name.encode("utf-16-le") in chunk:
                return kind
    return "Office"


def _text_kind(head: bytes) -> Kind | None:
    """Whether the bytes are letters, and of what sort."""
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and any(byte < 32 and byte not in b"\t\n\f\r\x1b" for byte in head):
        return None
    text = head.lower()
    for sign, name in _IN_TEXT:
        if sign in text:
            return Kind("print_to_pdf", name)
    if sum(sign in b"\n" + text for sign in _MAIL_HEADS) > 1:
        return Kind("print_to_pdf", "e-mail (EML)")
    return Kind("print_to_pdf", "TXT")


def _guess(head: bytes) -> Kind:
    try:
        best = puremagic.magic_string(head)[0]
    except puremagic.PureError:
        return Kind("unknown_type", "?")
    return Kind("unknown_kind", best.name) if best.confidence >= SURE else Kind("unknown_type", "?")
