"""What an integrator reads in the OpenAPI document: whole, with examples that hold, and true names of errors."""

from collections import Counter
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from api.errors import MEDIA_TYPE
from tests.api.conftest import Api, AsUser
from tests.api.operations import JSON, Operation, operations
from tests.api.routes import TABLE

OPEN = {tuple(line.split()[:2]) for line in TABLE.splitlines() if line.endswith("anybody")}


def components(api: Api) -> Any:
    return api.app.openapi()["components"]


def checked(api: Api, schema: dict[str, Any], value: object) -> None:
    """Raises what is wrong with a value; what a schema refers to stands in the document."""
    Draft202012Validator({**schema, "components": components(api)}).validate(value)


def named(api: Api, schema: dict[str, Any]) -> Any:
    return components(api)["schemas"][schema["$ref"].rpartition("/")[2]]


def taken(each: Operation) -> set[str]:
    return {key for told in each.told.get("parameters", []) for key in (told["in"], told["name"])}


def test_every_operation_has_a_summary_of_its_own_a_description_and_who_may_ask(api: Api) -> None:
    all_of_them = list(operations(api.app))
    summaries = Counter(each.told["summary"] for each in all_of_them)
    assert [
        summary for summary, count in summaries.items() if count > 1 or len(summary) > 90 or "\n" in summary
    ] == []
    assert all(each.told["description"].startswith(each.told["summary"]) for each in all_of_them)
    assert {(each.method, each.template) for each in all_of_them if "security" not in each.told} == OPEN - {
        ("GET", "/api/v1/openapi.json")
    }


def test_every_tag_is_explained(api: Api) -> None:
    told = api.app.openapi()
    explained = {tag["name"] for tag in told["tags"] if tag["description"]}
    assert explained == {tag for each in operations(api.app) for tag in each.told["tags"]}
    assert told["servers"] == [{"url": "/"}]


def test_every_json_answer_and_body_has_examples_that_keep_to_its_schema(api: Api) -> None:
    for each in operations(api.app):
        answers = [told for status, told in each.told["responses"].items() if status.startswith("2")]
        for told in [*answers, each.told.get("requestBody", {})]:
            if JSON in told.get("content", {}):
                schema = named(api, told["content"][JSON]["schema"])
                assert schema["examples"], each
                for example in schema["examples"]:
                    checked(api, schema, example)


def test_every_file_answer_tells_its_media_types(api: Api) -> None:
    for each in operations(api.app):
        for status, told in each.told["responses"].items():
            if status in {"200", "206"} and JSON not in told["content"]:
                assert {content["schema"]["format"] for content in told["content"].values()} == {"binary"}


def test_the_errors_of_an_operation_follow_from_what_it_takes(api: Api) -> None:
    for each in operations(api.app):
        if not each.template.startswith("/api/"):
            continue
        expected, takes = {"400", "422", "5XX"}, taken(each)
        if "security" in each.told:
            expected |= {"401", "403"} | ({"409"} if each.method != "GET" else set())
        expected |= {"404"} if "path" in takes else set()
        expected |= {"409"} if "Idempotency-Key" in takes else set()
        expected |= {"412", "428"} if "If-Match" in takes else set()
        expected |= {"413"} if "requestBody" in each.told else set()
        assert expected <= set(each.told["responses"]), each
        assert ("412" in each.told["responses"]) == ("If-Match" in takes), each
        assert "4XX" not in each.told["responses"], each


def test_every_error_is_a_problem_with_an_example_of_its_own_status(api: Api) -> None:
    for status, answer in components(api)["responses"].items():
        content = answer["content"][MEDIA_TYPE]
        checked(api, content["schema"], content["example"])
        assert content["example"]["status"] == int(status.replace("X", "0"))
        assert "?" not in content["example"]["detail"]


@pytest.mark.parametrize("path", ["/me", "/problems/no_right", "/queue", "/records"])
def test_an_example_has_the_places_of_a_real_answer(api: Api, as_user: AsUser, path: str) -> None:
    told = api.app.openapi()["paths"][f"/api/v1{path}".replace("no_right", "{reason}")]["get"]
    example = named(api, told["responses"]["200"]["content"][JSON]["schema"])["examples"][0]
    assert set(as_user("officer").get(f"/api/v1{path}").json()) == set(example)
