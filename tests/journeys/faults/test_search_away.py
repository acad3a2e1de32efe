"""Elasticsearch is away for a whole import: papers are taken in and read, and found when it is back."""

import pytest

from tests.journeys.faults.conftest import number_of
from tests.journeys.workers import all_done, wait_until

pytestmark = pytest.mark.slow

PAPERS = 12


def test_intake_and_reading_go_on_without_the_search_engine_which_catches_up_by_itself(
    site, papers, engine, start_workers
):
    worker = start_workers()
    engine("elasticsearch", "kill")
    done = site.call("import", papers(PAPERS), "--unit", "06184")
    assert done.returncode == 0, done.stderr
    wait_until(site, "SELECT count(*) FROM jobs", [(0,)])
    assert site.rows("SELECT count(*) FROM outbox") == [(PAPERS,)]
    refused = site.outcome("search", number_of(0))
    assert (refused.returncode, refused.stdout) == (9, "")
    assert refused.stderr.endswith("[index_away]\n")
    engine("elasticsearch", "start")
    all_done(site, PAPERS, 1)
    assert [len(site.found(number_of(number))) for number in range(PAPERS)] == [1] * PAPERS
    assert worker.poll() is None
