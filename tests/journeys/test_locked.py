"""PDFs with a password: refused without it, read with it, kept as they came."""

from pathlib import Path
from typing import Any

import pikepdf
import pytest


@pytest.fixture
def locked(scans: Path, draw: Any, tmp_path: Path) -> Path:
    """One locked paper and one that anybody may open."""
    with pikepdf.open(draw(tmp_path / "plain.pdf", ["Lê An"])) as document:
        document.save(scans / "locked.pdf", encryption=pikepdf.Encryption(user="bí mật", owner="chủ"))
    draw(scans / "open.pdf", ["Lê Bảo"])
    return scans


@pytest.fixture
def password(tmp_path: Path) -> Path:
    """A file as an editor on Windows writes it."""
    file = tmp_path / "password.txt"
    file.write_bytes("bí mật\r\n".encode())
    return file


def outcomes(account: Any) -> dict[str, Any]:
    return {item["path"]: item["reason"] or item["outcome"] for item in account["items"]}


def test_locked_pdf_without_a_password_is_refused_and_the_others_are_taken(khoso, locked):
    assert outcomes(khoso.take_in(locked, code=3)) == {"locked.pdf": "encrypted", "open.pdf": "stored"}


def test_wrong_password_is_told_from_none(khoso, locked, tmp_path):
    (tmp_path / "wrong.txt").write_text("khác", encoding="utf-8")
    account = khoso.take_in(locked, "--pdf-password-file", tmp_path / "wrong.txt", code=3)
    assert outcomes(account)["locked.pdf"] == "wrong_password"


def test_password_of_the_batch_opens_it_for_reading_and_for_a_searchable_pdf(
    khoso, locked, password, tmp_path
):
    khoso.take_in(locked, code=3)
    account = khoso.read(locked, "--pdf-password-file", password)
    assert outcomes(account) == {"locked.pdf": "stored", "open.pdf": "duplicate"}
    [record] = account["items"][0]["records"]
    assert khoso.found("Lê An") == [record]
    khoso.run("show", record, "--pdf", tmp_path / "out.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as made:
        assert len(made.pages) == 1


def test_original_stays_locked_as_it_came(khoso, locked, password, tmp_path):
    account = khoso.take_in(locked, "--pdf-password-file", password)
    khoso.run("show", account["items"][0]["records"][0], "--original", tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == (locked / "locked.pdf").read_bytes()


def test_password_is_kept_only_where_it_is_needed_and_never_shown(khoso, locked, password):
    account = khoso.read(locked, "--pdf-password-file", password)
    assert set(khoso.rows("SELECT password FROM files")) == {("bí mật",), (None,)}
    record = account["items"][0]["records"][0]
    shown = khoso.run("show", record, "--json") + khoso.run("batch", "show", account["batch"], "--json")
    assert "bí mật" not in shown
    assert "bí mật" not in str(khoso.rows("SELECT entry FROM audit"))


def test_dry_run_tries_the_password_too(khoso, locked, password):
    account = khoso.take_in(locked, "--pdf-password-file", password, "--dry-run")
    assert account["stored"] == 2
