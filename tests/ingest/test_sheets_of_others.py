"""Lists of other programs than today's Excel: ODS, and the XLS and locked files that lie in an OLE container."""

import struct
import zipfile
from pathlib import Path

import pytest

from ingest.manifest import read_manifest
from warehouse.errors import UsageError

pytestmark = pytest.mark.engineless


def test_an_ods_is_read_with_its_days_and_numbers(tmp_path: Path) -> None:
    cells = [("string", "", "a.pdf"), ("date", "2019-03-05", ""), ("float", "20185001234", "")]
    attributes = {"string": "", "date": ' office:date-value="{}"', "float": ' office:value="{}"'}
    body = "".join(
        f'<table:table-cell office:value-type="{kind}"{attributes[kind].format(value)}>'
        f"<text:p>{text}</text:p></table:table-cell>"
        for kind, value, text in cells
    )
    head = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{title}</text:p></table:table-cell>'
        for title in ("Tên tệp", "Ngày cấp", "Số định danh")
    )
    path = ods(tmp_path / "list.ods", head, body)
    [row] = read_manifest(path).rows
    assert row.values == {"issued_on": "2019-03-05"}
    assert row.proposals == {"holder_id": ("020185001234", "leading_zero")}


def ods(path: Path, *rows: str, manifest: str = "") -> Path:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Danh mục">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return path


def test_an_xls_of_old_is_read(tmp_path: Path) -> None:
    texts = [
        (0, 0, "Tên tệp"),
        (0, 1, "Họ tên"),
        (0, 2, "Số định danh"),
        (1, 0, "a.pdf"),
        (1, 1, "Nguyễn Hòa"),
    ]
    path = tmp_path / "list.xls"
    path.write_bytes(ole("Workbook", biff8(texts, [(1, 2, 20185001234.0)])))
    [row] = read_manifest(path).rows
    assert (row.cell, row.values, row.sheet) == ("a.pdf", {"holder_name": "Nguyễn Hòa"}, "So")
    assert row.proposals == {"holder_id": ("020185001234", "leading_zero")}


def biff8(texts: list[tuple[int, int, str]], numbers: list[tuple[int, int, float]]) -> bytes:
    """A workbook of one sheet «So», as Excel 97 writes it."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    cells = [
        record(0x204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))
        for row, column, text in texts
    ]
    cells += [record(0x203, struct.pack("<HHHd", *number[:2], 0, number[2])) for number in numbers]
    opening = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    name = b"\2\0So"
    start = len(opening) + 4 + 6 + len(name) + 4
    book = opening + record(0x85, struct.pack("<IH", start, 0) + name) + record(0xA)
    return (
        book + record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + b"".join(cells) + record(0xA)
    )


def ole(name: str, stream: bytes) -> bytes:
    """An OLE file of one stream: header, one sector of sector numbers, one of directory, the stream."""
    sectors = max(8, -(-len(stream) // 512))  # a stream under 4,096 bytes would lie elsewhere
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    fat = struct.pack("<128I", *(chain + [0xFFFFFFFF] * 128)[:128])
    ends = (0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH6xIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1)
    )
    header += struct.pack("<II4I", 0, 4096, *ends) + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        spelled = title.encode("utf-16-le")
        links = struct.pack("<HBBIII", len(spelled) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return spelled.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, sectors * 512)
    return header + fat + directory.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0")


def test_a_locked_workbook_is_refused_with_advice(tmp_path: Path) -> None:
    locked_ods = ods(tmp_path / "list.ods", manifest="<encryption-data/>")
    locked_xlsx = tmp_path / "list.xlsx"
    locked_xlsx.write_bytes(ole("EncryptedPackage", bytes(4096)))
    for path in (locked_ods, locked_xlsx):
        with pytest.raises(UsageError) as refused:
            read_manifest(path)
        assert refused.value.reason == "manifest_locked"
