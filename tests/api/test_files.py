"""Originals, PDFs and pages over HTTP: whole, in part, not again; who may; what is written down."""

import json
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import select, update

from tests.api.conftest import Api, AsUser
from tests.api.taking_in import LINES, revision_of, scan, take_in, work
from warehouse.tables import audit, records

CONTENT = scan(*LINES, pages=2)
ETAG = f'"{sha256(CONTENT).hexdigest()}"'
BASE = "/api/v1/records"


@pytest.fixture
def record(api: Api) -> str:
    return take_in(api.services, CONTENT, "Quyết định 12.pdf")


@pytest.fixture
def deeds(api: Api) -> Callable[[str], list[dict[str, object]]]:
    """The audit entries of an action."""

    def of(action: str) -> list[dict[str, object]]:
        with api.services.database.read() as connection:
            entries = map(json.loads, connection.scalars(select(audit.c.entry).order_by(audit.c.id)))
            return [entry for entry in entries if entry["action"] == action]

    return of


def test_the_original_is_sent_byte_for_byte_under_a_safe_name(
    api: Api, as_user: AsUser, record: str, deeds: Callable[[str], list[dict[str, object]]]
) -> None:
    answer = as_user("clerk").get(f"{BASE}/{record}/original")
    assert answer.content == CONTENT
    headers = answer.headers
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert (headers["ETag"], headers["Content-Length"]) == (ETAG, str(len(CONTENT)))
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"Quy-t-nh-12.pdf\"; filename*=UTF-8''Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh%2012.pdf"
    )
    assert headers["Cache-Control"] == "private, no-cache"
    [entry] = deeds("download")
    assert (entry["subject"], f'"{entry["version"]}"') == (record, ETAG)


@pytest.mark.parametrize(
    ("asked", "status", "expected"),
    [
        ("bytes=0-9", 206, CONTENT[:10]),
        ("bytes=10-", 206, CONTENT[10:]),
        ("bytes=-7", 206, CONTENT[-7:]),
        (f"bytes=5-{10**14}", 206, CONTENT[5:]),
        (f"bytes=-{10**14}", 206, CONTENT),
        ("bytes=0-1,4-5", 200, CONTENT),
        ("bytes=9-3", 200, CONTENT),
        ("lines=1-2", 200, CONTENT),
        ("bytes=-", 200, CONTENT),
        (f"bytes={len(CONTENT)}-", 416, b""),
        ("bytes=-0", 416, b""),
    ],
)
def test_a_range_is_answered_in_part_and_nonsense_with_all(
    api: Api, as_user: AsUser, record: str, asked: str, status: int, expected: bytes
) -> None:
    answer = as_user("clerk").get(f"{BASE}/{record}/original", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (status, expected)
    if status == 206:
        first, _, total = answer.headers["Content-Range"].removeprefix("bytes ").replace("/", "-").split("-")
        assert (CONTENT[int(first) :][: len(expected)], int(total)) == (expected, len(CONTENT))
    if status == 416:
        assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


def test_who_has_it_gets_nothing_again_and_who_has_another_gets_all(
    api: Api, as_user: AsUser, record: str
) -> None:
    clerk, path = as_user("clerk"), f"{BASE}/{record}/original"
    assert clerk.get(path, headers={"If-None-Match": f'"x", W/{ETAG}'}).status_code == 304
    piece = {"Range": "bytes=0-3"}
    assert clerk.get(path, headers={**piece, "If-Range": ETAG}).status_code == 206
    assert clerk.get(path, headers={**piece, "If-Range": '"x"'}).status_code == 200


def test_pieces_of_one_file_are_one_download_wherever_they_begin(
    api: Api, as_user: AsUser, record: str, deeds: Callable[[str], list[dict[str, object]]]
) -> None:
    clerk, path = as_user("clerk"), f"{BASE}/{record}/original"
    for first in (1, 5, 9):
        clerk.get(path, headers={"Range": f"bytes={first}-{first + 3}"})
    assert len(deeds("download")) == 1
    clerk.get(path)
    clerk.get(path, headers={"If-None-Match": ETAG})
    assert len(deeds("download")) == 2


def test_nobody_without_the_right_and_nobody_at_all_gets_bytes_of_a_paper(
    api: Api, as_user: AsUser, record: str
) -> None:
    paths = ("original", "files/1", "pdf", "pages/1/image", "pages/1/thumbnail", "pages/1/words")
    for client, status in (
        (as_user("clerk", unit="22924"), 404),
        (as_user("auditor"), 404),
        (api.client, 401),
    ):
        assert {client.get(f"{BASE}/{record}/{path}").status_code for path in paths} == {status}
    with api.services.database.write() as connection:
        connection.execute(update(records).values(work="quarantined", secrecy="mat"))
    assert {as_user("officer").get(f"{BASE}/{record}/{path}").status_code for path in paths} == {403}


def test_refused_access_names_the_paper_that_was_asked_for(
    api: Api, as_user: AsUser, record: str, deeds: Callable[[str], list[dict[str, Any]]]
) -> None:
    with api.services.database.write() as connection:
        connection.execute(update(records).values(work="quarantined", secrecy="mat"))
    as_user("officer").get(f"{BASE}/{record}/original")
    [entry] = deeds("refused_access")
    assert entry["detail"]["asked"] == {"record": record}


def test_a_page_is_a_small_picture_made_once_and_noted_once(
    api: Api, as_user: AsUser, record: str, deeds: Callable[[str], list[dict[str, object]]]
) -> None:
    clerk = as_user("clerk")
    answer = clerk.get(f"{BASE}/{record}/pages/2/image")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert len(answer.content) <= 150_000
    assert max(Image.open(BytesIO(answer.content)).size) <= 2000
    small = clerk.get(f"{BASE}/{record}/pages/2/thumbnail")
    assert max(Image.open(BytesIO(small.content)).size) <= 320
    etag = answer.headers["ETag"]
    again = clerk.get(f"{BASE}/{record}/pages/2/image", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    kept = clerk.get(f"{BASE}/{record}/pages/2/image", params={"v": etag.strip('"')})
    assert "immutable" in kept.headers["Cache-Control"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert [entry["subject"] for entry in deeds("view_pages")] == [record]
    assert clerk.get(f"{BASE}/{record}/pages/3/image").status_code == 404


def test_the_words_of_a_page_lie_on_it(api: Api, as_user: AsUser, record: str) -> None:
    clerk = as_user("clerk")
    assert clerk.get(f"{BASE}/{record}/pages/1/words").json()["status"] is None
    work(api.services)
    read = clerk.get(f"{BASE}/{record}/pages/1/words").json()
    assert "Nguyễn" in [word["text"] for word in read["words"]]
    for word in read["words"]:
        x0, y0, x1, y1 = word["box"]
        assert 0 <= x0 < x1 <= read["width"]
        assert 0 <= y0 < y1 <= read["height"]
    pdf = clerk.get(f"{BASE}/{record}/pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(pdf.content)) as document:
        assert len(document.pages) == 2
    assert clerk.get(f"{BASE}/{record}/pdf").headers["ETag"] == pdf.headers["ETag"]


def test_a_former_scan_can_still_be_had(api: Api, as_user: AsUser, record: str) -> None:
    clerk = as_user("clerk")
    headers = {"If-Match": f'"{revision_of(api.services, record)}"', "Content-Type": "image/png"}
    clerk.put(f"{BASE}/{record}/scan", content=scan("mới", kind="PNG"), headers=headers)
    work(api.services)
    assert clerk.get(f"{BASE}/{record}/original").headers["Content-Type"] == "image/png"
    assert clerk.get(f"{BASE}/{record}/original", params={"scan": 1}).content == CONTENT


def test_bytes_that_changed_in_the_store_are_never_sent_to_their_end(
    api: Api, as_user: AsUser, record: str
) -> None:
    if not api.services.settings.store_url.startswith("file:"):
        pytest.skip("bytes of a bucket are changed in tests of the store")
    with api.services.store.fetch(ETAG.strip('"')) as path:
        path.chmod(0o600)
        path.write_bytes(CONTENT[:-1] + b"?")
    answer = as_user("clerk").get(f"{BASE}/{record}/original")
    assert (answer.status_code, answer.json()["reason"]) == (500, "object_changed")
