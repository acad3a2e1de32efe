"""A watched folder: what is complete is taken in and moved, what is not is left alone."""

import os
import signal
import time
import zipfile

import pytest

UNIT = ("--unit", "06184")


@pytest.fixture
def sweep(khoso, scans):
    """One sweep over the folder; what the command printed."""
    return lambda *more, code=0: khoso.run("watch", scans, *UNIT, "--once", "--settle", 0.1, *more, code=code)


def tree(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def outcomes(khoso):
    return sorted(khoso.rows("SELECT path, outcome FROM items"))


def test_papers_are_taken_in_and_moved_with_their_folders(khoso, scans, draw, sweep):
    (scans / "2019" / "hộp 1").mkdir(parents=True)
    draw(scans / "một.pdf", ["Trang 1"])
    draw(scans / "2019" / "hộp 1" / "hai.png", ["Trang 2"])
    sweep("--set", "box=07", "--flow")
    assert tree(scans) == ["done/2019/hộp 1/hai.png", "done/một.pdf"]
    assert outcomes(khoso) == [("2019/hộp 1/hai.png", "stored"), ("một.pdf", "stored")]
    assert khoso.rows("SELECT DISTINCT availability FROM records") == [("hidden",)]
    assert khoso.rows("SELECT box FROM locations") == [("07",), ("07",)]
    assert khoso.rows("SELECT count(*) FROM batches") == [(1,)]


def test_file_that_is_refused_goes_to_rejected_with_the_reason_in_both_languages(khoso, scans, sweep):
    (scans / "thư.docx").write_bytes(b"PK not a scan" * 10)
    sweep()
    assert tree(scans) == ["rejected/thư.docx", "rejected/thư.docx.txt"]
    [(reason,)] = khoso.rows("SELECT reason FROM items")
    text = (scans / "rejected" / "thư.docx.txt").read_text(encoding="utf-8")
    assert reason
    assert text.splitlines()[0].startswith("thư.docx: ")
    assert len(text.splitlines()) >= 2


def test_what_is_half_written_or_hidden_stays_and_is_not_taken(khoso, scans, sweep):
    for name in ("a.pdf.part", "b.tmp", "c.pdf.crdownload", "~$d.pdf", ".e.pdf", "Thumbs.db"):
        (scans / name).write_bytes(b"x")
    (scans / "rỗng.pdf").touch()
    before = tree(scans)
    sweep()
    assert tree(scans) == before
    assert outcomes(khoso) == []


def test_file_that_is_still_growing_waits_until_it_is_whole(khoso, scans, draw, tmp_path):
    whole = draw(tmp_path / "whole.pdf", ["Trang 1"]).read_bytes()
    with khoso.start("watch", scans, *UNIT, "--settle", 1.5) as watching:
        growing = scans / "lớn.pdf"
        for size in range(100, len(whole), len(whole) // 5):
            growing.write_bytes(whole[:size])
            time.sleep(0.6)
            assert outcomes(khoso) == []
        growing.write_bytes(whole)
        deadline = time.monotonic() + 30
        while not (scans / "done" / "lớn.pdf").exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        watching.send_signal(signal.SIGTERM)
        out, err = watching.communicate(timeout=30)
    assert (watching.returncode, err) == (0, "")
    assert "1 xong / done" in out
    assert outcomes(khoso) == [("lớn.pdf", "stored")]


def test_nothing_in_done_is_overwritten(khoso, scans, draw, sweep):
    for text in ("Một", "Hai", "Ba"):
        draw(scans / "giấy.png", [text])
        sweep()
    assert tree(scans) == ["done/giấy (2).png", "done/giấy (3).png", "done/giấy.png"]
    assert khoso.rows("SELECT count(*) FROM records") == [(3,)]


def test_file_that_was_booked_and_not_moved_is_a_duplicate_next_time_and_moved(
    khoso, scans, draw, sweep, monkeypatch
):
    draw(scans / "giấy.png", ["Một"])
    with monkeypatch.context() as killed:
        killed.setattr("ingest.watching.move", lambda *_: False)
        sweep()
    assert tree(scans) == ["giấy.png"]
    sweep()
    assert tree(scans) == ["done/giấy.png"]
    assert [outcome for _, outcome in outcomes(khoso)] == ["duplicate", "stored"]


def test_file_that_changed_while_it_was_taken_in_is_taken_again(khoso, scans, draw, sweep, monkeypatch):
    from ingest import watching

    receive = watching.receive

    def change(services, batch, deliveries):
        done = receive(services, batch, deliveries)
        os.utime(scans / "giấy.png", ns=(1, 1))
        return done

    draw(scans / "giấy.png", ["Một"])
    with monkeypatch.context() as changed:
        changed.setattr(watching, "receive", change)
        sweep()
    assert tree(scans) == ["giấy.png"]


def test_archive_is_a_batch_of_its_own_and_moved_as_one(khoso, scans, draw, sweep, tmp_path):
    draw(tmp_path / "giấy.png", ["Một"])
    with zipfile.ZipFile(scans / "tập.zip", "w") as archive:
        archive.write(tmp_path / "giấy.png", "giấy.png")
        archive.writestr("hỏng.pdf", b"%PDF-1.4 cut")
    draw(scans / "rời.png", ["Hai"])
    sweep()
    assert tree(scans) == ["done/rời.png", "done/tập.zip", "done/tập.zip.txt"]
    assert "hỏng.pdf" in (scans / "done" / "tập.zip.txt").read_text(encoding="utf-8")
    assert khoso.rows("SELECT count(*) FROM batches") == [(2,)]


def test_broken_archive_is_rejected_and_the_others_go_on(khoso, scans, draw, sweep):
    (scans / "hỏng.zip").write_bytes(b"PK\x03\x04 nothing")
    draw(scans / "giấy.png", ["Một"])
    sweep()
    assert tree(scans) == ["done/giấy.png", "rejected/hỏng.zip", "rejected/hỏng.zip.txt"]


def test_folder_that_is_not_there_or_cannot_be_written_is_a_clear_error(khoso, scans, sweep):
    missing = khoso.outcome("watch", scans / "nowhere", *UNIT, "--once")
    assert (missing.returncode, "[bad_path]" in missing.stderr) == (2, True)
    (scans / "done").write_text("in the way")
    taken = khoso.outcome("watch", scans, *UNIT, "--once")
    assert (taken.returncode, "[cannot_write]" in taken.stderr) == (2, True)


def test_unit_that_is_not_there_is_told_before_anything_is_taken(khoso, scans):
    wrong = khoso.outcome("watch", scans, "--unit", "99999", "--once")
    assert (wrong.returncode, "[unknown_unit]" in wrong.stderr) == (2, True)
