"""What strangers and the curious send: a refusal with a reason, never a fault of ours, never a word too much."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

from api.auth import SESSION
from api.csrf import HEADER
from api.deps import Asked
from api.middleware import LONGEST_BODY
from api.uploads import SentFile
from ingest.services import Services
from tests.api.conftest import Api, AsUser, client
from tests.api.operations import Operation, operations

HOSTILE = (
    "'; DROP TABLE records; --", "1 OR 1=1", "{{7*7}}", "${7*7}", "%(who)s", "{0.__class__}", "{record!r:>9999}",
    "../../../etc/passwd", "..\\..\\boot.ini", "<script>alert(1)</script>", "a\r\nSet-Cookie: khoso_session=x",
    "\u202e\u0000\ufffe", "𝒂" * 300,
    "9" * 400, "-1", "1e400", "NaN", "0x7f", "9223372036854775808", "%", "_", "*", '"', "[", "(", "\\", "\ud800",
)  # fmt: skip
BODIES: dict[str, tuple[bytes, str]] = {
    "deep": (b"[" * 100_000, "application/json"),
    "deep and closed": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "application/json"),
    "cut off": (b'{"a": ', "application/json"),
    "no UTF-8": (b'{"a": "\xff\xfe"}', "application/json"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "application/json"),
    "NUL": (b'{"a": "\\u0000"}', "application/json"),
    "a letter that is none": (b'{"a": "\\ud800"}', "application/json"),
    "a huge number": (b'{"a": ' + b"9" * 5000 + b"}", "application/json"),
    "no number": (b'{"a": NaN}', "application/json"),
    "a list": (b"[]", "application/json"),
    "null": (b"null", "application/json"),
    "a form": (b"a=1", "application/x-www-form-urlencoded"),
    "parts": (b"--x\r\n\r\n1\r\n--x--", "multipart/form-data; boundary=x"),
    "a type that is none": (b"{}", "/;;="),
    "XML": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "application/xml"),
    "nothing": (b"", "application/json"),
}


@pytest.fixture
def officer(as_user: AsUser) -> TestClient:
    """May do more than anybody else."""
    return as_user("officer")


def refused(answer: httpx.Response, where: object) -> None:
    assert 400 <= answer.status_code < 500, f"{where}: {answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json", where
    assert answer.json()["reason"], where


def changing(api: Api) -> Iterator[Operation]:
    return (each for each in operations(api.app) if each.takes_json)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_none_is_refused_by_every_route(api: Api, officer: TestClient, name: str) -> None:
    body, kind = BODIES[name]
    asked = list(changing(api))
    assert asked
    for each in asked:
        headers = {"Content-Type": kind, "If-Match": '"1"'}
        answer = officer.request(each.method, each.path("1"), content=body, headers=headers)
        refused(answer, (name, each.method, each.template))


def test_a_body_that_is_too_long_is_refused_whether_it_says_so_or_not(api: Api, officer: TestClient) -> None:
    long = b'{"a": "' + b"x" * LONGEST_BODY + b'"}'
    for each in changing(api):
        for content in (long, iter([long[:70_000], long[70_000:]])):
            answer = officer.request(
                each.method, each.path("1"), content=content, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code == 413, each
            refused(answer, each)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_in_paths_and_queries_is_text_or_refused(
    api: Api, officer: TestClient, hostile: str
) -> None:
    quoted = "".join(f"%{byte:02X}" for byte in hostile.encode("utf-8", "surrogatepass"))
    for each in operations(api.app):
        queries = "&".join(f"{name}={quoted}" for name in each.queries)
        if each.method != "GET" or not (queries or "{" in each.template):
            continue
        for path in (each.path(quoted), each.path("1")):
            answer = officer.get(f"{path}?{queries}")
            assert answer.status_code < 500, (path, queries, answer.text)
            assert "set-cookie" not in answer.headers
            if answer.status_code >= 400:
                refused(answer, path)


def test_hostile_text_in_headers_is_text_or_refused(api: Api, officer: TestClient) -> None:
    names = (
        "X-Purpose",
        "If-Match",
        "If-None-Match",
        "Range",
        "Idempotency-Key",
        "Accept",
        "Cookie",
        "Authorization",
    )
    for value in (
        "\xff\xfe",
        "%00",
        "%0d%0aSet-Cookie:x",
        "bytes=9-1",
        "'--",
        "{{7*7}}",
        "x" * 5000,
        "Bearer",
        "Basic x",
    ):
        for name in (*names, "Origin", "X-Forwarded-For", "X-CSRF-Token"):
            answer = officer.get("/api/v1/me", headers={name: value.encode("latin-1")})
            assert answer.status_code < 500, (name, value, answer.text)
            assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "", "\xff"]
)
def test_a_host_that_is_not_ours_is_refused(api: Api, host: str) -> None:
    answer = api.client.get("/healthz", headers={"Host": host.encode("latin-1")})
    assert (answer.status_code, answer.json()["reason"]) == (400, "unknown_host")


def test_only_a_page_of_ours_may_change_something(api: Api, officer: TestClient) -> None:
    token = officer.headers.pop(HEADER)
    path = next(each for each in changing(api)).path("1")
    for headers, reason in [
        ({}, "csrf_missing"),
        ({HEADER: ""}, "csrf_missing"),
        ({HEADER: "0" * 64}, "csrf_missing"),
        ({HEADER: "é".encode("latin-1").decode("latin-1")}, "csrf_missing"),
        ({HEADER: token, "Origin": "https://evil.example"}, "foreign_page"),
        ({HEADER: token, "Origin": "null"}, "foreign_page"),
        ({HEADER: token, "Origin": "http://["}, "foreign_page"),
        ({HEADER: token, "Origin": "http://localhost.evil.example"}, "foreign_page"),
        ({HEADER: token, "Sec-Fetch-Site": "cross-site"}, "foreign_page"),
        ({HEADER: token, "Sec-Fetch-Site": "same-site"}, "foreign_page"),
    ]:
        sent = {name: value.encode("latin-1") for name, value in headers.items()}
        answer = officer.post(path, json={}, headers=sent)
        assert (answer.status_code, answer.json()["reason"]) == (403, reason), headers
    own = {HEADER: token, "Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert officer.post(path, json={}, headers=own).status_code == 422


def test_the_token_of_another_session_is_worth_nothing(api: Api, as_user: AsUser) -> None:
    mine, yours = as_user("officer"), as_user("officer")
    mine.headers[HEADER] = yours.get("/api/v1/me").json()["csrf_token"]
    path = next(each for each in changing(api)).path("1")
    assert mine.post(path, json={}).json()["reason"] == "csrf_missing"


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "%00", "../..", "é"])
def test_a_session_that_was_not_given_by_us_is_worth_nothing(api: Api, token: str) -> None:
    answer = api.client.get("/api/v1/me", headers={"Cookie": f"{SESSION}={token}".encode("latin-1")})
    refused(answer, token)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("kind", ["gzip", "br", "deflate"])
def test_a_packed_body_is_not_unpacked(api: Api, officer: TestClient, kind: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": kind}
    for each in changing(api):
        refused(officer.request(each.method, each.path("1"), content=b"\x1f\x8b\x08", headers=headers), each)


@pytest.fixture
def uploading(api: Api, services: Services, as_user: AsUser) -> TestClient:
    """With a route that takes a file, of 3 MB at most."""
    router = APIRouter(prefix="/probe")

    @router.put("/file")
    def file(asked: Asked, sent: SentFile) -> dict[str, Any]:
        return {"sha256": sent.sha256, "size": sent.size, "asked": asked.actor.who}

    small = services.settings.model_copy(update={"max_file_bytes": 3 << 20})
    api.app.state.services = Services(small, services.database, services.store, services.index)
    api.app.include_router(router)
    return as_user("clerk")


def test_a_file_is_taken_up_to_its_limit_and_no_longer(uploading: TestClient, services: Services) -> None:
    assert uploading.put("/probe/file", content=b"\\u0000" * 400_000).json()["size"] == 2_400_000
    for content in (b"x" * (3 << 20) + b"x", iter([b"x" * (2 << 20)] * 2)):
        answer = uploading.put("/probe/file", content=content)
        assert answer.status_code == 413
        refused(answer, "a file")
    assert list((services.settings.home / "objects" / "spool").glob("*")) == []


def test_a_file_of_nobody_is_not_even_spooled(api: Api, uploading: TestClient) -> None:
    def bytes_sent() -> Iterator[bytes]:
        pytest.fail("was read")
        yield b""

    answer = client(api.app).put("/probe/file", content=bytes_sent(), headers={"Content-Length": "9"})
    assert answer.status_code == 401
    assert uploading.put("/probe/file", content=b"x").status_code == 200
