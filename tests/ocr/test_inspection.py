"""Triage's first look: every file is told by its bytes, counted, or refused with a reason."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pillow_heif
import pytest
from PIL import Image

from ocr.inspection import inspect
from warehouse.errors import Refused
from warehouse.records import Inspection, Limits

LIMITS = Limits(max_pages=20, max_pixels=1_000_000)
PDF = "application/pdf"


@pytest.fixture
def inspected(tmp_path: Path):
    """Inspects bytes as a file with a name that says nothing."""

    def look(content: bytes, name: str = "scan") -> Inspection:
        (tmp_path / name).write_bytes(content)
        return inspect(tmp_path / name, LIMITS)

    return look


def pdf_bytes(pages: int = 2, **save: object) -> bytes:
    """A PDF of noisy scans; writers put the list of pages first, so a cut leaves it whole."""
    pdf = pikepdf.new()
    for number in range(pages):
        scan = pdf.make_stream(image_bytes("JPEG", noise=number))
        scan.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=90, Height=120,
            ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
        )  # fmt: skip
        page = pdf.add_blank_page(page_size=(90, 120))
        page.resources[pikepdf.Name.XObject] = pikepdf.Dictionary(Scan=scan)
        page.contents_add(b"q 90 0 0 120 0 0 cm /Scan Do Q")
    return saved(pdf, **save)


def saved(pdf: pikepdf.Pdf, **save: object) -> bytes:
    buffer = BytesIO()
    pdf.save(buffer, **save)
    return buffer.getvalue()


def image_bytes(kind: str, noise: int = 0, **save: object) -> bytes:
    pixels = np.random.default_rng(noise).integers(0, 255, (120, 90), dtype=np.uint8)
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **save)
    return buffer.getvalue()


def tiff_bytes(frames: int, **save: object) -> bytes:
    more = [Image.new("1", (90, 120), 1)] * (frames - 1)
    buffer = BytesIO()
    Image.new("1", (90, 120), 1).save(buffer, "TIFF", save_all=True, append_images=more, **save)
    return buffer.getvalue()


def heic_bytes(*sizes: tuple[int, int]) -> bytes:
    pictures = pillow_heif.HeifFile()
    for size in sizes:
        pictures.add_from_pillow(Image.new("RGB", size, "white"))
    buffer = BytesIO()
    pictures.save(buffer)
    return buffer.getvalue()


def last_link(tiff: bytes) -> tuple[int, int]:
    """Where the first directory lies, and where the last one names its successor."""
    (first,) = struct.unpack("<I", tiff[4:8])
    following, link = first, 0
    while following:
        (entries,) = struct.unpack("<H", tiff[following : following + 2])
        link = following + 2 + 12 * entries
        (following,) = struct.unpack("<I", tiff[link : link + 4])
    return first, link


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that claims side × side pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    framed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


@pytest.mark.parametrize(
    ("content", "media_type", "pages"),
    [
        (pdf_bytes(3), PDF, 3),
        (tiff_bytes(5), "image/tiff", 5),
        (tiff_bytes(5, big_tiff=True), "image/tiff", 5),
        (tiff_bytes(2, compression="group4"), "image/tiff", 2),
        (image_bytes("WEBP"), "image/webp", 1),
        (image_bytes("WEBP", lossless=True), "image/webp", 1),
        (image_bytes("AVIF"), "image/avif", 1),
        (heic_bytes((90, 120)), "image/heic", 1),
        (heic_bytes((90, 120), (60, 60), (120, 90)), "image/heic", 3),
        (image_bytes("JPEG"), "image/jpeg", 1),
        (image_bytes("PNG"), "image/png", 1),
    ],
)
def test_type_and_pages_come_from_the_bytes_whatever_the_name(inspected, content, media_type, pages):
    for name in ("scan.pdf", "scan.jpg", "scan.exe", "scan"):
        assert inspected(content, name) == Inspection(media_type, pages)


def test_photo_with_exif_is_a_jpeg(inspected):
    exif = Image.Exif()
    exif[0x0112] = 6
    assert inspected(image_bytes("JPEG", exif=exif)) == Inspection("image/jpeg", 1)


@pytest.mark.parametrize("rubbish", [b"\xef\xbb\xbf", b"HTTP/1.1 200 OK\r\n\r\n", b"\n" * 900])
def test_pdf_with_rubbish_before_its_head_is_a_pdf(inspected, rubbish):
    assert inspected(rubbish + pdf_bytes(2)) == Inspection(PDF, 2)


def test_pdf_whose_end_is_lost_after_its_pages_is_repaired(inspected):
    content = pdf_bytes(2)
    assert inspected(content[: content.rindex(b"trailer")]) == Inspection(PDF, 2)


def test_pdf_that_only_restricts_printing_is_taken(inspected):
    content = pdf_bytes(2, encryption=pikepdf.Encryption(owner="owner", user=""))
    assert inspected(content) == Inspection(PDF, 2)


def test_blank_page_of_a_whole_pdf_is_no_damage(inspected):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    assert inspected(saved(pdf)) == Inspection(PDF, 1)


LOOPING_PDF = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Count 2 /Kids [3 0 R 2 0 R]>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>> endobj
trailer <</Root 1 0 R /Size 4>>
%%EOF"""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"Kinh gui Uy ban nhan dan", "print_to_pdf"),
        (b"\0" * 5000, "damaged"),
        (bytes(range(256)) * 40, "unknown_type"),
        (b"PK\3\4" + b"\0" * 60, "nested_zip"),
        (image_bytes("GIF"), "save_as_scan"),
        (image_bytes("BMP"), "save_as_scan"),
        (pdf_bytes(2, encryption=pikepdf.Encryption(owner="owner", user="secret")), "encrypted"),
        (saved(pikepdf.new()), "no_pages"),
        (b"%PDF-1.7\n", "damaged"),
        (LOOPING_PDF, "damaged"),
        (pdf_bytes(21), "too_many_pages"),
        (tiff_bytes(21), "too_many_pages"),
        (bomb(40_000), "too_many_pixels"),
        (image_bytes("PNG")[:-5000], "damaged"),
        (image_bytes("JPEG")[:-2000], "damaged"),
        (image_bytes("JPEG")[:100], "damaged"),
        (tiff_bytes(2)[:6], "damaged"),
        (heic_bytes((90, 120))[:-9], "damaged"),
        (image_bytes("AVIF")[:200], "damaged"),
        (image_bytes("WEBP")[:-9], "damaged"),
        (heic_bytes((90, 120), (1_200, 900)), "too_many_pixels"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_reason(inspected, content, reason):
    with pytest.raises(Refused) as refusal:
        inspected(content)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("left", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("linearize", [False, True])
def test_pdf_cut_short_never_passes_with_its_pages_empty(inspected, left, linearize):
    content = pdf_bytes(5, linearize=linearize)
    with pytest.raises(Refused, match="cut short"):
        inspected(content[: int(left * len(content))])


def test_tiff_whose_directories_loop_is_damaged(inspected):
    content = bytearray(tiff_bytes(3))
    first, link = last_link(content)
    content[link : link + 4] = struct.pack("<I", first)
    with pytest.raises(Refused, match="damaged"):
        inspected(bytes(content))


@pytest.mark.parametrize("big", [False, True])
def test_size_of_every_frame_of_a_tiff_counts(inspected, big):
    huge = Image.new("1", (2_000, 1_000), 1)
    buffer = BytesIO()
    Image.new("1", (90, 120), 1).save(buffer, "TIFF", save_all=True, append_images=[huge], big_tiff=big)
    with pytest.raises(Refused, match="2000×1000"):
        inspected(buffer.getvalue())


def test_moving_picture_is_no_paper(inspected):
    more = [Image.new("RGB", (90, 120), "red")]
    buffer = BytesIO()
    Image.new("RGB", (90, 120)).save(buffer, "WEBP", save_all=True, append_images=more)
    with pytest.raises(Refused, match="moving WEBP"):
        inspected(buffer.getvalue())


@pytest.mark.parametrize("level", [2, 3, 4, 6])
def test_locked_pdf_opens_with_its_password_alone(tmp_path, level):
    how = {"R": level, "aes": level > 3, "metadata": level > 3}
    lock = pikepdf.Encryption(user="123456", owner="654321", **how)
    (tmp_path / "locked.pdf").write_bytes(pdf_bytes(2, encryption=lock))
    for password in ("123456", "654321"):
        assert inspect(tmp_path / "locked.pdf", LIMITS, password) == Inspection(PDF, 2, locked=True)
    for password, reason in (("", "encrypted"), ("sai", "wrong_password")):
        with pytest.raises(Refused) as refusal:
            inspect(tmp_path / "locked.pdf", LIMITS, password)
        assert refusal.value.reason == reason


def test_password_of_the_batch_does_no_harm_to_an_open_file(tmp_path):
    (tmp_path / "open.pdf").write_bytes(pdf_bytes(2))
    assert inspect(tmp_path / "open.pdf", LIMITS, "mật khẩu") == Inspection(PDF, 2, locked=False)


def test_lock_that_no_password_opens_is_told_as_a_lock(inspected):
    content = pdf_bytes(1).replace(
        b"trailer <<", b"trailer << /Encrypt << /Filter /Adobe.PubSec /V 4 /SubFilter /adbe.pkcs7.s5 >>"
    )
    with pytest.raises(Refused) as refusal:
        inspected(content)
    assert refusal.value.reason == "encrypted"


def test_tiff_cut_short_never_passes_with_fewer_pages(inspected):
    content = tiff_bytes(3)
    with pytest.raises(Refused, match="cut short"):
        inspected(content[: last_link(content)[1] - 30])


def test_refusal_names_the_figures(inspected):
    with pytest.raises(Refused, match="21 pages, more than 20"):
        inspected(pdf_bytes(21))
    with pytest.raises(Refused, match="GIF picture"):
        inspected(image_bytes("GIF"))
