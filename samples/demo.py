"""The demo: three communes' scans become records that are found, read, approved and counted (make demo).

What a user does goes through the command line; each step is compared with what is true of the samples.
The site stays in ./var. Exit code 0 only if everything came out as promised.
"""

import hashlib
import tempfile
import time
from pathlib import Path

from samples import commandline as khoso
from samples.comparisons import (
    account_is_right,
    expected_progress,
    found_by_holder,
    found_by_landmark,
    in_review,
    landmarks,
    listed_holders,
    planned_conflicts,
)
from samples.demo_site import new_site
from samples.make import MADE, make
from samples.opened import OpenedSite
from samples.promises import Promises, heading
from samples.truth import COMMUNES
from warehouse.errors import Refused
from warehouse.terminal import progress_bar
from warehouse.text import fold

HOME = Path("var").absolute()
FIRST = COMMUNES[0]
SHOWN = "01-giay-khai-sinh.pdf"
"""A paper of the first commune: the searches look for it, and it is shown."""
LANDMARKS_READ = 0.9
"""Some landmarks have names that reading spells otherwise ("Cư Mlan"), and some scans are bad."""
NEXT = """
  .venv/bin/khoso search "giấy phép xây dựng" --in-force-on 2026-01-01
  .venv/bin/khoso show {record} --pdf {record}.pdf
  .venv/bin/khoso batch errors 2
  .venv/bin/khoso import DIR --unit {unit} --manifest FILE.csv --wait
  .venv/bin/khoso --help"""


def main() -> None:
    """The story, in the order in which communes live it."""
    began = time.monotonic()
    heading("Làm bản quét mẫu", "Make the sample scans")
    make(MADE)
    new_site(HOME)
    site, promises = OpenedSite(), Promises()
    for step in (take_in, find_at_once, read, account, approve, search, show, report, verify):
        step(site, promises)
    promises.settle()
    print(f"  {time.monotonic() - began:.0f} s\n\nLàm gì tiếp / what to type next:", end="")
    print(NEXT.format(record=site.records[SHOWN][0], unit=FIRST.code))


def take_in(site: OpenedSite, promises: Promises) -> None:
    """Import three batches with their lists."""
    heading("Ba xã gửi bản quét kèm danh mục", "Three communes hand in scans with their lists")
    for commune in COMMUNES:
        scans, manifest = (path.relative_to(Path.cwd()) for path in (commune.scans, commune.manifest))
        bad_rows = Refused.exit_code if commune.not_there else 0
        khoso.run(
            "import", str(scans), "--unit", commune.code, "--manifest", str(manifest), expected=bad_rows
        )


def find_at_once(site: OpenedSite, promises: Promises) -> None:
    """Every listed paper is found before any is read."""
    heading("Tìm được ngay, khi chưa đọc trang nào", "Found at once, before any page is read")
    khoso.run("search", listed_holders()[SHOWN], "--limit", "3")
    listed, found = len(listed_holders()), found_by_holder(site)
    promises.that(
        found == listed and site.read_so_far() == 0,
        f"Tìm theo chủ giấy tờ: thấy {found} trên {listed} giấy tờ có trong danh mục",
        f"by holder, {found} of {listed} listed papers are found",
    )


def read(site: OpenedSite, promises: Promises) -> None:
    """Two workers read and file everything."""
    heading("Đọc và lập hồ sơ", "Read and file")
    records = sum(commune.records for commune in COMMUNES)
    command = ("work", "--workers", "2", "--until-empty")
    with khoso.start(*command) as work, progress_bar(records, "Đọc / reading") as bar:
        while work.poll() is None:
            time.sleep(1)
            bar.update(site.read_so_far() - bar.n)
    khoso.settle(command, work.returncode)
    done = site.read_so_far()
    promises.that(
        done == records, f"Đã đọc {done} trên {records} hồ sơ", f"{done} of {records} records are read"
    )
    conflicts = planned_conflicts()
    caught = sum(in_review(site, name, conflict) for name, conflict in conflicts)
    promises.that(
        caught == len(conflicts),
        f"{caught} trên {len(conflicts)} chỗ danh mục khác với giấy được giữ lại để cán bộ xem",
        f"{caught} of {len(conflicts)} papers that differ from their list wait for an officer",
    )


def account(site: OpenedSite, promises: Promises) -> None:
    """Every batch accounts for each file, record and gap of its list."""
    heading("Sổ của từng lô", "The accounts of the batches")
    khoso.run("batch", "list")
    for batch in reversed(khoso.ask("batch", "list")["batches"]):
        found = khoso.ask("batch", "show", str(batch["batch"]))
        commune = next(commune for commune in COMMUNES if commune.code == found["unit"])
        promises.that(
            account_is_right(found, commune),
            f"Lô {batch['batch']}: {found['files']} tệp, {found['reading']['read']} hồ sơ đã đọc, "
            f"{len(found['manifest'])} chỗ danh mục thiếu hoặc thừa",
            f"batch {batch['batch']}: {found['files']} files, {found['reading']['read']} records read, "
            f"{len(found['manifest'])} gaps in the list",
        )


def approve(site: OpenedSite, promises: Promises) -> None:
    """Bulk approval takes what is ready, and leaves what is doubtful to an officer's eyes."""
    heading("Duyệt một lô", "Approve one batch")
    before = expected_progress(site, FIRST)
    khoso.run("approve", "--batch", "1")
    after = expected_progress(site, FIRST)
    promises.that(
        after["approved"] == before["read"] - before["needs_review"] > 0
        and after["needs_review"] == before["needs_review"],
        f"Duyệt {after['approved']} hồ sơ chắc chắn, giữ lại {after['needs_review']} hồ sơ cần xem",
        f"{after['approved']} sure records approved, {after['needs_review']} left for review",
    )


def search(site: OpenedSite, promises: Promises) -> None:
    """Words of a second page find their paper, with marks and without."""
    heading("Tìm có dấu và không dấu", "Search with and without marks")
    words = FIRST.files[SHOWN]["phrases"][1]
    khoso.run("search", words, "--limit", "3")
    khoso.run("search", fold(words), "--limit", "3")
    total, found = len(landmarks()), found_by_landmark(site)
    promises.that(
        found >= LANDMARKS_READ * total,
        f"{found} trên {total} cụm từ chỉ có ở một giấy dẫn đúng tới giấy ấy, có dấu cũng như không dấu",
        f"{found} of {total} phrases that one paper alone has lead to it alone, with marks and without",
    )


def show(site: OpenedSite, promises: Promises) -> None:
    """One record: what is shown is printed on the paper, and read values say where."""
    heading("Một hồ sơ và căn cứ của từng trường", "One record, and the evidence of its fields")
    public_id, printed = site.records[SHOWN][0], FIRST.files[SHOWN]["fields"]
    khoso.run("show", public_id)
    fields = khoso.ask("show", public_id)["fields"]
    same = [name for name, value in printed.items() if value and fields[name]["value"] == value]
    read_ones = [field for field in fields.values() if field["origin"] == "ocr"]
    promises.that(
        len(same) > 5 and all(field["page"] and field["box"] for field in read_ones) and bool(read_ones),
        f"{len(same)} trường đúng như trên giấy, {len(read_ones)} trường đọc được có trang và vị trí",
        f"{len(same)} fields are as printed, {len(read_ones)} were read and tell page and place",
    )


def report(site: OpenedSite, promises: Promises) -> None:
    """The managers' table, against a count record by record."""
    heading("Tiến độ", "Progress")
    khoso.run("report", "progress")
    rows = {row["unit"]: row for row in khoso.ask("report", "progress")["rows"]}
    for commune in COMMUNES:
        row, expected = rows[commune.code], expected_progress(site, commune)
        promises.that(
            {name: row[name] for name in expected} == expected,
            f"{row['name']}: {row['approved']} đã duyệt, {row['digitised']} được tính là đã số hóa",
            f"{row['name']}: {row['approved']} approved, {row['digitised']} count as digitised",
        )


def verify(site: OpenedSite, promises: Promises) -> None:
    """Everything agrees, the index too, and originals are what came in, byte for byte."""
    heading("Kiểm tra kho", "Verify the site")
    khoso.run("verify")
    checked = khoso.ask("verify")["checked"]["records"]
    promises.that(
        checked == sum(commune.records for commune in COMMUNES),
        f"Kho và chỉ mục khớp nhau ở cả {checked} hồ sơ",
        f"store, database and index agree on all {checked} records",
    )
    with tempfile.TemporaryDirectory() as folder:
        original = Path(folder) / SHOWN
        khoso.run("show", site.records[SHOWN][0], "--original", str(original))
        same = _sha256(original) == _sha256(FIRST.scans / SHOWN)
    promises.that(same, "Bản gốc lấy ra giống hệt bản quét", "the original comes out as it went in")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
