"""A machine whose clock is ten minutes off, either way: nothing twice, nothing taken away too early."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys.workers import all_done

pytestmark = pytest.mark.slow

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
PAPERS = 16


def with_clock(site, offset):
    """The same site as a machine sees it whose clock is wrong."""
    wrong = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return replace(site, settings={**site.settings, **wrong})


@pytest.mark.parametrize("offset", ["-10m", "+10m"])
def test_an_importer_and_a_worker_with_a_wrong_clock_do_all_once_and_take_nothing_from_the_others(
    site, papers, start_workers, offset
):
    site.settings["KHOSO_LEASE_SECONDS"] = "30"
    start_workers(1)
    wrong = with_clock(site, offset)
    start_workers(1, wrong)
    importer = wrong.start("import", papers(PAPERS), "--unit", "06184")
    lost = set()
    while importer.poll() is None or site.rows("SELECT 1 FROM jobs"):
        lost |= set(site.rows("SELECT lost FROM jobs WHERE lost > 0"))
        time.sleep(0.2)
    assert importer.returncode == 0, importer.communicate()[1]
    assert lost == set()
    all_done(site, PAPERS, 1)
