"""Sources: every file is listed once under a name for people and a key that finds it again."""

import shutil
import zipfile
from pathlib import Path

import pytest

from ingest.sources import Entry, Folder, open_source
from warehouse.errors import Refused, UsageError


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
