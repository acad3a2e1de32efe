"""What folders and batches say: patterns of paths, values of a batch, places in the archive, registers."""

import shutil
from typing import Any

import pytest


def field_of(khoso: Any, record: str, name: str) -> tuple[Any, Any]:
    shown = khoso.json("show", record)["fields"][name]
    return shown["value"], shown["origin"]


def only_record(account: Any) -> str:
    [item] = account["items"]
    [record] = item["records"]
    return str(record)


@pytest.fixture
def shelved(scans: Any, draw: Any) -> Any:
    """One paper in folders that say where it lies."""
    (scans / "2019" / "H12" / "C3").mkdir(parents=True)
    draw(scans / "2019" / "H12" / "C3" / "giấy.png", ["Lê An"])
    return scans


def test_folders_tell_year_box_and_folder(khoso, shelved):
    record = only_record(khoso.take_in(shelved, "--path-pattern", "{year}/{box}/{folder}/{file}"))
    assert field_of(khoso, record, "issued_on") == ("2019", "path")
    location = khoso.json("show", record)["location"]
    assert (location["box"], location["folder"]) == ("H12", "C3")


def test_what_is_true_of_every_paper_is_told_once(khoso, shelved):
    settings = ("--set", "type=Giấy khai sinh", "--set", "issuer=UBND xã Đồng Đăng", "--set", "fonds=P1")
    record = only_record(khoso.take_in(shelved, *settings))
    assert field_of(khoso, record, "doc_type") == ("Giấy khai sinh", "batch_default")
    assert field_of(khoso, record, "issuing_agency") == ("UBND xã Đồng Đăng", "batch_default")
    assert khoso.json("show", record)["location"]["fonds"] == "P1"


def test_place_in_the_archive_can_be_searched(khoso, shelved):
    record = only_record(khoso.take_in(shelved, "--path-pattern", "{year}/{box}/{folder}/{file}"))
    assert khoso.found("", "--at", "box=h12") == [record]
    assert khoso.found("", "--at", "box=h12", "--at", "folder=C4") == []
    assert khoso.found("H12") == [record]


def test_path_beside_the_pattern_is_told_and_its_file_is_taken(khoso, shelved):
    account = khoso.take_in(shelved, "--path-pattern", "{year}/{file}")
    assert account["stored"] == 1
    assert [(p["reason"], p["path"], p["warning"]) for p in account["manifest"]] == [
        ("path_not_matched", "2019/H12/C3/giấy.png", True)
    ]


def test_list_comes_before_path_and_path_before_batch(khoso, shelved, listed):
    rows = listed("tên tệp,số ký hiệu,ngày ban hành", "giấy.png,12/QĐ-UBND,05/03/2018")
    more = ("--path-pattern", "{year}/{box}/{folder}/{file}", "--set", "number=7/QĐ-UBND", "--set", "box=H1")
    record = only_record(khoso.take_in(shelved, "--manifest", rows, *more))
    assert field_of(khoso, record, "reference_number") == ("12/QĐ-UBND", "manifest")
    assert field_of(khoso, record, "issued_on") == ("2018-03-05", "manifest")
    assert khoso.json("show", record)["location"]["box"] == "H12"


@pytest.mark.parametrize(
    "option",
    [
        ("--path-pattern", "{năm}/{file}"),
        ("--path-pattern", "{box}/{box}/{file}"),
        ("--path-pattern", "{size}/{file}"),
        ("--set", "colour=red"),
        ("--set", "type="),
        ("--set", "date=31/02/2020"),
        ("--set", "secrecy=rất mật"),
    ],
)
def test_wrong_pattern_or_value_is_refused_before_anything_is_taken(khoso, shelved, option):
    khoso.run("import", shelved, "--unit", "06184", *option, code=2)
    assert khoso.json("batch", "list")["batches"] == []


def test_register_is_told_by_the_names_of_its_files(khoso, scans, draw):
    draw(scans / "KS.2019.01.012.png", ["Lê An"])
    account = khoso.take_in(scans, "--path-pattern", "{register_kind}.{year}.{book}.{entry}")
    record = only_record(account)
    names = ("register_kind", "register_year", "register_book", "register_entry")
    assert [field_of(khoso, record, name)[0] for name in names] == ["KS", "2019", "01", "012"]
    assert khoso.found("KS 2019 01 012") == [record]


def test_entry_of_a_book_is_given_once(khoso, scans, draw, listed):
    for name in ("a", "b", "c"):
        draw(scans / f"{name}.png", [f"Giấy {name}"])
    rows = listed(
        "tên tệp,loại sổ,năm,quyển số,số trong sổ",
        "a.png,Khai sinh,2019,01,12",
        "b.png,Khai sinh,2019,1,012",
        "c.png,Khai sinh,2019,02,12",
    )
    account = khoso.read(scans, "--manifest", rows)
    first, second, third = (item["records"][0] for item in account["items"])
    reviews = [khoso.json("show", record)["review"] for record in (first, second, third)]
    assert f"repeated_number:{first}" in reviews[1]
    assert not any(reason.startswith("repeated_number") for reason in reviews[0] + reviews[2])


def test_other_unit_may_have_the_same_entry_and_neither_hears_of_it(khoso, scans, draw, listed):
    draw(scans / "a.png", ["Giấy a"])
    header = "tên tệp,loại sổ,năm,quyển số,số trong sổ"
    khoso.read(scans, "--manifest", listed(header, "a.png,Khai sinh,2019,01,12"))
    draw(scans / "a.png", ["Giấy b"])
    account = khoso.read(scans, "--manifest", listed(header, "a.png,Khai sinh,2019,01,12"), unit="06385")
    assert "repeated_number" not in str(khoso.json("show", only_record(account))["review"])


def test_paper_over_two_files_is_one_record_in_the_order_of_the_list(khoso, scans, draw, listed):
    draw(scans / "1.png", ["Mặt sau"])
    draw(scans / "2.png", ["Mặt trước"])
    account = khoso.read(scans, "--manifest", listed("tên tệp,họ tên", "2.png; 1.png,Lê An"))
    [records] = {tuple(item["records"]) for item in account["items"]}
    [record] = records
    shown = khoso.json("show", record)
    assert [part["path"] for part in shown["parts"]] == ["2.png", "1.png"]
    assert [page["text"] for page in shown["pages"]] == ["Mặt trước", "Mặt sau"]
    assert shown["fields"]["holder_name"]["value"] == "Lê An"
    again = khoso.take_in(scans, "--manifest", listed("tên tệp,họ tên", "2.png; 1.png,Lê Bảo"))
    assert again["duplicate"] == 2
    assert khoso.json("show", record)["fields"]["holder_name"]["value"] == "Lê Bảo"


def test_paper_whose_second_file_is_refused_waits_for_an_officer(khoso, scans, draw, listed):
    draw(scans / "1.png", ["Mặt trước"])
    (scans / "2.png").write_bytes(b"")
    rows = listed("tên tệp,họ tên", "1.png; 2.png,Lê An")
    account = khoso.read(scans, "--manifest", rows, code=3)
    shown = khoso.json("show", account["items"][0]["records"][0])
    assert "files_missing" in shown["review"]
    draw(scans / "2.png", ["Mặt sau"])
    khoso.read(scans, "--manifest", rows)
    shown = khoso.json("show", account["items"][0]["records"][0])
    assert [page["text"] for page in shown["pages"]] == ["Mặt trước", "Mặt sau"]
    assert "files_missing" not in shown["review"]


def test_register_is_one_zip_with_its_list_inside(khoso, scans, draw, tmp_path):
    draw(scans / "KS.2019.01.012.png", ["Lê An"])
    (scans / "so.csv").write_text(
        "loại sổ,năm,quyển số,số trong sổ,họ tên\nKhai sinh,2019,01,12,Lê An", "utf-8"
    )
    packed = shutil.make_archive(str(tmp_path / "register"), "zip", scans)
    account = khoso.take_in(packed, "--manifest", "so.csv", "--match", "entry")
    assert field_of(khoso, only_record(account), "holder_name") == ("Lê An", "manifest")
    khoso.run("import", packed, "--unit", "06184", "--manifest", "none.csv", code=2)
