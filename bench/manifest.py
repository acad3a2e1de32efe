"""Dry-running a list of 100,000 rows: seconds, seconds of CPU, greatest resident size of all processes together.

Run: python -m bench.manifest [ROWS] [--files N]. A list as CSV and as XLSX, against a folder with one scan and
one with N tiny PDFs. A table on stdout, the same figures in bench/out/manifest.json.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pikepdf
import psutil
import xlsxwriter

OUT = Path(__file__).parent / "out" / "manifest.json"
HEADER = ("STT", "Tên tệp", "Số, ký hiệu", "Ngày ban hành", "Cơ quan ban hành", "Loại giấy tờ",
          "Họ tên chủ giấy tờ", "Số định danh", "Ngày sinh", "Hộp số")  # fmt: skip
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vi", "Lương", "Nông", "Lý", "Chu", "Bế", "Đàm", "Hứa")
NAMES = ("An", "Bình", "Chi", "Dũng", "Giang", "Hạnh", "Khánh", "Lan", "Minh", "Nga", "Phú", "Quý", "Sơn")
LOOK_SECONDS = 0.05
LIMIT_SECONDS, LIMIT_MB = 60, 500


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Rows as a commune's list has them, no two alike."""
    for number in range(1, count + 1):
        person = f"{SURNAMES[number % 13]} Văn {NAMES[number // 13 % 13]} {NAMES[number // 169 % 13]}"
        day = f"{number % 28 + 1:02}/{number % 12 + 1:02}/{2000 + number % 20}"
        yield (
            str(number), f"{number:06}.pdf", f"{number}/{2000 + number % 20}", day, "Ủy ban nhân dân xã Đồng Đăng",
            "Giấy khai sinh", person, f"0202{number % 20:02}{number:06}", day, str(number // 500 + 1),
        )  # fmt: skip


def write_lists(folder: Path, count: int) -> list[Path]:
    """The same list as CSV and as XLSX."""
    as_csv, as_xlsx = folder / "list.csv", folder / "list.xlsx"
    with as_csv.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows(count)])
    with xlsxwriter.Workbook(as_xlsx, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([HEADER, *rows(count)]):
            sheet.write_row(number, 0, cells)
    return [as_csv, as_xlsx]


def make_scans(folder: Path, count: int) -> Path:
    """Tiny PDFs of one blank page, no two with the same bytes, named as the list names them."""
    folder.mkdir()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(folder / "000001.pdf")
    one = (folder / "000001.pdf").read_bytes()
    for number in range(2, count + 1):
        (folder / f"{number:06}.pdf").write_bytes(one + b"%% %d\n" % number)
    return folder


def measure(home: Path, scans: Path, listed: Path) -> dict[str, Any]:
    """One dry run as a process of its own, watched from outside."""
    begun, worked = time.perf_counter(), _cpu_of_ended()
    command = [
        sys.executable,
        "-m",
        "cli",
        "import",
        str(scans),
        "--unit",
        "06184",
        "--manifest",
        str(listed),
    ]
    with tempfile.TemporaryFile() as out, subprocess.Popen(
        [*command, "--dry-run", "--json"], stdout=out, env={**os.environ, "KHOSO_HOME": str(home)}
    ) as process:  # fmt: skip
        greatest = 0.0
        while process.poll() is None:
            greatest = max(greatest, _resident_mb(process.pid))
            time.sleep(LOOK_SECONDS)
        seconds = time.perf_counter() - begun
        out.seek(0)
        account = json.load(out)
    return {
        "list": listed.suffix[1:],
        "files": account["files"],
        "problems": len(account["manifest"]),
        "sampled": account["sampled"],
        "seconds": round(seconds, 1),
        "cpu_seconds": round(_cpu_of_ended() - worked, 1),
        "greatest_mb": round(greatest),
        "exit": process.returncode,
    }


def _cpu_of_ended() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _resident_mb(pid: int) -> float:
    """Of the process and all below it; pages that they share are counted for each."""
    total = 0
    with suppress(psutil.Error):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.Error):
                total += process.memory_info().rss
    return total / 1024**2


def main() -> None:
    """Prints a table and writes bench/out/manifest.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=100_000)
    parser.add_argument("--files", type=int, default=0, help="also against so many files")
    asked = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory(prefix="khoso-manifest-") as name:
        folder = Path(name)
        home = folder / "var"
        subprocess.run(
            [sys.executable, "-m", "cli", "init"], env={**os.environ, "KHOSO_HOME": str(home)}, check=True
        )
        lists = write_lists(folder, asked.rows)
        for count in [1, asked.files] if asked.files else [1]:
            scans = make_scans(folder / f"scans{count}", count)
            for listed in lists:
                results.append(measure(home, scans, listed))
                print("  ".join(f"{key} {value}" for key, value in results[-1].items()), flush=True)
    OUT.parent.mkdir(exist_ok=True)
    figures = {"rows": asked.rows, "limit_seconds": LIMIT_SECONDS, "limit_mb": LIMIT_MB, "runs": results}
    OUT.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
