"""What people who are signed in try: to learn what is not theirs, to do a thing twice, to undo another's change."""

import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from tests.api.conftest import UNIT, Api, AsUser, client
from tests.api.operations import JSON, Operation, operations
from tests.warehouse.desk import a_batch, a_read_paper
from warehouse.codes.public_ids import new_public_id
from warehouse.tables import cases
from warehouse.units import unit_in_force

ANOTHER_UNIT = "24373"
TRIES = 5


@pytest.fixture
def record(api: Api) -> str:
    """A read paper of the commune."""
    with api.services.database.write() as connection:
        batch = a_batch(connection, unit_in_force(connection, UNIT).id)
        return a_read_paper(connection, batch, holder_name="Nguyễn Thị Hoa", holder_id="020090001234")


def example(api: Api, operation: Operation) -> Any:
    """A right body, as the document shows it; none if the operation takes none."""
    if not operation.takes_json:
        return None
    schema = operation.told["requestBody"]["content"][JSON]["schema"]
    schema = api.app.openapi()["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
    return schema["examples"][0]


def answered(api: Api, asker: TestClient, operation: Operation, record: str) -> tuple[int, str]:
    """How an operation on a record answers: the status, and all it says but the record's own name."""
    names = {"record": record, "field": "subject", "decision": "take"}
    path = re.sub(r"\{(\w+)\}", lambda name: names.get(name[1], "1"), operation.template)
    answer = asker.request(
        operation.method, path, json=example(api, operation), headers={"If-Match": '"1"', "X-Purpose": "a"}
    )
    said = answer.json() if answer.headers["content-type"].endswith("json") else {}
    return answer.status_code, f"{said.get('reason')} {said.get('detail')}".replace(record, "RECORD")


def test_a_foreign_record_is_answered_by_every_route_as_if_there_were_none(
    api: Api, as_user: AsUser, record: str
) -> None:
    foreign, of_records = as_user("officer", unit=ANOTHER_UNIT), 0
    for operation in operations(api.app):
        if "{record}" in operation.template:
            of_records += 1
            theirs = answered(api, foreign, operation, record)
            assert theirs == answered(api, foreign, operation, new_public_id()), operation.template
            assert theirs[0] == 404, (operation.method, operation.template, theirs)
    assert of_records


def test_a_wrong_password_takes_as_long_as_a_login_that_nobody_has(api: Api, as_user: AsUser) -> None:
    as_user("clerk")

    def seconds(login: str) -> float:
        taken = []
        for _ in range(TRIES):
            began = time.perf_counter()
            answer = client(api.app).post("/api/v1/session", json={"login": login, "password": "x"})
            taken.append(time.perf_counter() - began)
            assert (answer.status_code, answer.json()["reason"]) == (401, "sign_in_refused")
        return statistics.median(taken)

    assert 0.4 < seconds("clerk1") / seconds("nobody") < 2.5


def at_once(*acts: Any) -> list[httpx.Response]:
    """Their answers, all begun at one moment."""
    ready = Barrier(len(acts))

    def begin(act: Any) -> httpx.Response:
        ready.wait()
        answer: httpx.Response = act()
        return answer

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(begin, acts))


def test_of_changes_from_one_revision_one_is_made(api: Api, as_user: AsUser, record: str) -> None:
    officers = [as_user("officer") for _ in range(4)]
    seen = {"If-Match": f'"{revision_of(officers[0], record)}"'}
    path = f"/api/v1/records/{record}/hide"
    acts = [lambda o=o: o.post(path, json={"reason": "Chưa trả kết quả."}, headers=seen) for o in officers]
    assert sorted(answer.status_code for answer in at_once(*acts)) == [200, 412, 412, 412]


def revision_of(asker: TestClient, record: str) -> int:
    """By a change that is refused: it tells the revision there is."""
    answer = asker.post(f"/api/v1/records/{record}/hide", json={"reason": "a"}, headers={"If-Match": '"0"'})
    assert answer.status_code == 412
    return int(answer.json()["detail"].rpartition("now ")[2].partition(")")[0])


def test_a_request_that_comes_twice_at_one_moment_is_done_once(
    api: Api, as_user: AsUser, record: str
) -> None:
    clerk = as_user("clerk")
    case = {
        "kind": "transcription", "channel": "desk", "record": record, "description": "Sai tên.",
        "requester": {"name": "Hoàng Thị Mơ", "contact": "0912 000 111", "relation": "family"},
        "field": "holder_name",
    }  # fmt: skip

    def ask() -> httpx.Response:
        browser = client(api.app, clerk.headers)
        browser.cookies = clerk.cookies
        return browser.post("/api/v1/cases", json=case, headers={"Idempotency-Key": "k"})

    answers = at_once(*[ask] * 4)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.text for answer in answers}) == 1
    with api.services.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(cases)) == 1
