"""Sources: every file is listed once under a name for people and a key that finds it again."""

import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from ingest.sources import Entry, Folder, open_source
from ingest.zips import BOMB_BYTES, ZipLimits
from warehouse.errors import Refused, UsageError

pytestmark = pytest.mark.engineless


def paths(entries: list[Entry]) -> list[str]:
    return [entry.path for entry in entries]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "scans"
    for name in ("b.pdf", "hộp 2/a.pdf", "hộp 10/a.pdf"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name, encoding="utf-8")
    return root


def test_folder_is_listed_with_all_below_it_in_a_stable_order(folder):
    assert paths(list(Folder(folder).entries())) == ["b.pdf", "hộp 10/a.pdf", "hộp 2/a.pdf"]


def test_key_of_an_entry_opens_its_bytes(folder):
    source = open_source(folder)
    for entry in source.entries():
        with source.open(entry.key) as stream:
            assert stream.read().decode() == entry.path


def test_what_operating_systems_leave_behind_is_not_listed(folder):
    for name in ("Thumbs.db", ".DS_Store", "~$b.pdf", "desktop.ini", ".git/x.pdf", "__MACOSX/._b.pdf"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"x")
    assert len(list(Folder(folder).entries())) == 3


def test_folder_that_cannot_be_opened_is_told(folder):
    entries = Folder(folder).entries()
    assert next(entries).path == "b.pdf"
    shutil.rmtree(folder / "hộp 2")
    assert [(entry.path, entry.refused) for entry in entries] == [
        ("hộp 10/a.pdf", None),
        ("hộp 2", "unreadable_folder"),
    ]


def test_file_that_vanished_after_it_was_listed_is_refused(folder):
    source = open_source(folder)
    [first, *_] = source.entries()
    (folder / "b.pdf").unlink()
    with pytest.raises(Refused, match="cannot be read"), source.open(first.key) as stream:
        stream.read()


def test_nothing_there_is_an_error_of_usage(tmp_path):
    with pytest.raises(UsageError):
        open_source(tmp_path / "nowhere")


def test_zip_by_an_older_windows_tool_keeps_its_vietnamese_names(tmp_path):
    name = "hộp 1/giấy.pdf".encode()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x" * len(name), b"content")
    unflagged = (tmp_path / "a.zip").read_bytes().replace(b"x" * len(name), name)
    (tmp_path / "a.zip").write_bytes(unflagged)
    assert paths(list(open_source(tmp_path / "a.zip").entries())) == ["hộp 1/giấy.pdf"]


def test_two_members_of_one_name_are_two_entries(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.pdf", b"one")
        archive.writestr("b.pdf", b"two")
    (tmp_path / "a.zip").write_bytes((tmp_path / "a.zip").read_bytes().replace(b"b.pdf", b"a.pdf"))
    source = open_source(tmp_path / "a.zip")
    found = []
    for entry in source.entries():
        with source.open(entry.key) as stream:
            found.append((entry.path, stream.read()))
    assert found == [("a.pdf", b"one"), ("a.pdf", b"two")]


def test_zip_is_known_by_its_name_and_any_other_file_is_one_file(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"x")
    assert paths(list(open_source(tmp_path / "a.pdf").entries())) == ["a.pdf"]
    (tmp_path / "a.ZIP").write_bytes(b"x")
    with pytest.raises(Refused, match="ZIP"):
        open_source(tmp_path / "a.ZIP")


@pytest.fixture
def zipped(tmp_path):
    """Writes a ZIP of these members."""

    def write(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
        with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
            for name, content in members:
                archive.writestr(name, content)
        return tmp_path / "a.zip"

    return write


def refusals(path: Path, limits: ZipLimits | None = None) -> dict[str, str | None]:
    """What came of each member, listed and then read to its end."""
    source, found = open_source(path, limits), {}
    for entry in source.entries():
        found[entry.path] = entry.refused
        if entry.refused:
            continue
        try:
            with source.open(entry.key) as stream:
                while stream.read(2**20):
                    pass
        except Refused as refused:
            found[entry.path] = refused.reason
    return found


def set_in_directory(path: Path, offset: int, form: str, value: int, *, local: int | None = None) -> None:
    """Changes a number of the first member in the directory, and in its local head."""
    content = bytearray(path.read_bytes())
    struct.pack_into(form, content, content.index(b"PK\1\2") + offset, value)
    if local is not None:
        struct.pack_into(form, content, content.index(b"PK\3\4") + local, value)
    path.write_bytes(content)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_usual_compressions_are_read(zipped, method):
    assert refusals(zipped(("a.pdf", b"abc" * 99), method=method)) == {"a.pdf": None}


def test_unusual_compression_costs_that_member_alone(zipped):
    path = zipped(("a.pdf", b"one"), ("b.pdf", b"two"))
    set_in_directory(path, 10, "<H", 9, local=8)  # Deflate64, as large files from Windows have it
    assert refusals(path) == {"a.pdf": "odd_compression", "b.pdf": None}


def test_lzma_member_that_asks_for_gigabytes_is_not_opened(zipped):
    path = zipped(("a.pdf", b"abc" * 99), method=zipfile.ZIP_LZMA)
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, 30 + len("a.pdf") + 5, 2**32 - 1)
    path.write_bytes(content)
    assert refusals(path) == {"a.pdf": "odd_compression"}


def test_member_that_unpacks_a_thousandfold_is_taken_for_a_bomb(zipped):
    path = zipped(("bom.pdf", bytes(BOMB_BYTES + 1)), ("tốt.pdf", bytes(BOMB_BYTES // 10)))
    assert refusals(path) == {"bom.pdf": "zip_bomb", "tốt.pdf": None}


def test_members_that_lie_over_one_another_are_taken_for_a_bomb(zipped):
    path = zipped(("a.pdf", b"one" * 50), ("b.pdf", b"two" * 50), ("c.pdf", b"three"))
    set_in_directory(path, 20, "<I", 100_000)
    assert refusals(path) == {"a.pdf": "zip_bomb", "b.pdf": None, "c.pdf": None}


def test_member_larger_than_a_file_may_be_is_not_unpacked(zipped):
    path = zipped(("a.pdf", b"x" * 101), ("b.pdf", b"x" * 100))
    assert refusals(path, ZipLimits(member_bytes=100)) == {"a.pdf": "too_large", "b.pdf": None}


def test_member_that_lies_about_its_size_gives_no_more_than_it_said(zipped):
    path = zipped(("a.pdf", b"x" * 5_000))
    set_in_directory(path, 24, "<I", 10, local=22)
    assert refusals(path) == {"a.pdf": "unreadable_source"}


def test_zip_that_unpacks_to_more_than_the_limit_is_refused_whole(zipped):
    path = zipped(("a.pdf", b"x" * 60), ("b.pdf", b"x" * 60))
    with pytest.raises(Refused, match="unpack to 120 bytes, more than 100"):
        open_source(path, ZipLimits(total_bytes=100))


def test_zip_of_too_many_members_is_refused_whole(zipped):
    path = zipped(*((f"{number}.pdf", b"") for number in range(11)))
    with pytest.raises(Refused, match="more than 10 files"):
        open_source(path, ZipLimits(members=10))


def test_directory_of_millions_is_refused_before_it_is_read(tmp_path):
    """Its end says how large it is: no member is needed to see that it is too large."""
    with (tmp_path / "a.zip").open("wb") as file:
        file.truncate(600 * 100_000)
        file.seek(0, 2)
        file.write(struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 600 * 100_000, 0, 0))
    with pytest.raises(Refused, match="more than 100000 files"):
        open_source(tmp_path / "a.zip")


def test_zip64_is_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        with archive.open("a.pdf", "w", force_zip64=True) as member:
            member.write(b"content")
        archive.writestr("b.pdf", b"more")
    assert refusals(tmp_path / "a.zip") == {"a.pdf": None, "b.pdf": None}


def test_name_in_the_code_page_of_vietnamese_windows_is_understood(zipped):
    path = zipped(("x" * 8, b"content"))
    path.write_bytes(path.read_bytes().replace(b"x" * 8, "giâ\u0301y.pd".encode("cp1258")))
    assert list(refusals(path)) == ["giấy.pd"]


def test_name_of_any_length_is_listed(zipped):
    name = "ộ" * 400 + ".pdf"
    assert refusals(zipped((name, b"content"))) == {name: None}


def test_folders_inside_a_zip_are_no_files(zipped):
    assert refusals(zipped(("hộp/", b""), ("hộp/a.pdf", b"x"))) == {"hộp/a.pdf": None}


def test_stamp_of_a_file_changes_with_it_in_folders_and_archives(folder, tmp_path):
    def stamps() -> list[str]:
        packed = open_source(Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder)))
        loose = [open_source(folder), open_source(folder / "b.pdf")]
        one = [
            next(entry for entry in source.entries() if entry.path == "b.pdf") for source in [*loose, packed]
        ]
        return [source.stamp(entry.key) for source, entry in zip([*loose, packed], one, strict=True)]

    before = stamps()
    assert stamps() == before
    (folder / "b.pdf").write_text("other", encoding="utf-8")
    assert not set(stamps()) & set(before)
