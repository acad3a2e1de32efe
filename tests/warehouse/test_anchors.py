"""Anchors: a line that is there for good, by every way that settings name; what a crash cut off does no harm."""

import json
import socket
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from warehouse.anchoring import write_anchor
from warehouse.anchors import Anchor, anchors_in, append, kept_anchors
from warehouse.audit import write_entry
from warehouse.audit_check import check_log
from warehouse.chain import Head
from warehouse.database import Database
from warehouse.errors import Forbidden, Unavailable, UsageError
from warehouse.rights import Actor, Grant, Reach
from warehouse.settings import Settings
from warehouse.trail import Wanted, look_up

ROOT = Actor("cli:root")


def anchor(seq: int) -> Anchor:
    return Anchor(Head(seq, f"{seq:064}"), datetime(2026, 11, 28, 8, tzinfo=UTC), "máy chủ:/var/lib/khoso")


def test_a_file_of_anchors_grows_and_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "anchors.jsonl"
    for seq in (3, 9):
        append(file, anchor(seq))
    assert [(each.head, each.at, each.site) for each in anchors_in(file)] == [
        (anchor(seq).head, anchor(seq).at, anchor(seq).site) for seq in (3, 9)
    ]


@pytest.mark.parametrize("left", [1, 20, 60])
def test_a_line_that_a_crash_cut_off_spoils_neither_the_next_nor_those_before(
    tmp_path: Path, left: int
) -> None:
    file = tmp_path / "anchors.jsonl"
    append(file, anchor(3))
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:left])
    append(file, anchor(9))
    assert [each.head.seq for each in anchors_in(file)] == [3, 9]


@pytest.mark.parametrize("content", ["", "not an anchor\n", '{"seq": 3}\n[]\n'])
def test_a_file_without_an_anchor_is_no_proof_of_anything(tmp_path: Path, content: str) -> None:
    (tmp_path / "anchors.jsonl").write_text(content)
    with pytest.raises(UsageError) as refused:
        anchors_in(tmp_path / "anchors.jsonl")
    assert refused.value.reason == "no_anchor"


def test_an_anchor_names_the_head_with_all_that_was_written_before(
    database: Database, tmp_path: Path
) -> None:
    with database.write() as connection:
        write_entry(connection, ROOT, "view", "A1")
    made = write_anchor(database, ROOT, Settings(home=tmp_path), None)
    assert made.head.seq == 1
    [kept] = anchors_in(tmp_path / "anchors.jsonl")
    with database.write() as connection:
        [known] = kept_anchors(connection)
        assert look_up(connection, ROOT, Wanted(action="anchor"))[0].subject == "entry 1"
    assert kept.head == known.head == made.head
    found = check_log(database, [kept])
    assert (found["ok"], found["anchor"]) == (True, str(kept))


def test_only_who_may_audit_writes_an_anchor(database: Database, tmp_path: Path) -> None:
    manager = Actor("user:a", grants=(Grant(frozenset({"figures"}), Reach(frozenset({1}))),))
    with pytest.raises(Forbidden):
        write_anchor(database, manager, Settings(home=tmp_path), None)


def test_an_anchor_goes_to_syslog(database: Database, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as log:
        log.bind(("127.0.0.1", 0))
        settings = Settings(home=tmp_path, anchor_syslog=f"udp://127.0.0.1:{log.getsockname()[1]}")
        made = write_anchor(database, ROOT, settings, None)
        heard = log.recv(1000).decode()
    assert heard.startswith(f"<{4 * 8 + 6}>khoso audit anchor {{")  # facility auth, severity info
    assert json.loads(heard[heard.index("{") :].rstrip("\0"))["hash"] == made.head.hash


def test_an_anchor_goes_by_mail(database: Database, tmp_path: Path) -> None:
    with mail_server() as (url, letters):
        settings = Settings(
            home=tmp_path,
            smtp_url=url,
            anchor_mail_to="a@example.vn, b@example.vn",
            mail_from="kho@example.vn",
        )
        made = write_anchor(database, ROOT, settings, None)
    [letter] = letters
    assert "rcpt TO:<a@example.vn>" in letter
    assert "rcpt TO:<b@example.vn>" in letter
    assert made.source.endswith("anchors.jsonl, a@example.vn, b@example.vn")


def test_an_anchor_that_cannot_be_sent_is_in_the_file_all_the_same(
    database: Database, tmp_path: Path
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{unused.getsockname()[1]}"
        settings = Settings(home=tmp_path, smtp_url=url, anchor_mail_to="a@example.vn")
        with pytest.raises(Unavailable) as failed:
            write_anchor(database, ROOT, settings, None)
    assert failed.value.detail["way"] == "a@example.vn"
    assert len(anchors_in(settings.anchors)) == 1


def test_a_password_is_never_sent_without_tls(database: Database, tmp_path: Path) -> None:
    with mail_server() as (url, letters):
        settings = Settings(
            home=tmp_path,
            smtp_url=url,
            smtp_user="kho",
            smtp_password="bí mật",
            anchor_mail_to="a@example.vn",
        )
        with pytest.raises(Unavailable):
            write_anchor(database, ROOT, settings, None)
    assert not any("AUTH" in letter for letter in letters)


@contextmanager
def mail_server() -> Iterator[tuple[str, list[str]]]:
    """A mail server without TLS: its URL, and what each client said to it."""
    letters: list[str] = []

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            said, in_letter = "", False
            self.wfile.write(b"220 here\r\n")
            for line in self.rfile:
                said += line.decode()
                in_letter = line.upper().startswith(b"DATA") or (in_letter and line != b".\r\n")
                command = line[:4].upper()
                if command == b"DATA" or not in_letter:
                    self.wfile.write(
                        {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(command, b"250 yes\r\n")
                    )
            letters.append(said)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = False
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}", letters
        server.shutdown()
