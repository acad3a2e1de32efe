"""An operator makes accounts: one by one, from a list with mistakes in it, first codes on paper; and programs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import pytest
import xlsxwriter

from warehouse.accounts.rules import Rules
from warehouse.accounts.sessions import find_session
from warehouse.accounts.signing_in import sign_in
from warehouse.database import Database
from warehouse.errors import Unauthenticated

CODE = re.compile(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}")
HEADER = "Tên đăng nhập,Họ và tên,Mã đơn vị,Vai trò,Lĩnh vực,Loại hạn chế,Từ ngày,Đến ngày"
GOOD = (
    "lan,Hoàng Thị Lan,06184,clerk,,,,",
    "minh,Nông Văn Minh,6184,Công chức duyệt,Hộ tịch; Đất đai,Nuôi con nuôi,01/01/2026,31/12/2030",
    "minh,Nông Văn Minh,06220,lãnh đạo,,,,",
)
BAD = {
    "lan,Lê Thị Lan,06184,clerk,,,,": "login_of_another",
    "hoa,Vi Thị Hoa,99999,clerk,,,,": "unknown_unit",
    "hoa,Vi Thị Hoa,06184,thủ kho,,,,": "unknown_role",
    ",Vi Thị Hoa,06184,clerk,,,,": "people_value_missing",
    "hoa,Vi Thị Hoa,06184,clerk,Phép thuật,,,": "unknown_field_of_activity",
    "hoa,Vi Thị Hoa,06184,clerk,,Bí mật,,": "unknown_class",
    "hoa,Vi Thị Hoa,06184,clerk,,,hôm nay,": "people_bad_day",
    "hoa,Vi Thị Hoa,06184,clerk,,,2026-02-01,2026-01-01": "post_ends_before",
    "hoa!,Vi Thị Hoa,06184,clerk,,,,": "bad_name",
}


@contextmanager
def database(khoso) -> Iterator[Database]:
    opened = Database(khoso.settings.get("KHOSO_DATABASE_URL", f"sqlite:///{khoso.home}/khoso.db"))
    yield opened
    opened.close()


def stage(khoso, login: str, password: str) -> str:
    """What is asked of who signs in so."""
    with database(khoso) as opened:
        token = sign_in(opened, Rules(), login, password, "")
        with opened.read() as connection:
            return find_session(connection, token).stage


def codes_on(slips: Path) -> dict[str, str]:
    """What the slips say: login and code."""
    with pypdfium2.PdfDocument(slips) as document:
        text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    logins = re.findall(r"Tên đăng nhập: (\S+)", text)
    return dict(zip(logins, CODE.findall(text), strict=True))


def add(khoso, *more: object) -> str:
    given = ("--name", "Hoàng Thị Lan", "--unit", "06184", "--role", "clerk")
    return khoso.run("user", "add", "lan", *given, *more)


def test_account_opens_with_the_code_that_was_printed_and_no_other(khoso):
    [code] = CODE.findall(add(khoso))
    assert stage(khoso, "lan", code) == "password_change"
    assert khoso.deeds("add_user") == khoso.deeds("assign") == ["user:lan"]
    [again] = CODE.findall(khoso.run("user", "reset", "lan"))
    assert again != code
    with pytest.raises(Unauthenticated):
        stage(khoso, "lan", code)
    assert stage(khoso, "lan", again) == "password_change"


def test_disabled_account_is_shut_until_it_is_enabled(khoso):
    [code] = CODE.findall(add(khoso))
    khoso.run("user", "disable", "lan")
    with pytest.raises(Unauthenticated):
        stage(khoso, "lan", code)
    khoso.run("user", "enable", "lan")
    stage(khoso, "lan", code)


def test_posts_are_given_listed_and_ended(khoso):
    add(khoso)
    khoso.run("user", "assign", "lan", "--unit", "06220", "--role", "officer", "--class", "adoption")
    khoso.run("user", "unassign", "lan", 1, "--to", "2030-01-31")
    [user] = khoso.json("user", "list", "--unit", "06220")["users"]
    first, second = user["posts"]
    assert (first["valid_to"], second["role"], "adoption" in second["classes"]) == (
        "2030-01-31",
        "officer",
        True,
    )
    assert "Hoàng Thị Lan" in khoso.run("user", "list")
    khoso.run("user", "unassign", "lan", 7, code=2)
    khoso.run("user", "assign", "nobody", "--unit", "06220", "--role", "officer", code=2)


def test_list_makes_accounts_and_names_its_mistakes(khoso, listed, tmp_path):
    path, slips = listed("DANH SÁCH CÁN BỘ", HEADER, *GOOD, *BAD), tmp_path / "slips.pdf"
    loaded = khoso.json("user", "load", path, "--slips", slips, code=3)
    assert [loaded[name] for name in ("rows", "new", "assigned", "unchanged", "bad")] == [12, 2, 1, 0, 9]
    told = {row["row"]: row for row in loaded["people"]}
    assert [told[number]["reason"] for number in range(6, 15)] == list(BAD.values())
    assert told[7]["values"] == {"login": "hoa", "full_name": "Vi Thị Hoa", "unit": "99999", "role": "clerk"}
    codes = codes_on(slips)
    assert set(codes) == {"lan", "minh"}
    assert stage(khoso, "minh", codes["minh"]) == "password_change"
    minh = khoso.json("user", "list")["users"][1]
    assert [post["unit"] for post in minh["posts"]] == ["06184", "06220"]
    assert minh["posts"][0]["fields"] == ["civil_status", "land"]
    assert "adoption" in minh["posts"][0]["classes"]


def test_same_list_again_changes_nothing_and_prints_nothing(khoso, listed, tmp_path):
    path = listed(HEADER, *GOOD)
    khoso.run("user", "load", path, "--slips", tmp_path / "slips.pdf")
    before = khoso.json("user", "list")
    again = khoso.json("user", "load", path, "--slips", tmp_path / "more.pdf")
    assert (again["unchanged"], again["new"], again["assigned"]) == (3, 0, 0)
    assert khoso.json("user", "list") == before
    assert not (tmp_path / "more.pdf").exists()


def test_dry_run_says_the_same_and_keeps_nothing(khoso, listed, tmp_path):
    path = listed(HEADER, *GOOD, *BAD)
    tried = khoso.json("user", "load", path, "--dry-run", code=3)
    assert khoso.json("user", "list") == {"users": []}
    assert khoso.rows("SELECT * FROM audit WHERE entry LIKE '%add_user%'") == []
    assert khoso.json("user", "load", path, "--slips", tmp_path / "slips.pdf", code=3) == tried


def test_workbook_that_lost_the_zeros_of_codes_is_read(khoso, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["login", "full name", "unit", "role"])
        sheet.write_row(1, 0, ["lan", "Hoàng Thị Lan", 6184, "clerk"])
        sheet.write_row(2, 0, ["minh", "Nông Văn Minh", 20, "clerk"])  # not the whole province
    loaded = khoso.json("user", "load", tmp_path / "list.xlsx", "--dry-run", code=3)
    assert [(row["unit"], row["outcome"]) for row in loaded["people"]] == [("06184", "new"), ("00020", "bad")]


@pytest.mark.parametrize("lines", [["họ tên,mã đơn vị", "Lan,06184"], ["", ""]])
def test_file_that_is_no_list_of_people_is_refused(khoso, listed, lines):
    done = khoso.outcome("user", "load", listed(*lines), "--dry-run")
    assert (done.returncode, done.stdout) == (2, "")
    assert "people_no_header" in done.stderr


def test_load_wants_slips_or_a_dry_run_and_codes_are_not_lost_where_slips_cannot_be_written(khoso, listed):
    path = listed(HEADER, *GOOD)
    khoso.run("user", "load", path, code=2)
    khoso.run("user", "load", path, "--slips", "/nowhere/slips.pdf", code=2)
    assert khoso.json("user", "list") == {"users": []}


def test_slip_tells_how_to_sign_in(khoso, tmp_path):
    out = add(khoso, "--slips", tmp_path / "slip.pdf")
    assert not CODE.search(out)
    with pypdfium2.PdfDocument(tmp_path / "slip.pdf") as document:
        text = document[0].get_textpage().get_text_bounded()
    for words in ("Hoàng Thị Lan", "Xã Đồng Đăng", "Tên đăng nhập: lan", "Mã dùng được đến", "mật khẩu"):
        assert words in text
    stage(khoso, "lan", codes_on(tmp_path / "slip.pdf")["lan"])


def test_program_is_let_in_renewed_and_shut_out(khoso):
    token = khoso.run("client", "add", "mot-cua", "--scope", "read", "--unit", "20").strip()
    assert token.startswith("khoso_")
    assert khoso.run("client", "rotate", "mot-cua").strip() != token
    khoso.run("client", "disable", "mot-cua")
    [client] = khoso.json("client", "list")["clients"]
    assert (client["name"], client["state"], client["units"]) == ("mot-cua", "disabled", ["20"])
    khoso.run("client", "rotate", "nobody", code=2)
    khoso.run("client", "add", "mot-cua", "--scope", "read", "--unit", "20", code=4)


def test_accounts_survive_a_backup_but_nobody_stays_signed_in(khoso, tmp_path):
    [code] = CODE.findall(add(khoso))
    stage(khoso, "lan", code)
    khoso.run("backup", "create", tmp_path / "backup")
    [snapshot] = (tmp_path / "backup" / "snapshots").glob("*.db")
    copy = Database(f"sqlite:///{snapshot}")
    with copy.read() as connection:
        assert connection.exec_driver_sql("SELECT login FROM users").all() == [("lan",)]
        assert connection.exec_driver_sql("SELECT * FROM sessions").all() == []
    copy.close()
