"""The audit log over HTTP: auditors of a unit read, take out and check what concerns them; nobody changes it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from ingest.services import SYSTEM
from tests.api.conftest import UNIT, Api, AsUser
from tests.warehouse.audit_rows import add_record
from warehouse.accounts.posts import NewPost, assign
from warehouse.anchoring import write_anchor
from warehouse.audit import write_entry
from warehouse.rights import Actor
from warehouse.sealing import seal_all
from warehouse.trail_check import check_trail
from warehouse.units import unit_in_force

AUDIT = "/api/v1/audit"
OTHER = "06187"


@pytest.fixture
def written(api: Api) -> Api:
    """A record of each of two units; looks at them."""
    with api.services.database.write() as connection:
        for code, record in ((UNIT, "OURS"), (OTHER, "THEIRS")):
            unit = unit_in_force(connection, code).id
            add_record(connection, record, unit)
            write_entry(connection, Actor(f"user:{code}", unit_id=unit), "view", record, revision=1)
        write_entry(connection, Actor(f"user:{OTHER}", unit_id=unit), "download", "OURS")
    return api


def told(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    return [(item["who"], item["subject"]) for item in items if item["action"] != "audit"]


def test_an_auditor_reads_what_his_unit_did_and_what_was_done_to_its_records(
    written: Api, as_user: AsUser
) -> None:
    auditor = as_user("auditor")
    assert told(auditor.get(AUDIT)) == [(f"user:{OTHER}", "OURS"), (f"user:{UNIT}", "OURS")]
    assert told(auditor.get(AUDIT, params={"subject": "THEIRS"})) == []
    assert told(auditor.get(AUDIT, params={"action": "view", "since": "2020-01-01T00:00:00Z"})) == [
        (f"user:{UNIT}", "OURS")
    ]


def test_an_auditor_of_two_units_reads_entries_of_both_each_with_the_code_of_its_unit(
    written: Api, as_user: AsUser
) -> None:
    before, auditor = datetime.now(UTC), as_user("auditor")
    with written.services.database.write() as connection:
        assign(connection, SYSTEM, "auditor1", NewPost(OTHER, "auditor"))
    items = auditor.get(AUDIT, params={"until": before.isoformat()}).json()["items"]
    assert [(each["subject"], each["unit"]) for each in items] == [
        ("OURS", OTHER),
        ("THEIRS", OTHER),
        ("OURS", UNIT),
    ]


def test_pages_lead_through_all_entries_newest_first(written: Api, as_user: AsUser) -> None:
    auditor = as_user("auditor", unit=UNIT)
    first = auditor.get(AUDIT, params={"limit": 1, "subject": "OURS"})
    second = auditor.get(AUDIT, params={"limit": 1, "subject": "OURS", "cursor": first.json()["next"]})
    assert told(first) + told(second) == [(f"user:{OTHER}", "OURS"), (f"user:{UNIT}", "OURS")]
    assert second.json()["next"] is None


@pytest.mark.parametrize("role", ["clerk", "officer", "manager", "admin", "unit_admin"])
def test_nobody_but_an_auditor_sees_the_log(written: Api, as_user: AsUser, role: Any) -> None:
    client = as_user(role)
    answers = [client.get(AUDIT), client.get(f"{AUDIT}/head"), client.post(f"{AUDIT}/checks")]
    answers.append(client.post(f"{AUDIT}/trails", json={"kind": "record", "name": "OURS"}))
    assert [answer.status_code for answer in answers] == [403] * 4


def test_no_route_changes_or_removes_an_entry(written: Api) -> None:
    paths = written.app.openapi()["paths"]
    methods = {(path, method) for path in paths if path.startswith(AUDIT) for method in paths[path]}
    assert {method for _, method in methods} == {"get", "post"}
    assert {path for path, method in methods if method == "post"} == {f"{AUDIT}/checks", f"{AUDIT}/trails"}


def test_the_head_tells_of_what_waits_and_of_the_last_anchor(
    written: Api, as_user: AsUser, tmp_path: Path
) -> None:
    auditor = as_user("auditor")
    before = auditor.get(f"{AUDIT}/head").json()
    assert (before["seq"], before["anchor"], before["unsealed_s"] < 60) == (0, None, True)
    anchor = write_anchor(written.services.database, Actor("cli:root"), written.services.settings, None)
    after = auditor.get(f"{AUDIT}/head").json()
    assert (after["seq"], after["anchor"]["hash"]) == (anchor.head.seq, anchor.head.hash)


def test_a_check_names_the_first_wrong_entry(written: Api, as_user: AsUser) -> None:
    auditor = as_user("auditor")
    assert auditor.post(f"{AUDIT}/checks").json()["ok"]
    with written.services.database.write() as connection:
        connection.execute(text("UPDATE audit SET entry = replace(entry, 'THEIRS', 'OURS') WHERE seq = 2"))
    found = auditor.post(f"{AUDIT}/checks").json()
    assert (found["ok"], [each["object"] for each in found["problems"]]) == (False, ["entry 2"])


def test_a_check_looks_at_the_newest_entries_only(
    written: Api, as_user: AsUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.audit.NEWEST", 2)
    auditor = as_user("auditor")
    last = seal_all(written.services.database).seq
    found = auditor.post(f"{AUDIT}/checks").json()
    assert (found["ok"], found["entries"], found["begin"]["seq"]) == (True, 2, last - 2)


def test_a_trail_is_taken_out_as_a_file_that_proves_itself(
    written: Api, as_user: AsUser, tmp_path: Path
) -> None:
    answer = as_user("auditor").post(f"{AUDIT}/trails", json={"kind": "record", "name": "OURS"})
    assert answer.headers["content-disposition"] == 'attachment; filename="trail.jsonl"'
    (tmp_path / "trail.jsonl").write_bytes(answer.content)
    checked = check_trail(tmp_path / "trail.jsonl", [])
    assert (checked["ok"], checked["own"]) == (True, 3)
    assert "THEIRS" not in answer.text


def test_sign_ins_and_programs_stand_before_the_auditor_of_their_unit(
    api: Api, as_user: AsUser, as_program: Callable[..., TestClient]
) -> None:
    as_user("clerk").delete("/api/v1/session")
    api.client.post("/api/v1/session", json={"login": "clerk1", "password": "sai mật khẩu"})
    as_program("read").post("/api/v1/search", json={"query": "khai sinh"})
    seen = [(each["who"], each["action"]) for each in as_user("auditor").get("/api/v1/audit").json()["items"]]
    wanted = {("user:clerk1", "sign_in"), ("user:clerk1", "sign_out"), ("client:program1", "search")}
    assert wanted <= set(seen)
    elsewhere = as_user("auditor", unit="24373").get("/api/v1/audit").json()["items"]
    assert not wanted & {(each["who"], each["action"]) for each in elsewhere}
