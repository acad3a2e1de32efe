"""A worker, or its reader child, is killed in mid-page: another goes on soon, and nothing is done twice."""

import time

import pytest

from tests.journeys.workers import all_done, kill_all_of, parent_of_tesseract, reader_child

pytestmark = pytest.mark.slow

DENSE = [f"Dòng {number}: thửa đất số {number} tờ bản đồ {number} thôn Khuổi Lầm" for number in range(40)]
LEASE, PROMISED = 8, 5


def test_a_killed_workers_page_is_read_by_another_no_later_than_five_seconds_after_its_lease(
    site, scans, draw, start_workers
):
    site.settings["KHOSO_LEASE_SECONDS"] = str(LEASE)
    first = start_workers(1)
    site.call("import", draw(scans / "a.png", DENSE), "--unit", "06184")
    parent_of_tesseract(first)
    start_workers(1)
    while site.rows("SELECT count(*) FROM workers")[0][0] < 2:
        time.sleep(0.1)
    kill_all_of(first)
    killed_at = time.monotonic()
    ((attempt,),) = site.rows("SELECT attempt FROM jobs WHERE kind = 'read'")
    while site.rows(f"SELECT 1 FROM jobs WHERE kind = 'read' AND attempt = {attempt}"):
        time.sleep(0.05)
    took = time.monotonic() - killed_at
    assert took <= LEASE + PROMISED
    all_done(site, 1, 1)


def test_a_killed_reader_childs_page_is_read_by_a_new_one(site, scans, draw, start_workers):
    worker = start_workers(1)
    site.call("import", draw(scans / "a.pdf", DENSE, DENSE[:20]), "--unit", "06184")
    reader_child(worker).kill()
    all_done(site, 1, 2)
    assert worker.poll() is None
