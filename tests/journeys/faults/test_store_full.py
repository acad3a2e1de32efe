"""The object store is full or refuses: a clear error, items that wait, and copies that are not made twice."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.s3_proxy import Proxy, proxy_before

pytestmark = pytest.mark.slow

PAPERS = 12


@pytest.fixture
def proxy(site: Any) -> Iterator[Proxy]:
    """Stands between the site and its store."""
    url = site.settings["KHOSO_STORE_URL"]
    with proxy_before(url.partition("&prefix")[0]) as server:
        way = f"endpoint=http://127.0.0.1:{server.server_port}&prefix={url.partition('&prefix=')[2]}"
        site.settings |= {"KHOSO_STORE_URL": f"{url.partition('endpoint=')[0]}{way}"}
        site.settings["KHOSO_PATIENCE_SECONDS"] = "0"
        yield server


def hashes(paths: list[Path]) -> set[str]:
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def aside(site: Any) -> list[Path]:
    """Copies that wait beside the store."""
    return sorted((site.home / "spool").glob("item.*"))


@pytest.mark.parametrize(("fault", "code", "reason"), [("full", 8, "store_full"), ("cut", 9, "store_away")])
def test_what_the_store_would_not_take_waits_and_is_put_from_its_copy(
    site, proxy, papers, fault, code, reason
):
    folder = papers(PAPERS)
    originals = hashes(list(folder.iterdir()))
    proxy.fail("PUT", fault, times=999)
    done = site.outcome("import", folder, "--unit", "06184")
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.endswith(f"[{reason}]\n")
    account = site.json("batch", "show", 1)
    assert (account["files"], account["waiting"], account["stored"]) == (PAPERS, PAPERS, 0)
    assert len(aside(site)) == PAPERS
    for path in folder.iterdir():  # who copied again would find other bytes under the same size and time
        kept = path.stat()
        path.write_bytes(bytes(kept.st_size))
        os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    proxy.heal()
    account = site.take_in(folder)
    assert (account["batch"], account["stored"]) == (1, PAPERS)
    assert {sha256 for (sha256,) in site.rows("SELECT sha256 FROM files")} == originals
    assert list((site.home / "spool").iterdir()) == []
    site.work()
    assert site.json("verify")["problems"] == []


def test_a_store_that_takes_only_some_loses_none_of_them(site, proxy, papers):
    folder = papers(PAPERS)
    originals = hashes(list(folder.iterdir()))
    for _ in range(PAPERS):
        proxy.fail("PUT", "full", times=1)
        if site.outcome("import", folder, "--unit", "06184").returncode == 0:
            break
    proxy.heal()
    account = site.take_in(folder, code=0)
    assert account["stored"] + account["duplicate"] == PAPERS
    assert {sha256 for (sha256,) in site.rows("SELECT sha256 FROM files")} == originals
    assert site.rows("SELECT count(*) FROM records") == [(PAPERS,)]
    assert list((site.home / "spool").iterdir()) == []


def test_a_file_that_was_changed_while_its_copy_waited_is_copied_again(site, proxy, scans, draw):
    paper = draw(scans / "a.png", ["Số: 1/QĐ-UBND"])
    proxy.fail("PUT", "full", times=99)
    assert site.outcome("import", scans, "--unit", "06184").returncode == 8
    draw(paper, ["Số: 2/QĐ-UBND", "sửa lại"])
    proxy.heal()
    assert site.take_in(scans)["stored"] == 1
    assert {sha256 for (sha256,) in site.rows("SELECT sha256 FROM files")} == hashes([paper])
