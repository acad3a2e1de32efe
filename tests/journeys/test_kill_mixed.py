"""The same over batches of every kind: lists that join and divide files, stacks with separators, a ZIP, refusals."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import xlsxwriter

from tests.journeys.killing import Crew

KILLS = 3  # of each kind
SEED = 20_251_122
STACKS = 3


@pytest.fixture
def listed_folder(tmp_path: Path, draw: Any) -> Path:
    """Papers alone, over two files and two in one file; two refused files; one row of an older system."""
    folder = tmp_path / "listed"
    folder.mkdir()
    rows = [("tên tệp", "trang", "họ tên", "source_system", "source_id")]
    for number in range(6):
        draw(folder / f"one{number}.png", [f"Giấy đơn {number}"])
        rows.append((f"one{number}.png", "", f"Lê Đơn {number}", "", ""))
    for number in range(3):
        for side in "ab":
            draw(folder / f"two{number}{side}.png", [f"Giấy đôi {number}{side}"])
        rows.append((f"two{number}b.png; two{number}a.png", "", f"Lê Đôi {number}", "", ""))
    draw(folder / "both.pdf", *[[f"Trang chung {page}"] for page in range(4)])
    rows += [("both.pdf", "1-2", "Lê Trước", "", ""), ("both.pdf", "3-4", "Lê Sau", "", "")]
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "note.txt").write_text("không phải bản quét", encoding="utf-8")
    rows.append(("", "", "Lê Cũ", "iGate", "KQ-17"))
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        sheet = book.add_worksheet()
        for place, cells in enumerate(rows):
            sheet.write_row(place, 0, cells)
    return folder


@pytest.fixture
def stacks(tmp_path: Path, draw: Any, khoso: Any) -> Path:
    """Files of three papers each, with a printed separator before each paper."""
    folder = tmp_path / "stacks"
    folder.mkdir()
    khoso.run("separator", "--out", tmp_path / "separator.pdf")
    for stack in range(STACKS):
        with pikepdf.new() as whole, pikepdf.open(tmp_path / "separator.pdf") as separator:
            for paper in range(3):
                pages = [[f"Tập {stack} giấy {paper} trang {page}"] for page in range(2)]
                drawn = draw(tmp_path / f"{stack}-{paper}.pdf", *pages)
                whole.pages.extend(separator.pages)
                with pikepdf.open(drawn) as scan:
                    whole.pages.extend(scan.pages)
            whole.save(folder / f"stack{stack}.pdf")
    return folder


@pytest.fixture
def packed(tmp_path: Path, draw: Callable[..., Path]) -> Path:
    """A ZIP of four files of four pages each, and a ZIP inside it."""
    folder = tmp_path / "packed"
    folder.mkdir()
    for number in range(4):
        draw(folder / f"{number}.pdf", *[[f"Gói {number} trang {page}"] for page in range(4)])
    shutil.make_archive(str(folder / "inside"), "zip", folder)
    return Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))


@pytest.mark.slow
def test_batches_of_every_kind_survive_kills_with_exact_accounts(khoso, listed_folder, stacks, packed):
    khoso.settings["KHOSO_LEASE_SECONDS"] = "2"
    imports = {
        "06184": (listed_folder, "--manifest", listed_folder.parent / "list.xlsx"),
        "24373": (stacks, "--split", "separator"),
        "22924": (packed, "--split", "every=2"),
    }
    Crew(khoso, imports, {0, 3}, KILLS).run(SEED)
    for unit, arguments in imports.items():
        khoso.take_in(*arguments, "--wait", unit=unit, code=0 if unit == "24373" else 3)

    assert khoso.json("verify")["problems"] == []
    assert khoso.rows("SELECT count(*) FROM jobs UNION ALL SELECT count(*) FROM outbox") == [(0,), (0,)]
    per_unit = khoso.rows(
        "SELECT code, count(*) FROM records JOIN units ON units.id = custodian_id GROUP BY code ORDER BY code"
    )
    assert per_unit == [("06184", 6 + 3 + 2 + 1), ("22924", 4 * 2), ("24373", STACKS * 3)]
    assert khoso.rows("SELECT count(*) FROM records WHERE work = 'metadata_only'") == [(1,)]
    assert khoso.rows(
        "SELECT left_out, count(*) FROM pages WHERE left_out IS NOT NULL GROUP BY left_out"
    ) == [("separator", STACKS * 3)]
    pages = "SELECT count(*), count(DISTINCT file_id * 100 + number) FROM pages"
    [(kept, distinct)] = khoso.rows(pages)
    assert (kept, distinct) == (12 + 4 + STACKS * 9 + 16, kept)
    assert khoso.rows("SELECT count(*) FROM pages WHERE status = 'failed'") == [(0,)]
    for words in ("Giấy đôi 1a", "Trang chung 3", "Tập 2 giấy 1 trang 1", "Gói 3 trang 2", "Lê Cũ"):
        assert len(khoso.found(f'"{words}"')) == 1, words
