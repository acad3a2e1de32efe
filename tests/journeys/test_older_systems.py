"""Records carried over from an older system: their old ids, approvals and missing scans."""

from typing import Any

HEADER = "tên tệp,số ký hiệu,họ tên,source_system,source_id,digitised_on,approved_on,approved_by"


def row(file: str, number: int, old: str, approved: bool = True) -> str:
    approval = "12/05/2021,20/05/2021,Hoàng Minh" if approved else ",,"
    return f"{file},{number}/QĐ-UBND,Lê An,iGate,{old},{approval}"


def test_old_id_finds_the_record(khoso, scans, draw, listed):
    draw(scans / "a.png", ["Lê An"])
    account = khoso.take_in(scans, "--manifest", listed(HEADER, row("a.png", 1, "KQ-17")))
    [record] = account["items"][0]["records"]
    assert khoso.json("show", "iGate:KQ-17")["record"] == record
    assert khoso.found("KQ-17") == [record]
    assert khoso.json("show", record)["fields"]["holder_name"]["origin"] == "legacy"
    khoso.run("show", "iGate:KQ-18", code=2)


def test_row_without_a_file_stays_as_metadata_and_is_counted_apart(khoso, scans, listed):
    account = khoso.take_in(scans, "--manifest", listed(HEADER, row("", 1, "KQ-17")))
    assert (account["files"], account["metadata_only"], account["reading"]["records"]) == (0, 1, 0)
    shown = khoso.json("show", "iGate:KQ-17")
    assert (shown["state"], shown["parts"]) == ("metadata_only", [])
    assert khoso.found("KQ-17") == [shown["record"]]
    report = khoso.json("report", "progress")["total"]
    assert (report["registered"], report["metadata_only"], report["digitised"]) == (0, 1, 0)
    khoso.run("approve", shown["record"], code=4)
    khoso.run("show", shown["record"], "--original", scans / "out", code=4)
    assert khoso.json("verify")["ok"]


def test_scan_that_comes_later_joins_its_metadata(khoso, scans, draw, listed):
    khoso.take_in(scans, "--manifest", listed(HEADER, row("", 1, "KQ-17", approved=False)))
    record = khoso.json("show", "iGate:KQ-17")["record"]
    draw(scans / "a.png", ["Lê An"])
    account = khoso.read(scans, "--manifest", listed(HEADER, row("a.png", 1, "KQ-17", approved=False)))
    assert account["items"][0]["records"] == [record]
    shown = khoso.json("show", record)
    assert shown["state"] in ("ready", "needs_review")
    assert [part["path"] for part in shown["parts"]] == ["a.png"]
    assert khoso.json("verify")["ok"]


def test_same_metadata_again_makes_no_second_record(khoso, scans, listed):
    khoso.take_in(scans, "--manifest", listed(HEADER, row("", 1, "KQ-17")))
    khoso.take_in(scans, "--manifest", listed(HEADER, row("", 2, "KQ-17")))
    assert khoso.rows("SELECT count(*) FROM records") == [(1,)]
    assert khoso.json("show", "iGate:KQ-17")["fields"]["reference_number"]["value"] == "2/QĐ-UBND"


def test_former_approval_stands_with_its_own_day(khoso, scans, draw, listed):
    draw(scans / "a.png", ["Lê An"])
    account = khoso.read(scans, "--manifest", listed(HEADER, row("a.png", 1, "KQ-17")))
    shown = khoso.json("show", account["items"][0]["records"][0])
    assert shown["state"] == "approved"
    assert khoso.rows("SELECT CAST(digitised_on AS TEXT), approved_by FROM records") == [
        ("2021-05-12", "Hoàng Minh")
    ]


def test_former_approval_falls_when_the_scan_says_otherwise(khoso, scans, draw, listed):
    draw(scans / "a.png", ["Số: 15/QĐ-UBND", "Đồng Đăng, ngày 06 tháng 01 năm 2025", "QUYẾT ĐỊNH"])
    account = khoso.read(scans, "--manifest", listed(HEADER, row("a.png", 7, "KQ-17")))
    shown = khoso.json("show", account["items"][0]["records"][0])
    assert "conflict:reference_number" in shown["review"]
    assert shown["state"] == "needs_review"


def test_old_id_of_another_record_is_reported_and_not_taken(khoso, scans, draw, listed):
    draw(scans / "a.png", ["Lê An"])
    draw(scans / "b.png", ["Lê Bảo"])
    rows = listed(HEADER, row("a.png", 1, "KQ-17"), row("b.png", 2, "KQ-17"))
    account: Any = khoso.take_in(scans, "--manifest", rows)
    assert account["stored"] == 2
    assert khoso.rows("SELECT count(*) FROM migrated") == [(1,)]
