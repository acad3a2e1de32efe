"""Papers with a secrecy mark: set apart, found by nobody, shown to nobody, until a person says otherwise."""

import pytest


@pytest.fixture
def secret(khoso, scans, draw, listed):
    """A paper that its list calls secret."""
    draw(scans / "a.png", ["Lê An"])
    account = khoso.read(scans, "--manifest", listed("tên tệp,họ tên,độ mật", "a.png,Lê An,Tối mật"))
    assert (account["stored"], account["quarantined"]) == (1, 1)
    [record] = account["items"][0]["records"]
    return record


def test_paper_its_list_calls_secret_is_neither_read_nor_found(khoso, secret):
    shown = khoso.json("show", secret)
    assert (shown["state"], shown["secrecy"]) == ("quarantined", "toi_mat")
    assert (shown["pages"], shown["parties"], shown["fields"]["holder_name"]["value"]) == ([], [], None)
    assert khoso.rows("SELECT count(*) FROM pages") == [(0,)]
    assert khoso.found("Lê An") == []
    assert khoso.json("verify")["ok"]


@pytest.mark.parametrize("way", ["--original", "--pdf", "--text"])
def test_nothing_of_it_is_shown(khoso, secret, tmp_path, way):
    out = [] if way == "--text" else [tmp_path / "out"]
    khoso.run("show", secret, way, *out, code=6)
    assert not (tmp_path / "out").exists()


def test_it_cannot_be_approved(khoso, secret):
    khoso.run("approve", secret, code=4)
    assert [one["record"] for one in khoso.json("quarantine", "list")["records"]] == [secret]


def test_person_who_has_the_paper_lifts_it_and_it_is_read(khoso, secret):
    assert [one["record"] for one in khoso.json("quarantine", "list")["records"]] == [secret]
    khoso.run("quarantine", "lift", secret, "--reason", "nhập nhầm cột")
    khoso.work()
    shown = khoso.json("show", secret)
    assert shown["state"] in ("ready", "needs_review")
    assert [page["text"] for page in shown["pages"]] == ["Lê An"]
    assert khoso.found("Lê An") == [secret]
    khoso.run("quarantine", "lift", secret, "--reason", "lần nữa", code=4)
    assert khoso.json("verify")["ok"]


def test_list_that_comes_later_sets_apart_what_was_found_before(khoso, scans, draw, listed):
    draw(scans / "a.png", ["Lê An"])
    [item] = khoso.read(scans)["items"]
    khoso.run("approve", *item["records"])
    assert khoso.found("Lê An") == item["records"]
    khoso.take_in(scans, "--manifest", listed("tên tệp,họ tên,độ mật", "a.png,Lê An,Mật"))
    assert khoso.json("show", *item["records"])["state"] == "quarantined"
    assert khoso.found("Lê An") == []


def test_whole_batch_can_be_called_secret(khoso, scans, draw):
    draw(scans / "a.png", ["Lê An"])
    assert khoso.read(scans, "--set", "secrecy=mật")["quarantined"] == 1


def test_other_papers_of_the_same_file_are_read(khoso, scans, draw, listed):
    draw(scans / "a.pdf", ["Trang một"], ["Trang hai"])
    rows = listed("tên tệp,trang,độ mật", "a.pdf,1,Mật", "a.pdf,2,")
    account = khoso.read(scans, "--manifest", rows)
    first, second = account["items"][0]["records"]
    assert [page["text"] for page in khoso.json("show", second)["pages"]] == ["Trang hai"]
    assert khoso.json("show", first)["state"] == "quarantined"
    assert khoso.found("Trang") == [second]
