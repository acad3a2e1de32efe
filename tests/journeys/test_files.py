"""Every kind of file that communes send is stored, or rejected with advice that fits its kind."""

import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace

import pikepdf
import pytest

from ingest.zips import BOMB_BYTES
from samples import nasty_images, nasty_others, nasty_pdfs
from samples.damage import Nasty, damaged_copies
from samples.nasty_images import page, saved
from samples.nasty_others import zipped
from samples.nasty_pdfs import pdf, written

slow = pytest.mark.slow
Group = Callable[[], Iterator[Nasty]]


def damaged() -> Iterator[Nasty]:
    """Cut and changed copies of each kind that is read."""
    for suffix, content in nasty_images.to_damage().items():
        yield from damaged_copies(suffix, content)
    yield from damaged_copies("pdf", written(pdf("hong", "nua")))


@pytest.mark.parametrize(
    "group",
    [
        nasty_others.others,
        nasty_images.ordinary,
        nasty_images.tiffs,
        nasty_images.telephones,
        damaged,
        nasty_pdfs.locked,
        nasty_pdfs.odd_pages,
        nasty_pdfs.scans,
        nasty_pdfs.broken_structure,
        pytest.param(nasty_pdfs.odd_but_sound, marks=slow),
        pytest.param(nasty_images.bombs, marks=slow),
        pytest.param(nasty_pdfs.bombs, marks=slow),
    ],
    ids=lambda group: f"{group.__module__.rpartition('.')[2]}.{group.__name__}",
)
def test_every_file_is_stored_or_rejected_for_the_right_reason_with_a_sentence(khoso, scans, group: Group):
    expected = {}
    for nasty in group():
        (scans / nasty.name).write_bytes(nasty.content)
        expected[nasty.name] = nasty.expected
    done = khoso.outcome("import", scans, "--unit", "06184", "--json")
    account = json.loads(done.stdout)
    assert done.returncode == (3 if account["rejected"] else 0)
    assert account["files"] == len(expected) == sum(account[name] for name in ("stored", "rejected"))
    for item in account["items"]:
        got = item["reason"] or item["outcome"]
        assert got == (expected[item["path"]] or got), item["path"]
        assert got not in ("reader_died", "reader_timeout"), item["path"]
        if item["reason"]:
            assert "?" not in item["message"]["vi"] + item["message"]["en"], item["message"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Word.docx", "Word (DOCX)"),
        ("Excel.xls", "Excel (XLS)"),
        ("thư.msg", "Outlook (MSG)"),
        ("văn bản.odt", "OpenDocument"),
        ("nén.rar", "tệp nén RAR: hãy giải nén"),
        ("nén.7z", "tệp nén 7z: hãy giải nén"),
        ("lồng.zip", "giải nén tại chỗ, hoặc nhập riêng"),
        ("ảnh.jp2", "JPEG 2000"),
        ("ảnh.djvu", "DjVu"),
        ("thật ra là gif.pdf", "GIF"),
        ("chương trình.exe", "EXE"),
    ],
)
def test_advice_names_the_kind_in_plain_words(khoso, scans, name, words):
    [nasty] = [one for one in nasty_others.others() if one.name == name]
    (scans / "scan.pdf").write_bytes(nasty.content)
    [item] = khoso.take_in(scans, code=3)["items"]
    assert words in item["message"]["vi"]


def test_every_usual_format_is_read(khoso, scans):
    pictures = {
        "cmyk.jpg": saved(page("CMYK", "CMYK"), "JPEG"),
        "cmyk.tif": saved(page("tiff", "CMYK"), "TIFF", compression="tiff_lzw"),
        "fax.tif": saved(page("fax", "1"), "TIFF", compression="group3"),
        "webp.webp": saved(page("webp", "RGB"), "WEBP", lossless=True),
        "avif.avif": saved(page("avif", "RGB"), "AVIF"),
        "heic.heic": nasty_images.heic(["heic"]),
    }
    for name, content in pictures.items():
        (scans / name).write_bytes(content)
    khoso.read(scans)
    assert len(khoso.found('"GIẤY XÁC NHẬN"')) == len(pictures)


def test_every_frame_of_a_file_is_a_page(khoso, scans):
    (scans / "big.tif").write_bytes(nasty_images.tiff(["một", "hai"], big_tiff=True))
    (scans / "ba.heic").write_bytes(nasty_images.heic(["một", "hai", "ba"]))
    account = khoso.read(scans)
    counts = {
        item["path"]: [shown["status"] for shown in khoso.json("show", *item["records"])["pages"]]
        for item in account["items"]
    }
    assert counts == {"big.tif": ["ok"] * 2, "ba.heic": ["ok"] * 3}


@pytest.mark.parametrize(
    "name", ["ký số.pdf", "javascript.pdf", "đính kèm.pdf", "xfa.pdf", "chỉ cấm in R6.pdf"]
)
def test_original_comes_back_byte_for_byte(khoso, scans, tmp_path, name):
    groups = (*nasty_pdfs.locked(), *special_pdfs())
    [content] = [one.content for one in groups if one.name == name]
    (scans / name).write_bytes(content)
    account = khoso.read(scans)
    khoso.run("show", *account["items"][0]["records"], "--original", tmp_path / "back.pdf")
    assert (tmp_path / "back.pdf").read_bytes() == content


def test_signature_of_a_signed_pdf_still_covers_its_bytes(khoso, scans, tmp_path):
    (scans / "ký.pdf").write_bytes(nasty_pdfs.signed())
    account = khoso.read(scans)
    khoso.run("show", *account["items"][0]["records"], "--original", tmp_path / "back.pdf")
    with pikepdf.open(tmp_path / "back.pdf") as document:
        zero, begin, end, rest = (int(part) for part in document.Root.AcroForm.Fields[0].V.ByteRange)
    content = (tmp_path / "back.pdf").read_bytes()
    assert (zero, end + rest) == (0, len(content))
    assert (content[begin : begin + 1], content[end - 1 : end]) == (b"<", b">")


def test_bad_members_of_a_zip_are_rejected_one_by_one_and_the_others_stored(khoso, tmp_path):
    odd = zipfile.ZipInfo("kiểu lạ.pdf")
    with zipfile.ZipFile(tmp_path / "lô.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hộp/", b"")
        archive.writestr("hộp/tốt.png", saved(page("tốt"), "PNG"))
        archive.writestr("ộ" * 300 + ".png", saved(page("tên dài"), "PNG"))
        archive.writestr("lồng.zip", zipped("a.pdf"))
        archive.writestr("bom.pdf", bytes(BOMB_BYTES + 1))
        archive.writestr("nén.rar", b"Rar!\x1a\x07\1\0" + bytes(99))
        archive.writestr(odd, b"Deflate64")
    content = bytearray((tmp_path / "lô.zip").read_bytes())
    struct.pack_into("<H", content, content.rindex(b"PK\1\2") + 10, 9)
    (tmp_path / "lô.zip").write_bytes(content)
    account = khoso.take_in(tmp_path / "lô.zip", code=3)
    assert {item["path"]: item["reason"] for item in account["items"]} == {
        "hộp/tốt.png": None,
        "ộ" * 300 + ".png": None,
        "lồng.zip": "nested_zip",
        "bom.pdf": "zip_bomb",
        "nén.rar": "extract_first",
        "kiểu lạ.pdf": "odd_compression",
    }
    assert khoso.json("verify")["ok"]


def test_zip_beyond_its_limits_is_refused_whole_in_one_line(khoso, tmp_path):
    path = tmp_path / "lô.zip"
    path.write_bytes(zipped("a.pdf", "b.pdf", "c.pdf"))
    for name, value, reason in (("MEMBERS", 2, "too_many_members"), ("BYTES", 10, "zip_too_large")):
        strict = replace(khoso, settings={**khoso.settings, f"KHOSO_MAX_ZIP_{name}": str(value)})
        done = strict.outcome("import", path, "--unit", "06184")
        assert done.returncode == 3
        assert done.stderr.endswith(f"[{reason}]\n")
    assert khoso.json("batch", "list")["batches"] == []


def test_rar_under_the_name_of_a_zip_is_refused_with_advice(khoso, tmp_path):
    (tmp_path / "lô.zip").write_bytes(b"Rar!\x1a\x07\1\0" + bytes(99))
    done = khoso.outcome("import", tmp_path / "lô.zip", "--unit", "06184")
    assert done.returncode == 3
    assert "RAR" in done.stderr


def special_pdfs() -> Iterator[Nasty]:
    """The sound PDFs without the very long ones."""
    return (one for one in nasty_pdfs.odd_but_sound() if " trang" not in one.name)
