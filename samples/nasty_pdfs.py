"""PDFs that break readers: locks, loops, bombs, odd pages, and much that is odd but sound."""

import io
import zlib
from collections.abc import Iterator
from itertools import count
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from samples.damage import Nasty, damaged_copies
from samples.nasty_images import page, saved

A5 = (420, 595)
ZEROS = 300_000_000
PASSWORD = "mật khẩu 123"


def pdf(*texts: str) -> pikepdf.Pdf:
    """A PDF of one page a text, which is text and no picture."""
    document = pikepdf.new()
    font = document.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for text in texts:
        added = document.add_blank_page(page_size=A5)
        added.resources[Name.Font] = Dictionary(F=font)
        added.contents_add(f"BT /F 14 Tf 40 500 Td ({text} Uy ban nhan dan xa) Tj ET".encode())
    return document


def written(document: pikepdf.Pdf, **how: Any) -> bytes:
    """The same bytes each time, unless they are encrypted."""
    out = io.BytesIO()
    document.save(out, deterministic_id="encryption" not in how, **how)
    return out.getvalue()


def scanned(data: bytes, coding: Name, **about: object) -> pikepdf.Pdf:
    """A page that is one picture."""
    document = pdf("")
    scan = document.make_stream(
        data, {"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 700, "/Height": 300,
               "/ColorSpace": Name.DeviceGray, "/BitsPerComponent": 8}
    )  # fmt: skip
    for key, value in about.items():
        scan[f"/{key}"] = value
    scan.write(data, filter=coding)
    document.pages[0].resources[Name.XObject] = Dictionary(Scan=scan)
    document.pages[0].Contents = document.make_stream(b"q 420 0 0 595 0 0 cm /Scan Do Q")
    return document


def raw(*objects: str, head: str = "%PDF-1.4", root: str = "1 0 R") -> bytes:
    """Hand-written objects 1, 2, 3 …, whose places a reader has to find by itself."""
    body = "\n".join(f"{number} 0 obj\n{text}\nendobj" for number, text in zip(count(1), objects))
    return f"{head}\n{body}\ntrailer <</Root {root} /Size {len(objects) + 1}>>\n%%EOF\n".encode()


CATALOG = "<</Type /Catalog /Pages 2 0 R>>"
PAGES = "<</Type /Pages /Count 1 /Kids [3 0 R]>>"
PAGE = "<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources <<>> /Contents 4 0 R>>"
CONTENT = "<</Length 8>> stream\n0 0 m S \nendstream"

BROKEN = {
    "cây vòng": (CATALOG, PAGES.replace("3 0 R", "3 0 R 2 0 R"), PAGE, CONTENT),
    "cây tự trỏ": (CATALOG, PAGES.replace("3 0 R", "2 0 R")),
    "không Kids": (CATALOG, "<</Type /Pages /Count 5>>"),
    "Count âm": (CATALOG, PAGES.replace("Count 1", "Count -5"), PAGE, CONTENT),
    "Count dối": (CATALOG, PAGES.replace("Count 1", "Count 999999999"), PAGE, CONTENT),
    "Kids là số": (CATALOG, "<</Type /Pages /Count 1 /Kids 7>>"),
    "trang là số": (CATALOG, PAGES, "42"),
    "tài nguyên là số": (CATALOG, PAGES, PAGE.replace("<<>>", "7"), CONTENT),
    "Pages là chữ": ("<</Type /Catalog /Pages (a)>>",),
    "không Root": ("null",),
    "mảng lồng": (CATALOG, PAGES, PAGE.replace("<<>>", "[" * 5000 + "]" * 5000), CONTENT),
    "độ dài dối": (CATALOG, PAGES, PAGE, CONTENT.replace("8", "99999999")),
    "trỏ vòng": (CATALOG, PAGES, PAGE, "<</Length 4 0 R>> stream\n0 0 m S \nendstream"),
}
"""Objects of PDFs whose parts do not fit together."""


def pdfs() -> Iterator[Nasty]:
    """All of them."""
    yield from locked()
    yield from odd_but_sound()
    yield from odd_pages()
    yield from scans()
    yield from bombs()
    yield from broken_structure()
    yield from damaged_copies("pdf", written(pdf("hong", "nua")))
    yield from damaged_copies("scan.pdf", written(scanned(saved(page("hỏng"), "JPEG"), Name.DCTDecode)))


def locked() -> Iterator[Nasty]:
    """With a password to open, and with one that only forbids printing."""
    for level in (2, 3, 4, 6):
        lock = pikepdf.Encryption(user="123456", owner="654321", R=level, aes=level > 3, metadata=level > 3)
        yield Nasty(f"khóa R{level}.pdf", written(pdf(f"R{level}"), encryption=lock), "encrypted")
        lock = pikepdf.Encryption(user="", owner="654321", R=level, aes=level > 3, metadata=level > 3)
        yield Nasty(f"chỉ cấm in R{level}.pdf", written(pdf(f"owner {level}"), encryption=lock), "stored")
    lock = pikepdf.Encryption(user=PASSWORD, owner=PASSWORD)
    yield Nasty("khóa tiếng Việt.pdf", written(pdf("khoa"), encryption=lock), "encrypted")


def odd_but_sound() -> Iterator[Nasty]:
    """Scripts, attachments, forms, signatures, very many pages: all of them kept as they came."""
    document = pdf("JavaScript")
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="while(true){app.alert('x')}")
    yield Nasty("javascript.pdf", written(document), "stored")
    document = pdf("Launch")
    document.Root.OpenAction = Dictionary(S=Name.Launch, F="/bin/sh")
    yield Nasty("launch.pdf", written(document), "stored")
    document = pdf("Dinh kem")
    document.attachments["virus.exe"] = b"MZ" + bytes(1000)
    yield Nasty("đính kèm.pdf", written(document), "stored")
    document = pdf("XFA")
    form = document.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
    document.Root.AcroForm = Dictionary(XFA=form, Fields=Array(), NeedAppearances=True)
    yield Nasty("xfa.pdf", written(document), "stored")
    yield Nasty("ký số.pdf", signed(), "stored")
    yield Nasty("ký số cụt.pdf", signed()[:-200], None)
    document = pdf("PDF/A")
    with document.open_metadata() as about:
        about["pdfaid:part"] = "1"
    yield Nasty("pdfa.pdf", written(document, min_version="1.4"), "stored")
    yield Nasty("tuyến tính.pdf", written(pdf("mot", "hai"), linearize=True), "stored")
    packed = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
    yield Nasty("nén đối tượng.pdf", written(pdf("objstm"), **packed), "stored")
    yield Nasty("rác trước.pdf", b"HTTP/1.1 200 OK\r\n\r\n" + written(pdf("rac")), "stored")
    yield Nasty("rác sau.pdf", written(pdf("rac sau")) + b"\0" * 900, "stored")
    yield Nasty("1000 trang.pdf", written(pdf(*(f"Trang {n}" for n in range(1, 1001)))), "stored")
    yield Nasty("3001 trang.pdf", written(pdf(*[""] * 3001)), "too_many_pages")
    yield Nasty("không trang.pdf", written(pikepdf.new()), "no_pages")


def signed() -> bytes:
    """A signature dictionary whose ByteRange fits the bytes; the signature itself is no real one."""
    document = pdf("Da ky so")
    mark = Dictionary(
        Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), SubFilter=Name("/adbe.pkcs7.detached"),
        ByteRange=Array([0, 1111111111, 1111111111, 1111111111]), Contents=pikepdf.String("0" * 256),
    )  # fmt: skip
    field = document.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T="ky", V=mark, Rect=[0, 0, 0, 0])
    )
    document.Root.AcroForm = Dictionary(Fields=[field], SigFlags=3)
    document.pages[0].Annots = Array([field])
    content = written(document)
    begin = content.index(b"<" + b"30" * 256)  # written in hexadecimal digits
    end = content.index(b">", begin) + 1
    for number in (begin, end, len(content) - end):
        content = content.replace(b"1111111111", b"%010d" % number, 1)
    return content


def odd_pages() -> Iterator[Nasty]:
    """Sizes, turns and contents that no scanner makes."""
    boxes: dict[str, list[float]] = {
        "không cỡ": [0, 0, 0, 0], "200 inch": [0, 0, 14_400, 14_400], "2000 inch": [0, 0, 144_000, 144_000],
        "âm": [500, 700, 0, 0], "cực nhỏ": [0, 0, 0.01, 0.01], "tờ dài": [0, 0, 3, 14_400],
        "vô lý": [0, 0, 1e30, 1e30],
    }  # fmt: skip
    for name, box in boxes.items():
        numbers = " ".join(f"{number:f}" for number in box)
        yield Nasty(
            f"trang {name}.pdf", raw(CATALOG, PAGES, PAGE.replace("0 0 200 200", numbers), CONTENT), "stored"
        )
    yield Nasty(
        "không MediaBox.pdf", raw(CATALOG, PAGES, PAGE.replace("/MediaBox [0 0 200 200]", ""), CONTENT), None
    )
    for turn in (90, 180, 270, 45, -90, 2**31):
        document = pdf(f"Xoay {turn}")
        document.pages[0].obj.Rotate = turn
        yield Nasty(f"xoay {turn}.pdf", written(document), "stored")
    document = pdf("UserUnit")
    document.pages[0].obj.UserUnit = 10_000
    yield Nasty("đơn vị lớn.pdf", written(document), "stored")
    contents = {
        "q lồng": b"q " * 200_000, "một triệu nét": b"0 0 m 9 9 l S " * 300_000,
        "ngoặc lồng": b"[" * 100_000, "rác": bytes(range(256)) * 100, "chữ không dứt": b"BT (" + b"a" * 99_999,
        "ảnh trong dòng cụt": b"BI /W 10 /H 10 /BPC 8 /CS /G ID abc",
    }  # fmt: skip
    for name, content in contents.items():
        document = pdf("")
        document.pages[0].Contents = document.make_stream(content)
        yield Nasty(f"nội dung {name}.pdf", written(document), "stored")
    document = pdf("Form vong")
    form = document.make_stream(b"/X Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 99, 99])
    form.Resources = Dictionary(XObject=Dictionary(X=form))
    document.pages[0].resources[Name.XObject] = Dictionary(X=form)
    document.pages[0].contents_add(b"/X Do")
    yield Nasty("form vòng.pdf", written(document), "stored")


def scans() -> Iterator[Nasty]:
    """One picture a page, coded in every way, also wrongly."""
    bits = {"BitsPerComponent": 1}
    fax = page("CCITT", "1")
    strip = saved(fax, "TIFF", compression="group4")
    yield Nasty("jpeg.pdf", written(scanned(saved(page("JPEG"), "JPEG"), Name.DCTDecode)), "stored")
    cmyk = saved(page("CMYK", "CMYK"), "JPEG")
    yield Nasty("cmyk.pdf", written(scanned(cmyk, Name.DCTDecode, ColorSpace=Name.DeviceCMYK)), "stored")
    yield Nasty("jp2.pdf", written(scanned(saved(page("JP2"), "JPEG2000"), Name.JPXDecode)), "stored")
    yield Nasty("flate.pdf", written(scanned(zlib.compress(page("F").tobytes()), Name.FlateDecode)), "stored")
    for name, coding, data in (
        ("jbig2 hỏng", Name.JBIG2Decode, bytes(range(200))),
        ("jbig2 rỗng", Name.JBIG2Decode, b""),
        ("ccitt", Name.CCITTFaxDecode, strip),
        ("ccitt hỏng", Name.CCITTFaxDecode, bytes(range(256)) * 20),
    ):
        yield Nasty(f"{name}.pdf", written(scanned(data, coding, **bits)), "stored")
    for name, coding, data in (
        ("jpeg hỏng", Name.DCTDecode, saved(page("hỏng"), "JPEG")[:900]),
        ("jp2 hỏng", Name.JPXDecode, saved(page("hỏng"), "JPEG2000")[:900]),
        ("flate hỏng", Name.FlateDecode, zlib.compress(bytes(210_000))[:90]),
        ("bộ lọc lạ", Name("/KhongCo"), b"abc"),
    ):
        yield Nasty(f"{name}.pdf", written(scanned(data, coding)), "stored")


def bombs() -> Iterator[Nasty]:
    """Streams that unpack to far more than their bytes."""
    zeros = zlib.compress(bytes(ZEROS), 9)
    yield Nasty("ảnh bom.pdf", written(scanned(zeros, Name.FlateDecode)), "stored")
    huge = scanned(zeros, Name.FlateDecode, Width=40_000, Height=40_000)
    yield Nasty("ảnh 40000.pdf", written(huge), "stored")
    twice = scanned(zlib.compress(zeros, 9), Name.FlateDecode)
    twice.pages[0].resources[Name.XObject]["/Scan"].Filter = Array([Name.FlateDecode] * 2)
    yield Nasty("bom hai lớp.pdf", written(twice), "stored")
    claims = saved(page("JP2 bom"), "JPEG2000")
    size = claims.index(b"\xff\x51") + 6
    claims = claims[:size] + b"\0\0\x9c\x40" * 2 + claims[size + 8 :]
    yield Nasty("jp2 bom.pdf", written(scanned(claims, Name.JPXDecode)), "stored")
    document = pdf("")
    document.pages[0].Contents = Stream(document, b"")
    document.pages[0].Contents.write(zlib.compress(b" " * ZEROS, 9), filter=Name.FlateDecode)
    yield Nasty("nội dung bom.pdf", written(document), "stored")
    yield Nasty("objstm bom.pdf", _object_stream_bomb(zeros), None)


def _object_stream_bomb(zeros: bytes) -> bytes:
    """The catalog (object 2) lies in an object stream (1) that unpacks to nothing but zeros."""
    content = b"%PDF-1.5\n1 0 obj\n" + _flate("/Type /ObjStm /N 1 /First 4", zeros)
    places = ((0, 0, 255), (1, 9, 0), (2, 1, 0), (1, len(content), 0))
    table = b"".join(
        bytes([kind]) + place.to_bytes(4, "big") + bytes([index]) for kind, place, index in places
    )
    xref = _flate("/Type /XRef /Size 4 /W [1 4 1] /Root 2 0 R", zlib.compress(table))
    return content + b"3 0 obj\n" + xref + b"startxref\n%d\n%%%%EOF\n" % len(content)


def _flate(about: str, packed: bytes) -> bytes:
    head = f"<<{about} /Filter /FlateDecode /Length {len(packed)}>> stream\n"
    return head.encode() + packed + b"\nendstream\nendobj\n"


def broken_structure() -> Iterator[Nasty]:
    """Trees, tables and references that lead in circles or nowhere."""
    for name, objects in BROKEN.items():
        yield Nasty(f"{name}.pdf", raw(*objects), None)
    whole = written(pdf("xref vong"))
    place = whole.rindex(b"startxref")
    start = int(whole[place:].split()[1])
    looped = whole.replace(b"trailer <<", b"trailer << /Prev %d" % start)
    yield Nasty("xref vòng.pdf", looped, None)
    yield Nasty("startxref sai.pdf", whole[:place] + b"startxref\n99999999\n%%EOF\n", "stored")
    yield Nasty("chỉ có đầu.pdf", b"%PDF-1.7\n", "damaged")
    yield Nasty("đầu và đuôi.pdf", b"%PDF-1.7\n%%EOF\n", "damaged")
