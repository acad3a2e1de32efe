"""A day at an office, role by role, over `khoso serve`."""

import json
import subprocess
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.journeys.conftest import UNIT, Khoso
from tests.journeys.office import CODE, PASSWORD, V1, Office, Person
from tests.journeys.workers import kill_all_of

OTHER, PROVINCE = "06187", "20"
HEAD = ("ỦY BAN NHÂN DÂN XÃ ĐỒNG ĐĂNG", "Đồng Đăng, ngày 06 tháng 01 năm 2025", "QUYẾT ĐỊNH")
PURPOSE = {"X-Purpose": quote("Tiếp nhận hồ sơ của công dân")}


@pytest.fixture(scope="module")
def office(shared: Khoso) -> Iterator[Office]:
    """One served site for all of them; what is queued they work off themselves."""
    process: subprocess.Popen[str] = shared.start("serve", "--port", 0, "--workers", 1, "--readers", 0)
    assert process.stdout
    told = process.stdout.readline()
    yield Office(shared, told[told.index("http") :].split()[0])
    kill_all_of(process)
    process.communicate()


@pytest.fixture(scope="module")
def people(office: Office) -> Callable[[str], Person]:
    """Somebody of each role, hired when first asked for."""
    hired: dict[str, Person] = {}

    def of(role: str) -> Person:
        if role not in hired:
            unit = PROVINCE if role == "admin" else UNIT
            hired[role] = office.hire(role.replace("_", ""), role, unit)
        return hired[role]

    return of


@pytest.fixture
def number(request: pytest.FixtureRequest) -> int:
    """Of a test's own paper and of its holder."""
    return int.from_bytes(sha256(request.node.name.encode()).digest()[:2])


@pytest.fixture
def paper(
    office: Office,
    scans: Path,
    listed: Callable[..., Path],
    draw: Callable[..., Path],
    number: int,
) -> str:
    """A record that a clerk imported with its list and that was read; each test has a paper of its own."""
    draw(scans / f"{number}.png", [*HEAD, f"Số: {number}/QĐ-UBND", "Ông Nguyễn Văn Bình"])
    path = listed(
        "Tên tệp,Loại văn bản,Số ký hiệu,Ngày ban hành,Họ tên,Số định danh,Ngày sinh",
        f"{number}.png,Quyết định,{number}/QĐ-UBND,06/01/2025,Nguyễn Văn Bình,0200900{number:05},02/03/1990",
    )
    account = office.khoso.read(scans, "--manifest", path)
    return str(account["items"][0]["records"][0])


def test_a_clerk_finds_corrects_and_confirms_a_paper_and_scans_a_returned_one_again(
    office: Office, people: Callable[[str], Person], paper: str, draw: Callable[..., Path], tmp_path: Path
) -> None:
    clerk, officer = people("clerk"), people("officer")
    assert clerk.stages == ["password_change", "full"]
    assert paper in [item["record"] for item in clerk.get("/records", params={"unit": UNIT})["items"]]
    said = {"values": ["Nguyễn Văn Bính"], "reason": "Đọc nhầm dấu."}
    clerk.change(paper, "fields/holder_name/correct", said)
    clerk.change(paper, "fields/reference_number/confirm")
    assert clerk.get(f"/records/{paper}")["fields"]["holder_name"]["value"] == "Nguyễn Văn Bính"
    clerk.change(paper, "approve", status=403)
    officer.change(paper, "return", {"reason": "Trang mờ.", "pages": [1]})
    assert paper in [
        item["record"] for item in clerk.get("/records", params={"state": "returned", "mine": True})["items"]
    ]
    again = draw(tmp_path / "lại.png", [*HEAD, "Số: 77/QĐ-UBND", "Bà Lương Thị Hạnh"]).read_bytes()
    etag = clerk.ask("GET", f"/records/{paper}").headers["ETag"]
    headers = {"If-Match": etag, "Content-Type": "image/png"}
    clerk.ask("PUT", f"/records/{paper}/scan?filename=lại.png", 202, content=again, headers=headers)
    office.work()
    shown = clerk.get(f"/records/{paper}")
    assert shown["state"] in ("needs_review", "ready")
    assert shown["fields"]["holder_name"]["value"] == "Nguyễn Văn Bính"  # a person's word stands
    assert clerk.ask("GET", f"/records/{paper}/original").content == again
    assert len(clerk.get(f"/records/{paper}/scans")["former"]) == 1


def test_an_officer_reviews_approves_and_serves_the_citizen_at_the_desk(
    people: Callable[[str], Person], paper: str, number: int
) -> None:
    officer = people("officer")
    assert officer.stages == ["password_change", "totp", "full"]
    picture = officer.ask("GET", f"/records/{paper}/pages/1/image")
    assert picture.headers["Content-Type"] == "image/webp"
    words = officer.get(f"/records/{paper}/pages/1/words")["words"]
    assert "Nguyễn" in [word["text"] for word in words]
    assert officer.change(paper, "approve")["state"] == "approved"
    card = f"0200900{number:05}|083456789|Nguyễn Văn Bình|02031990|Nam|Thôn Nà Lùng|25042021"
    found = officer.post("/persons/search", {"line": card}, headers=PURPOSE)
    [person] = found["persons"]
    assert person["name"] == "Nguyễn Văn Bình"
    assert paper in [each["record"] for each in person["papers"]]
    assert f"0200900{number:05}" not in json.dumps(found)
    printed = officer.ask("GET", f"/records/{paper}/pdf")
    assert printed.content.startswith(b"%PDF-")
    revoked = {"ended_on": "2026-10-01", "decision_number": "12/QĐ-UBND", "reason": "Cấp sai."}
    assert officer.change(paper, "revoke", revoked)["ended_how"] == "revoked"
    assert officer.get(f"/records/{paper}")["validity"]["status"] == "ended"


def test_a_manager_sees_figures_and_no_content(people: Callable[[str], Person], paper: str) -> None:
    manager = people("manager")
    [row] = manager.get("/reports/progress")["rows"]
    assert (row["unit"], row["registered"] >= 1) == (UNIT, True)
    for path in ("", "/original", "/pages/1/image", "/history"):
        manager.get(f"/records/{paper}{path}", 404)
    assert manager.get("/records", 403)["reason"] == "no_right"
    manager.get("/audit", 403)


def test_an_auditor_follows_one_paper_and_takes_the_proof_along(
    office: Office, people: Callable[[str], Person], paper: str, tmp_path: Path
) -> None:
    clerk, auditor = people("clerk"), people("auditor")
    clerk.ask("GET", f"/records/{paper}/original")
    auditor.get(f"/records/{paper}", 404)
    entries = auditor.get("/audit", params={"subject": paper})["items"]
    [download] = [entry for entry in entries if entry["action"] == "download"]
    assert (download["who"], len(download["version"])) == ("user:clerk", 64)
    assert auditor.post("/audit/checks")["ok"]
    trail = tmp_path / "trail.jsonl"
    trail.write_bytes(auditor.ask("POST", "/audit/trails", json={"kind": "record", "name": paper}).content)
    office.khoso.run("audit", "check", trail)
    trail.write_text(trail.read_text(encoding="utf-8").replace("user:clerk", "user:nobody"), encoding="utf-8")
    assert office.khoso.outcome("audit", "check", trail).returncode != 0


def test_a_unit_administrator_lets_a_colleague_in_and_reads_nothing(
    office: Office, people: Callable[[str], Person], paper: str
) -> None:
    admin = people("unit_admin")
    body = {"login": "hoa", "full_name": "Vi Thị Hoa", "post": {"unit": UNIT, "role": "officer"}}
    made = admin.post("/users", body, 201)
    [code] = CODE.findall(json.dumps(made))
    hoa = office.newcomer("hoa")
    hoa.enter(code)
    assert hoa.stages == ["password_change", "totp", "full"]
    assert hoa.get("/me")["who"] == "user:hoa"
    hoa.enter(PASSWORD)  # with a recovery code in the telephone's stead
    hoa.get(f"/records/{paper}")
    admin.get(f"/records/{paper}", 404)
    admin.post("/users", {**body, "login": "xa", "post": {"unit": OTHER, "role": "clerk"}}, 403)
    admin.ask("PUT", "/users/hoa/state", json={"state": "disabled"})
    hoa.get("/me", 401)


def test_a_program_asks_by_its_token_within_its_scopes_and_units(
    office: Office, people: Callable[[str], Person], paper: str
) -> None:
    admin = people("admin")
    body = {"name": "mot-cua", "scopes": ["read", "find_person"], "units": [UNIT]}
    token = admin.post("/clients", body, 201)["token"]
    program = office.program(token)
    assert program.get(f"/records/{paper}")["record"] == paper
    seen = program.ask("GET", f"/records/{paper}").headers["ETag"]
    deed = {"reason": "x"}
    program.post(f"/records/{paper}/hide", deed, 403, headers={"If-Match": seen})
    elsewhere = admin.post("/clients", {**body, "name": "xa-khac", "units": [OTHER]}, 201)["token"]
    office.program(elsewhere).get(f"/records/{paper}", 404)
    admin.ask("DELETE", "/clients/mot-cua")
    program.get("/me", 401)
    assert office.newcomer("").http.get(f"{V1}/records/{paper}").status_code == 401
