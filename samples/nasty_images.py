"""Pictures that break readers: every mode and compression, bombs, loops, cuts."""

import io
import struct
import zlib
from collections.abc import Iterator

import pillow_heif
from PIL import Image, ImageDraw, PngImagePlugin

from samples.damage import Nasty, damaged_copies
from samples.fonts import raster

SIZE = (700, 300)
TOO_LONG = 35_000
BIG = 10_000
PNG_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
JPEG_MODES = ("L", "RGB", "CMYK")
TIFF_KINDS = (
    ("1", "group3"), ("1", "group4"), ("1", "packbits"), ("1", "raw"),
    ("L", "tiff_lzw"), ("L", "jpeg"), ("L", "tiff_adobe_deflate"), ("P", "tiff_lzw"), ("I;16", "raw"),
    ("RGB", "raw"), ("RGB", "tiff_lzw"), ("RGB", "jpeg"), ("RGB", "packbits"), ("RGBA", "tiff_lzw"),
    ("CMYK", "raw"), ("CMYK", "tiff_lzw"), ("YCbCr", "jpeg"), ("LAB", "raw"),
)  # fmt: skip


def page(text: str, mode: str = "L") -> Image.Image:
    """A few words on white, quickly read."""
    image = Image.new("RGB", SIZE, "white")
    font = raster("Regular", 30)
    ImageDraw.Draw(image).multiline_text((40, 40), f"GIẤY XÁC NHẬN\n{text}", 0, font, spacing=20)
    if mode == "I;16":
        return image.convert("L").convert("I").convert("I;16")
    if mode == "LAB":
        return Image.merge("LAB", image.convert("YCbCr").split())
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    """The picture's bytes in a format of Pillow's."""
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def images() -> Iterator[Nasty]:
    """All of them."""
    yield from ordinary()
    yield from tiffs()
    yield from bombs()
    yield from telephones()
    for suffix, content in to_damage().items():
        yield from damaged_copies(suffix, content)


def ordinary() -> Iterator[Nasty]:
    """Every mode and turn of the usual formats."""
    for mode in PNG_MODES:
        yield Nasty(f"mode {mode}.png", saved(page(f"PNG {mode}", mode), "PNG"), "stored")
    for mode in JPEG_MODES:
        for progressive in (False, True):
            name = f"{mode} {'progressive' if progressive else 'baseline'}.jpg"
            yield Nasty(name, saved(page(name, mode), "JPEG", progressive=progressive), "stored")
    for turn in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = turn
        yield Nasty(f"exif {turn}.jpg", saved(page(f"EXIF {turn}"), "JPEG", exif=exif), "stored")
    for name, how in (("lossy", {}), ("lossless", {"lossless": True})):
        yield Nasty(f"{name}.webp", saved(page(name, "RGB"), "WEBP", **how), "stored")
    moving = [page("động 2", "RGB")]
    yield Nasty(
        "động.webp", saved(page("động", "RGB"), "WEBP", save_all=True, append_images=moving), "animated"
    )
    for width, height in ((1, 1), (1, 30_000), (30_000, 1)):
        yield Nasty(f"{width} x {height}.png", saved(Image.new("L", (width, height), 200), "PNG"), "stored")


def tiff(texts: list[str], mode: str = "L", **how: object) -> bytes:
    """A TIFF of one frame a text."""
    first, *others = [page(text, mode) for text in texts]
    return saved(first, "TIFF", save_all=True, append_images=others, **how)


def relinked(content: bytes, link_to: int | None = None, width: int | None = None) -> bytes:
    """A small TIFF whose last frame is followed by a directory at `link_to`, or claims another width."""
    spoilt = bytearray(content)
    (place,) = struct.unpack_from("<I", content, 4)
    while True:
        (entries,) = struct.unpack_from("<H", content, place)
        link = place + 2 + 12 * entries
        (following,) = struct.unpack_from("<I", content, link)
        if not following:
            break
        place = following
    if link_to is not None:
        struct.pack_into("<I", spoilt, link, link_to)
    if width is not None:
        struct.pack_into("<HHII", spoilt, place + 2, 256, 4, 1, width)
    return bytes(spoilt)


def tiffs() -> Iterator[Nasty]:
    """Every compression, many frames, loops and claims."""
    for mode, compression in TIFF_KINDS:
        name = f"{mode} {compression}.tif"
        yield Nasty(name, tiff([name], mode, compression=compression), "stored")
    yield Nasty("nhiều trang.tif", tiff([f"trang {n}" for n in range(1, 13)]), "stored")
    yield Nasty("big.tif", tiff(["BigTIFF", "hai"], big_tiff=True), "stored")
    three = tiff(["một", "hai", "ba"])
    (first,) = struct.unpack_from("<I", three, 4)
    yield Nasty("vòng.tif", relinked(three, link_to=first), "damaged")
    yield Nasty("vòng vào chính nó.tif", relinked(tiff(["một"]), link_to=8), "damaged")
    yield Nasty("nối ra ngoài.tif", relinked(three, link_to=2**31), "damaged")
    yield Nasty("khung cuối khổng lồ.tif", relinked(three, width=2**31), "too_many_pixels")
    yield Nasty("khung cuối không rộng.tif", relinked(three, width=0), None)
    yield Nasty("3001 trang.tif", bare_tiff(3001, 8, 8), "too_many_pages")
    yield Nasty("hứa suông.tif", bare_tiff(1, 13_000, 13_000), "stored")


def bare_tiff(frames: int, width: int, height: int) -> bytes:
    """Directories of gray frames that say where their pixels lie, and nothing there."""
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
               (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, width * height)]  # fmt: skip
    directory = struct.pack("<H", len(entries))
    directory += b"".join(struct.pack("<HHII", *entry) for entry in entries)
    step = len(directory) + 4
    links = [8 + step * number for number in range(1, frames)] + [0]
    return struct.pack("<2sHI", b"II", 42, 8) + b"".join(
        directory + struct.pack("<I", link) for link in links
    )


def empty_png(width: int, height: int, extra: bytes = b"") -> bytes:
    """A PNG of a few bytes that claims a size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"zTXt", extra), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    framed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
        if data or kind != b"zTXt"
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def bombs() -> Iterator[Nasty]:
    """Pictures that claim or unpack to far more than their bytes."""
    yield Nasty("bom 40000.png", empty_png(40_000, 40_000), "too_many_pixels")
    yield Nasty("bom 2 tỷ.png", empty_png(2**31 - 1, 2**31 - 1), "too_many_pixels")
    yield Nasty("bom 0.png", empty_png(0, 10), "damaged")
    text = b"Comment\0\0" + zlib.compress(bytes(100_000_000))
    yield Nasty("bom chữ.png", empty_png(10, 10, text), "damaged")
    info = PngImagePlugin.PngInfo()
    info.add_text("Ghi chú", "x" * 100_000)
    yield Nasty("ghi chú dài.png", saved(page("ghi chú"), "PNG", pnginfo=info), "stored")
    for kind, how in (("PNG", {}), ("TIFF", {"compression": "group4"})):
        huge = Image.new("1", (TOO_LONG, 6_000), 1)
        yield Nasty(f"35000 điểm.{kind.lower()}", saved(huge, kind, **how), "too_many_pixels")
    strip = Image.new("L", (TOO_LONG, 200), 255)
    yield Nasty("dải dài.png", saved(strip, "PNG"), "stored")
    for mode in ("RGB", "RGBA"):
        big = Image.new(mode, (BIG, BIG), "white")
        yield Nasty(f"10000 {mode}.png", saved(big, "PNG", compress_level=1), "stored")
    yield Nasty("10000.jpg", saved(Image.new("L", (BIG, BIG), 255), "JPEG", progressive=True), "stored")
    small = bytearray(saved(page("nhỏ"), "JPEG"))
    size = small.index(b"\xff\xc0") + 5
    small[size : size + 4] = b"\xff\xff\xff\xff"
    yield Nasty("bom 65535.jpg", bytes(small), "too_many_pixels")


def heic(texts: list[str], **how: object) -> bytes:
    """A HEIC of one picture a text."""
    out = io.BytesIO()
    pictures = pillow_heif.HeifFile()
    for text in texts:
        pictures.add_from_pillow(page(text, "RGB"))
    pictures.save(out, **how)
    return out.getvalue()


def telephones() -> Iterator[Nasty]:
    """What telephones save."""
    yield Nasty("một.heic", heic(["HEIC"]), "stored")
    yield Nasty("ba hình.heic", heic(["một", "hai", "ba"]), "stored")
    for turn in (3, 6, 8):
        exif = Image.Exif()
        exif[0x0112] = turn
        yield Nasty(f"xoay {turn}.heic", heic([f"xoay {turn}"], exif=exif.tobytes()), "stored")
    yield Nasty("một.avif", saved(page("AVIF", "RGB"), "AVIF"), "stored")


def to_damage() -> dict[str, bytes]:
    """A sound file of each kind that is read, by its suffix."""
    return {
        "tif": tiff(["hỏng 1", "hỏng 2"], compression="tiff_lzw"),
        "jpg": saved(page("hỏng"), "JPEG"),
        "png": saved(page("hỏng"), "PNG"),
        "webp": saved(page("hỏng", "RGB"), "WEBP"),
        "heic": heic(["hỏng", "nữa"]),
        "avif": saved(page("hỏng", "RGB"), "AVIF"),
    }
