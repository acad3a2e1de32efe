"""Files that are no scans at all, each of which deserves advice of its own, under names that lie."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator

from samples.damage import Nasty
from samples.nasty_images import page, saved

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
MEMBERS = {
    "Word.docx": ("[Content_Types].xml", "word/document.xml"),
    "Excel.xlsx": ("[Content_Types].xml", "xl/workbook.xml"),
    "PowerPoint.pptx": ("[Content_Types].xml", "ppt/presentation.xml"),
}
OLD_OFFICE = {
    "Word.doc": "WordDocument",
    "Excel.xls": "Workbook",
    "PowerPoint.ppt": "PowerPoint Document",
    "thư.msg": "__properties_version1.0",
}
MAIL = b"From: a@example.vn\r\nTo: b@example.vn\r\nSubject: Quet\r\nMIME-Version: 1.0\r\n\r\nKem theo ban quet.\r\n"
SIGNED = {
    "nén.rar": (b"Rar!\x1a\x07\x01\x00", "extract_first"),
    "nén cũ.rar": (b"Rar!\x1a\x07\x00", "extract_first"),
    "nén.7z": (b"7z\xbc\xaf\x27\x1c\0\4", "extract_first"),
    "nén.bz2": (b"BZh91AY&SY", "extract_first"),
    "nén.xz": (b"\xfd7zXZ\0\0\4", "extract_first"),
    "nén.zst": (b"\x28\xb5\x2f\xfd\4", "extract_first"),
    "nén.cab": (b"MSCF\0\0\0\0", "extract_first"),
    "ảnh.jp2": (b"\0\0\0\x0cjP  \r\n\x87\n", "save_as_scan"),
    "ảnh.j2k": (b"\xff\x4f\xff\x51\0\x2f", "save_as_scan"),
    "ảnh.djvu": (b"AT&TFORM\0\0\0\x20DJVUINFO", "save_as_scan"),
    "ảnh.psd": (b"8BPS\0\1", "save_as_scan"),
    "ảnh.ico": (b"\0\0\1\0\1\0", "save_as_scan"),
    "phim.mp4": (b"\0\0\0\x18ftypisom", "not_a_paper"),
    "phim.avi": (b"RIFF\0\1\0\0AVI LIST", "not_a_paper"),
    "tiếng.wav": (b"RIFF\0\1\0\0WAVEfmt ", "not_a_paper"),
    "tiếng.mp3": (b"ID3\4\0\0", "not_a_paper"),
    "chương trình.exe": (b"MZ\x90\0\3\0\0\0", "not_a_paper"),
    "quét.pdf.exe": (b"MZ\x90\0\3\0\0\1", "not_a_paper"),
    "chương trình.pdf": (b"\x7fELF\2\1\1\0", "not_a_paper"),
    "dữ liệu.db": (b"SQLite format 3\0\x10", "not_a_paper"),
    "lối tắt.lnk": (b"L\0\0\0\1\x14\2\0\0\0\0\0\xc0", "unknown_kind"),
    "lạ.pdf": (bytes(range(200, 0, -1)), "unknown_type"),
    "toàn số không.pdf": (bytes(9), "damaged"),
}
TEXTS = {
    "chữ.txt": "Kính gửi Ủy ban nhân dân xã",
    "chữ.pdf": "Đây không phải là PDF",
    "trang.html": "<!DOCTYPE html><html><body>Giấy xác nhận</body></html>",
    "hình.svg": '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "dữ liệu.xml": '<?xml version="1.0"?><hồ_sơ/>',
    "văn bản.rtf": "{\\rtf1\\ansi Giay xac nhan}",
    "bản in.ps": "%!PS-Adobe-3.0\nshowpage\n",
    "danh mục.csv": "tên tệp,họ tên\na.pdf,Lê Đào\n",
    "hai.json": '{"a": 1}',
}


def zipped(*names: str, content: bytes = b"noi dung") -> bytes:
    """A ZIP whose members have no time of their own."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def others() -> Iterator[Nasty]:
    """All of them."""
    yield Nasty("rỗng.pdf", b"", "empty")
    for name, (sign, reason) in SIGNED.items():
        yield Nasty(name, sign + bytes(400), reason)
    for name, text in TEXTS.items():
        yield Nasty(name, text.encode(), "print_to_pdf")
    yield Nasty("chữ utf-16.txt", "Giấy xác nhận".encode("utf-16"), "print_to_pdf")
    yield Nasty("chữ cp1258.txt", "Uỷ ban".encode("cp1258", "replace"), "print_to_pdf")
    yield Nasty("thư.eml", MAIL, "print_to_pdf")
    yield Nasty("lệnh.sh", b"#!/bin/sh\nexit\n", "not_a_paper")
    for name, inside in OLD_OFFICE.items():
        yield Nasty(name, OLE + inside.encode("utf-16-le") + bytes(400), "print_to_pdf")
    yield Nasty("Office lạ.doc", OLE + bytes(300), "print_to_pdf")
    for name, members in MEMBERS.items():
        yield Nasty(name, zipped(*members), "print_to_pdf")
    yield Nasty("văn bản.odt", _open_document(), "print_to_pdf")
    yield from _archives()
    for kind in ("BMP", "GIF"):
        yield Nasty(f"ảnh.{kind.lower()}", saved(page(kind), kind), "save_as_scan")
    yield Nasty("thật ra là gif.pdf", saved(page("GIF trong PDF"), "GIF"), "save_as_scan")
    yield Nasty("thật ra là png.pdf", saved(page("PNG trong PDF"), "PNG"), "stored")
    yield Nasty("không đuôi", saved(page("không đuôi"), "PNG"), "stored")
    yield Nasty("x" * 200 + ".png", saved(page("tên rất dài"), "PNG"), "stored")


def _open_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.text")
        archive.writestr(zipfile.ZipInfo("content.xml"), "<x/>")
    return out.getvalue()


def _archives() -> Iterator[Nasty]:
    inner = zipped("a.pdf")
    yield Nasty("lồng.zip", inner, "nested_zip")
    yield Nasty("lồng hai lần.zip", zipped("trong.zip", content=inner), "nested_zip")
    yield Nasty("bom.zip", zipped("bom.pdf", content=bytes(50_000_000)), "nested_zip")
    yield Nasty("không có gì.zip", zipped(), "nested_zip")
    yield Nasty("cụt.zip", inner[:30], "nested_zip")
    yield Nasty("nén.pdf.gz", gzip.compress(inner, mtime=0), "extract_first")
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.pdf"), io.BytesIO())
    yield Nasty("nén.tar", out.getvalue(), "extract_first")
