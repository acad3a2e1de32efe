"""A new scan sent to a record: what is told, what is refused before it is read, how much memory it takes."""

from collections.abc import Iterator

import psutil
import pytest

from tests.api.conftest import Api, AsUser
from tests.api.taking_in import revision_of, scan, take_in, work

PDF = {"Content-Type": "application/pdf"}


@pytest.fixture
def record(api: Api) -> str:
    return take_in(api.services, scan())


def seen(revision: int) -> dict[str, str]:
    return {**PDF, "If-Match": f'"{revision}"'}


def test_a_new_scan_is_received_taken_and_read(api: Api, as_user: AsUser, record: str) -> None:
    clerk, content = as_user("clerk"), scan("GIẤY PHÉP", "Số: 13/GP-UBND")
    answer = clerk.put(
        f"/api/v1/records/{record}/scan?filename=trang%20m%E1%BB%9Bi.pdf",
        content=content,
        headers=seen(revision_of(api.services, record)),
    )
    assert answer.status_code == 202
    assert answer.headers["ETag"] == f'"{answer.json()["revision"]}"'
    work(api.services)
    scans = clerk.get(f"/api/v1/records/{record}/scans").json()
    assert [file["sha256"] for file in scans["in_force"]] == [answer.json()["sha256"]]
    assert len(scans["former"]) == 1
    assert scans["not_taken"] == []


def test_a_scan_needs_the_revision_that_was_seen(api: Api, as_user: AsUser, record: str) -> None:
    clerk, path = as_user("clerk"), f"/api/v1/records/{record}/scan"
    assert clerk.put(path, content=scan("x"), headers=PDF).status_code == 428
    assert (
        clerk.put(path, content=scan("x"), headers=seen(revision_of(api.services, record) + 1)).status_code
        == 412
    )


@pytest.mark.parametrize(
    ("content", "headers", "status", "reason"),
    [
        (b"", {}, 422, "empty"),
        (b"{}", {"Content-Type": "application/json"}, 415, "not_a_scan_type"),
    ],
)
def test_what_is_no_scan_is_refused_with_a_reason(
    api: Api, as_user: AsUser, record: str, content: bytes, headers: dict[str, str], status: int, reason: str
) -> None:
    given = seen(revision_of(api.services, record)) | headers
    answer = as_user("clerk").put(f"/api/v1/records/{record}/scan", content=content, headers=given)
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)


def test_who_may_not_replace_it_is_refused_before_a_byte_is_read(
    api: Api, as_user: AsUser, record: str
) -> None:
    def endless() -> Iterator[bytes]:
        yield b"%PDF-"
        raise AssertionError("the body was read")

    headers = seen(revision_of(api.services, record))
    for client, status in ((as_user("clerk", unit="22924"), 404), (as_user("manager"), 404)):
        answer = client.put(f"/api/v1/records/{record}/scan", content=endless(), headers=headers)
        assert answer.status_code == status


def test_a_file_of_200_mb_passes_without_lying_in_memory(api: Api, as_user: AsUser, record: str) -> None:
    process = psutil.Process()
    most = 0

    def pieces() -> Iterator[bytes]:
        nonlocal most
        for _ in range(200):
            yield bytes(1 << 20)
            most = max(most, process.memory_info().rss)

    before = process.memory_info().rss
    answer = as_user("clerk").put(
        f"/api/v1/records/{record}/scan", content=pieces(), headers=seen(revision_of(api.services, record))
    )
    assert answer.json()["size"] == 200 << 20
    assert most - before < 40 << 20
