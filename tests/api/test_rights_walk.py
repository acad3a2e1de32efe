"""Every route × role × own and foreign: each answers as tests/api/routes.py says and hints at nothing foreign."""

from collections.abc import Callable
from typing import NamedTuple, get_args

from httpx import Response
from starlette.testclient import TestClient

from api.app import OF_OPERATORS, ROUTERS
from search.indexer import drain
from tests.api.conftest import Api, AsUser
from tests.api.routes import TABLE
from tests.api.things import FOREIGN, PROVINCE, Place, Things, request_for
from warehouse.rights import ACTS, Act

PROGRAM: tuple[Act, ...] = ("read", "take_in", "find_person")
WHO: dict[str, frozenset[Act]] = {**ACTS, "program": frozenset(PROGRAM), "nobody": frozenset()}
SEEN_BY: dict[str, Act] = {
    "record": "read", "case": "open_case", "user": "manage_accounts", "client": "manage_clients",
}  # fmt: skip
UNKNOWN = {"unknown_record", "unknown_case", "no_such_user", "no_such_client", "unknown_run", "unknown_batch"}


class Row(NamedTuple):
    """One line of the table."""

    method: str
    path: str
    about: str
    act: str = ""


ROWS = [Row(*line.split()) for line in TABLE.splitlines() if line]


def test_the_table_knows_every_route_and_no_other(api: Api) -> None:
    there = {
        (method, prefix + route.path)
        for prefix, routers in (("/api/v1", ROUTERS), ("", OF_OPERATORS), ("", (api.app,)))
        for router in routers
        for route in router.routes
        for method in getattr(route, "methods", ())
    }
    told = api.app.openapi()["paths"]
    there |= {(method.upper(), path) for path, methods in told.items() for method in methods}
    assert {each for each in there if each[0] != "HEAD"} == {row[:2] for row in ROWS}
    assert {row.act for row in ROWS if row.act} <= set(get_args(Act))


def test_every_route_answers_every_role_as_the_table_says(
    api: Api, as_user: AsUser, as_program: Callable[..., TestClient]
) -> None:
    asking = {role: as_user(role, PROVINCE) for role in ACTS}
    asking |= {"program": as_program(*PROGRAM, unit=PROVINCE), "nobody": api.client}
    things, wrong = Things(api), []
    things.record("own")
    things.case("foreign")
    drain(api.services.database, api.services.index, "walk")
    for row in ROWS:
        for who, client in asking.items():
            for place in _places(row):
                asker = as_user(who, PROVINCE) if row.about == "session" and who in ACTS else client
                request = request_for(things, row, place)
                answer = asker.request(**request)
                found, meant = _outcome(answer), _expected(row, who, place)
                if found != meant or (FOREIGN in answer.text and FOREIGN not in request["url"]):
                    wrong.append(
                        f"{row.method} {row.path}, {who}, {place}: {meant} is meant, {answer.text[:200]}"
                    )
    assert not wrong, "\n".join(wrong)


def _places(row: Row) -> tuple[Place, ...]:
    return get_args(Place) if row.about in (*SEEN_BY, "batch", "unit") else ("own",)


def _expected(row: Row, who: str, place: Place) -> str:
    """out (401), no (403), hidden (404) or yes."""
    if row.about == "anybody":
        return "yes"
    if who == "nobody" or (row.about == "session" and who == "program"):
        return "out"
    if row.about in ("session", "signed_in", "run"):
        return "hidden" if row.about == "run" else "yes"
    if row.about == "batch":
        return "yes" if row.act in WHO[who] and place == "own" else "hidden"
    acts, seen = WHO[who], SEEN_BY.get(row.about)
    if seen and (seen not in acts or place == "foreign"):
        return "hidden" if row.about in ("record", "case") or seen in acts else "no"
    return "yes" if row.act in acts and not (row.about == "unit" and place == "foreign") else "no"


def _outcome(answer: Response) -> str:
    """What an answer says of rights; a request that is wrong otherwise has passed them."""
    told = answer.headers.get("content-type", "").startswith("application/problem+json")
    reason = answer.json()["reason"] if told else ""
    if reason in UNKNOWN:
        return "hidden"
    if answer.status_code >= 500:
        return "broken"
    return {401: "out" if reason == "not_signed_in" else "yes", 403: "no"}.get(answer.status_code, "yes")
