"""The OpenAPI document is kept: whatever it allows is answered as it says, whatever it forbids is refused.

schemathesis makes the requests, the same in every run: as they may be, and as they may not.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from unittest import SkipTest

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.openapi import from_asgi
from schemathesis.python.asgi import get_client
from schemathesis.schemas import APIOperation

from tests.api.conftest import Api, AsUser
from tests.api.operations import operations
from tests.api.taking_in import scan, take_in, work
from warehouse.rights import Role

SEED = 20_251_128
OWN_SIGN_IN = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
EXAMPLES = 6
"""Requests of each kind for each operation: about a minute in all."""
CHECKED = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance",
]  # fmt: skip

OPEN = {"/api/v1/problems/{reason}", "/healthz", "/readyz", "/metrics"}


@pytest.fixture
def known(api: Api) -> dict[str, object]:
    """Values of path parameters under which there is something."""
    record = take_in(api.services, scan())
    work(api.services)
    return {
        "record": record, "batch": 1, "reason": "no_right", "page": 1, "number": 1, "proposal": 1, "name": "program1",
        "field": "holder_name", "decision": "take", "login": "officer1", "case": 1,
    }  # fmt: skip


class Asker:
    """Asks every operation again and again, each as somebody else: `sign_in` gives the headers of a session."""

    def __init__(self, api: Api, known: Mapping[str, object], sign_in: Callable[[], dict[str, str]]) -> None:
        load_all_checks()
        self.statuses = Counter[int]()
        self._api = api
        self._known = known
        self._sign_in = sign_in
        self._checks = CHECKS.get_by_names(CHECKED)

    def broken(self, mode: GenerationMode, examples: int) -> Iterator[str]:
        """What went against the document."""
        schema = from_asgi("/api/v1/openapi.json", self._api.app, config=OWN_SIGN_IN)
        with get_client(self._api.app) as client:
            for result in schema.get_all_operations():
                operation = result.ok()
                names = {parameter.name for parameter in operation.path_parameters}
                there = {name: self._known[name] for name in names & set(self._known)}
                for given_names in [None, there] if names and len(there) == len(names) else [None]:
                    cases = operation.as_strategy(mode, path_parameters=given_names)
                    yield from self._ask(operation, cases, examples, client)

    def _ask(self, operation: APIOperation, cases: Any, examples: int, client: Any) -> Iterator[str]:
        headers = self._sign_in()

        @seed(SEED)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases)
        def ask(case: Any) -> None:
            answer = case.call_and_validate(session=client, headers=headers, checks=self._checks)
            self.statuses[answer.status_code] += 1

        try:
            ask()
        except (Unsatisfiable, SkipTest):
            pass  # it has nothing that could be wrong
        except FailureGroup as failures:
            yield f"{operation.label}: {failures}"
        except BaseExceptionGroup as failures:
            yield f"{operation.label}: {failures.exceptions}"


def of_session(client: Any) -> dict[str, str]:
    return {
        **client.headers,
        "Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items()),
    }


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("role", ["officer", "admin", "auditor"])
def test_whoever_is_signed_in_is_answered_as_the_document_says(
    api: Api, as_user: AsUser, known: dict[str, object], role: Role, mode: GenerationMode
) -> None:
    asker = Asker(api, known, lambda: of_session(as_user(role)))
    assert list(asker.broken(mode, EXAMPLES if role == "officer" else 2)) == []
    assert asker.statuses[401] < 0.1 * asker.statuses.total()  # by signing out, or by a wrong password


def test_nobody_is_answered_as_the_document_says(api: Api, known: dict[str, object]) -> None:
    asker = Asker(api, known, dict)
    assert list(asker.broken(GenerationMode.POSITIVE, 2)) == []
    assert asker.statuses[401] > 0.8 * asker.statuses.total()


def test_the_document_tells_of_every_operation_what_it_does_what_it_answers_and_who_may_ask(api: Api) -> None:
    for each in operations(api.app):
        told, answers = each.told, each.told["responses"]
        assert told["summary"], each
        assert told["tags"], each
        answered = [answer for status, answer in answers.items() if status.startswith("2")]
        assert answered or "303" in answers, each  # 303: a browser is sent on
        assert all("content" in answer or "204" in answers for answer in answered), each
        if each.template.startswith("/api/"):
            assert "5XX" in answers, each
        if (
            each.template not in OPEN and "session" not in told["tags"]
        ):  # a program has no session to speak of
            assert {"session": []} in told["security"], each
            assert {"bearer": []} in told["security"], each
