"""A list that slipped by a row: seen on a sample before anything is written, and before anything is approved."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

PEOPLE = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Chi", "Phạm Đức Dũng", "Vi Thị Giang", "Lương Văn Hạnh")

Write = Callable[..., Path]


@pytest.fixture
def births(scans: Path, draw: Any) -> Path:
    """Six birth certificates, 1.png to 6.png."""
    for number, name in enumerate(PEOPLE, 1):
        draw(scans / f"{number}.png", ["GIẤY KHAI SINH", f"Số: {number}/2019", f"Họ, chữ đệm, tên: {name}"])
    return scans


@pytest.fixture
def people_listed(listed: Write) -> Write:
    """Writes a list that gives the files these names in their order."""

    def write(names: Sequence[str]) -> Path:
        return listed("tên tệp,họ tên", *(f"{number}.png,{name}" for number, name in enumerate(names, 1)))

    return write


SHIFTED = (*PEOPLE[-1:], *PEOPLE[:-1])


def test_dry_run_says_of_a_sample_that_the_list_is_shifted_and_writes_nothing(khoso, births, people_listed):
    account = khoso.take_in(births, "--manifest", people_listed(SHIFTED), "--dry-run", "--sample", 4)
    assert account["sampled"] == 4
    assert (account["suspect"]["best_shift"], account["suspect"]["agreeing_at_shift"]) == (1, 3)
    assert khoso.rows("SELECT count(*) FROM batches") == [(0,)]
    told = khoso.run("import", births, "--unit", "06184", "--manifest", people_listed(SHIFTED), "--dry-run")
    assert "lệch dòng" in told


def test_dry_run_of_a_list_that_fits_finds_nothing_odd_and_reads_nothing_if_told_so(
    khoso, births, people_listed
):
    account = khoso.take_in(births, "--manifest", people_listed(PEOPLE), "--dry-run")
    assert (account["sampled"], account["suspect"]) == (6, None)
    account = khoso.take_in(births, "--manifest", people_listed(SHIFTED), "--dry-run", "--sample", 0)
    assert (account["sampled"], account["suspect"]) == (0, None)


def test_a_suspect_batch_is_approved_in_bulk_only_after_a_person_confirmed_it(khoso, births, people_listed):
    batch = khoso.take_in(births, "--manifest", people_listed(SHIFTED))["batch"]
    assert khoso.json("batch", "show", batch)["suspect"] is None  # nothing is read yet
    khoso.work()
    account = khoso.json("batch", "show", batch)
    assert (account["suspect"]["readable"], account["suspect"]["best_shift"]) == (6, 1)
    refused = khoso.outcome("approve", "--batch", batch)
    assert refused.returncode == 4
    assert f"khoso batch confirm {batch}" in refused.stderr
    [record] = account["items"][0]["records"]
    assert khoso.json("approve", record) == {"approved": 1}
    khoso.run("batch", "confirm", batch, "--note", "đã so với sổ gốc, danh mục đúng")
    assert khoso.json("approve", "--batch", batch)["approved"] == 0  # each still awaits its review
    assert khoso.rows("SELECT confirm_note FROM batches") == [("đã so với sổ gốc, danh mục đúng",)]


def test_a_list_that_fits_needs_no_confirmation(khoso, births, people_listed):
    batch = khoso.read(births, "--manifest", people_listed(PEOPLE))["batch"]
    assert khoso.json("batch", "show", batch)["suspect"] is None
    khoso.json("approve", "--batch", batch)
    assert khoso.outcome("batch", "confirm", batch, "--note", "không cần").returncode == 4
