"""What other programs rely on: keys, exit codes, JSON alone on stdout, errors of one line."""

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

ITEM = {"path", "outcome", "records", "reason", "message"}
ROW = {"row", "path", "column", "value", "reason", "message", "warning"}
COUNTS = {"files", "stored", "duplicate", "rejected", "waiting", "stuck"}
BATCH = COUNTS | {
    "batch",
    "unit",
    "source",
    "manner",
    "created_at",
    "reading",
    "metadata_only",
    "quarantined",
    "pages",
}
ACCOUNT = BATCH | {"items", "manifest", "suspect"}
HIT = {
    "record", "score", "tier", "reference_number", "doc_type", "issuing_agency", "issued_on", "subject",
    "signer", "holder_name", "unit", "state", "disputed", "validity", "snippet",
}  # fmt: skip
RECORD = {
    "record", "kind", "sha256", "unit", "batch", "state", "availability", "revision", "review", "validity",
    "disputed", "parts", "parties", "fields", "conflicts", "pages", "secrecy", "location", "migrated", "proposals",
    "possible_duplicates",
}  # fmt: skip
FIELDS = {
    "issuing_agency", "parent_agency", "reference_number", "place", "issued_on", "doc_type", "subject",
    "signer", "signing_capacity", "holder_name", "holder_id", "holder_birth_date", "dossier_code",
    "procedure_code", "result_type", "valid_until", "register_kind", "register_year", "register_book",
    "register_entry",
}  # fmt: skip
PROGRESS = {
    "unit", "name", "level", "files", "registered", "read", "needs_review", "approved", "digitised",
    "returned", "metadata_only",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(shared, draw, tmp_path_factory):
    """A site with a batch that has one of everything: read, rejected, conflict, bad row."""
    folder = tmp_path_factory.mktemp("scans")
    draw(
        folder / "a.png",
        ["Số: 12/QĐ-UBND", "Đồng Đăng, ngày 06 tháng 01 năm 2025", "QUYẾT ĐỊNH", "Ông Nguyễn Văn Bình"],
    )
    (folder / "rong.pdf").write_bytes(b"")
    (folder / "list.csv").write_text(
        "file,reference_number,holder_name,holder_id\na.png,21/QĐ-UBND,Nguyễn Văn Bình,12\nb.png,1/QĐ,,\n",
        encoding="utf-8",
    )
    shared.read(folder, "--manifest", folder / "list.csv", code=3)
    return shared


def is_instant(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo == UTC


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_message(value: Any) -> bool:
    return set(value) == {"vi", "en"} and all(value.values()) and "?" not in value["vi"] + value["en"]


def test_batch_account_has_its_keys(site):
    account = site.json("batch", "show", 1)
    assert set(account) == ACCOUNT
    assert set(account["reading"]) == {"records", "read", "waiting", "stuck"}
    assert all(set(item) == ITEM for item in account["items"])
    assert all(set(row) == ROW for row in account["manifest"])
    assert is_instant(account["created_at"])
    assert [set(batch) for batch in site.json("batch", "list")["batches"]] == [BATCH]


def test_import_prints_the_same_keys_as_batch_show(khoso, scans, draw):
    draw(scans / "a.png", ["MỘT"])
    assert set(khoso.take_in(scans)) == set(khoso.json("batch", "show", 1))
    assert set(khoso.take_in(scans, "--dry-run")) | {"manner", "created_at"} == ACCOUNT | {"sampled"}


def test_every_reason_comes_with_a_sentence_in_both_languages(site):
    account = site.json("batch", "show", 1)
    [rejected] = [item for item in account["items"] if item["outcome"] == "rejected"]
    assert rejected["reason"] == "empty"
    reasons = {row["reason"] for row in account["manifest"]}
    assert {"no_such_file", "bad_personal_id"} <= reasons
    assert all(is_message(told["message"]) for told in [rejected, *account["manifest"]])
    errors = site.json("batch", "errors", 1)["errors"]
    assert {error["reason"] for error in errors} == reasons | {"empty"}


def test_errors_of_a_batch_as_csv_open_in_a_spreadsheet(site, tmp_path):
    site.run("batch", "errors", 1, "--csv", tmp_path / "errors.csv")
    text = (tmp_path / "errors.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbfrow,path,column,value,reason,vi,en")
    assert "Tệp rỗng" in text.decode("utf-8-sig")


def test_search_has_its_keys(site):
    answer = site.json("search", "Nguyễn Văn Bình")
    assert set(answer) == {"total", "hits", "facets"}
    assert set(answer["facets"]) == {"unit", "doc_type", "year", "validity"}
    assert [set(hit) for hit in answer["hits"]] == [HIT]


def test_show_has_its_keys(site):
    [hit] = site.json("search", "Nguyễn Văn Bình")["hits"]
    record = site.json("show", hit["record"])
    assert set(record) == RECORD
    assert set(record["validity"]) == {"kind", "from", "to", "status", "on"}
    assert set(record["fields"]) == FIELDS
    assert all(
        set(field) == {"value", "confidence", "page", "box", "origin"} for field in record["fields"].values()
    )
    assert record["fields"]["valid_until"] == dict.fromkeys(("value", "confidence", "page", "box", "origin"))
    [conflict] = record["conflicts"]
    assert set(conflict) == {"name", "shown", "other", "origin", "page", "box"}
    assert {"number", "width", "height", "status", "reason", "confidence", "text"} == set(record["pages"][0])
    assert {"path", "sha256", "media_type", "page_from", "page_to"} == set(record["parts"][0])


def test_status_has_its_keys(khoso, scans, draw):
    khoso.take_in(draw(scans / "a.png", ["MỘT"]))
    status = khoso.json("status")
    assert set(status) == {"lanes", "oldest_waiting_s", "pages_per_min", "dead"}
    assert status["lanes"] == [
        {"unit": "06184", "class": "bulk", "kind": "file", "queued": 1, "running": 0},
        {"unit": "06184", "class": "bulk", "kind": "read", "queued": 1, "running": 0},
    ]


def test_dead_job_is_told_with_its_file_and_reason_and_the_import_exits_with_5(
    khoso, scans, draw, monkeypatch
):
    def fail(*_):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("ingest.reader.Reader.inspect", fail)
    account = khoso.take_in(draw(scans / "a.png", ["MỘT"]), code=5)
    assert (account["waiting"], account["stuck"]) == (1, 1)
    [dead] = khoso.json("status")["dead"]
    assert set(dead) == {"job", "file", "kind", "reason", "message"}
    assert (dead["file"], dead["kind"], dead["reason"]) == (
        sha256_of(scans / "a.png"),
        "triage",
        "step_failed",
    )
    assert is_message(dead["message"])


@pytest.mark.folder
def test_verify_has_its_keys_and_names_a_changed_original(khoso, scans, draw):
    khoso.take_in(draw(scans / "a.png", ["MỘT"]))
    assert set(khoso.json("verify")) == {"ok", "checked", "anchor", "problems"}
    [[sha256]] = khoso.rows("SELECT sha256 FROM files")
    original = khoso.home / "objects" / "sha256" / sha256[:2] / sha256[2:4] / sha256
    original.chmod(0o600)
    original.write_bytes(b"changed")
    [problem] = khoso.json("verify", code=10)["problems"]
    assert {"kind", "object", "message"} <= set(problem)
    assert (problem["kind"], problem["object"]) == ("object", sha256)
    assert is_message(problem["message"])


def test_progress_has_its_keys_and_its_total_is_the_sum(site):
    report = site.json("report", "progress")
    assert set(report) == {"on", "rows", "total"}
    assert [set(row) for row in report["rows"]] == [PROGRESS]
    assert all(report["total"][name] == report["rows"][0][name] for name in report["total"])
    assert site.json("report", "progress", "--on", "2020-01-01")["rows"] == []


@pytest.mark.parametrize(
    "command",
    [
        "batch show 1",
        "batch list",
        "batch errors 1",
        "batch retry 1",
        "search x",
        "status",
        "verify",
        "reindex",
    ],
)
def test_stdout_of_json_is_one_document_and_nothing_else_is_said_without_a_terminal(site, command):
    done = site.outcome(*command.split(), "--json")
    json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")


def test_command_of_its_own_process_keeps_stdout_and_exit_code(site):
    good, bad = site.call("status", "--json"), site.call("show", "NOBODY", "--json")
    assert (good.returncode, good.stderr, set(json.loads(good.stdout))) == (0, "", set(site.json("status")))
    assert (bad.returncode, bad.stdout) == (2, "")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("import /nowhere --unit 06184", 2),
        ("import . --unit 99999", 2),
        ("import .", 2),
        ("import . --unit 06184 --manifest /nowhere.csv", 2),
        ("show NOBODY", 2),
        ("show NOBODY --pdf /nowhere/a.pdf", 2),
        ("batch show 77", 2),
        ("batch show x", 2),
        ("batch retry 77", 2),
        ("approve", 2),
        ("approve NOBODY", 2),
        ("approve --batch 77", 2),
        ("report progress --on yesterday", 2),
        ("search ...", 2),
        ("nonsense", 2),
    ],
)
def test_error_is_one_line_that_names_what_is_wrong(site, command, code):
    done = site.outcome(*command.split())
    assert (done.returncode, done.stdout) == (code, "")
    assert re.fullmatch(r"khoso: \S.{10,}\n", done.stderr), done.stderr


def test_original_that_cannot_be_written_is_one_line(site, tmp_path):
    [hit] = site.json("search", "Nguyễn Văn Bình")["hits"]
    done = site.outcome("show", hit["record"], "--original", tmp_path / "no such folder" / "a.png")
    assert done.returncode == 2
    assert re.fullmatch(r"khoso: .+\n", done.stderr), done.stderr


@pytest.mark.sqlite  # elsewhere there is another site: the database is not under its home
def test_site_that_was_never_made_says_to_run_init(khoso):
    khoso.settings["KHOSO_HOME"] = str(khoso.home / "elsewhere")
    done = khoso.outcome("status")
    assert (done.returncode, done.stdout) == (2, "")
    assert "khoso init" in done.stderr
    assert not (khoso.home / "elsewhere").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("KHOSO_LEASE_SECONDS", "soon"), ("KHOSO_DATABASE_URL", "nonsense"), ("KHOSO_STORE_URL", "ftp://x"),
     ("KHOSO_INDEX_URL", "tantivy://host/x")],
)  # fmt: skip
def test_wrong_setting_is_named(khoso, name, value):
    khoso.settings[name] = value
    done = khoso.outcome("status")
    assert done.returncode == 2
    assert re.fullmatch(rf"khoso: .*{name}.*\n", done.stderr), done.stderr


def test_approving_what_was_not_read_is_a_conflict(khoso, scans, draw):
    account = khoso.take_in(draw(scans / "a.png", ["MỘT"]))
    [record] = account["items"][0]["records"]
    khoso.run("approve", record, code=4)
    assert khoso.json("show", record)["state"] == "registered"
