"""What the OpenAPI document tells beyond the handlers: summaries, error answers, examples, idempotency keys.

A summary is the first sentence of a handler's docstring. Which errors a route answers follows from what it
takes; a route names in its `responses` what does not. Examples of answers stand in api/examples.json.
"""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from fastapi import FastAPI

from api.errors import MEDIA_TYPE, Problem, WrongPlace, told
from warehouse.reasons import message

Told = dict[str, Any]

PROBLEMS = {
    "400": ("bad_cursor", "The request is wrong: mend it."),
    "401": ("not_signed_in", "Nobody is signed in: sign in, or send a token that holds."),
    "403": ("no_right", "The asker may see it but not do this."),
    "404": ("unknown_record", "There is no such thing, or none that the asker may see."),
    "409": ("key_reused", "Its state does not allow this, or the Idempotency-Key was used for another body."),
    "412": ("record_changed", "It changed since the revision in If-Match: look again, then repeat."),
    "413": ("body_too_large", "The body is too large."),
    "415": ("not_a_scan_type", "The body's type is none that is taken."),
    "422": ("invalid_request", "A value is wrong (see `errors`), or a file or row was not taken."),
    "428": ("revision_missing", "If-Match is missing: say which revision you saw."),
    "429": ("too_many_tries", "Tried too often: wait as long as Retry-After says."),
    "5XX": ("internal_error", "The site is at fault: try again later (503: as Retry-After says)."),
}
"""Of each status a reason that serves as its example, and what to do."""
EVERYWHERE: dict[int | str, Told] = {400: {}, 422: {}, "5XX": {}}
_EXAMPLES = {"act": "approve", "record": "K7QX2M9PRT4A", "seen": "6", "now": "7", "limit": "1048576",
             "seconds": "30", "types": "application/pdf, image/tiff"}  # fmt: skip
TAGS = [
    {"name": "session", "description": "Signing in and out, by password or by the province's provider."},
    {"name": "me", "description": "Who asks, and what they may do."},
    {"name": "records", "description": "Records: read, released and hidden, ended, given another scan."},
    {"name": "files", "description": "A record's files, its pages as pictures, and their words."},
    {"name": "review", "description": "Fields corrected and confirmed, records approved and returned."},
    {"name": "search", "description": "Search by words and filters, and its results as a file."},
    {"name": "persons", "description": "The desk's search for persons and their papers."},
    {"name": "cases", "description": "Correction cases: opened, decided, answered by a letter."},
    {"name": "batches", "description": "Batches: the exact account of what was taken in."},
    {"name": "reports", "description": "Figures for managers: progress and the queue."},
    {"name": "users", "description": "Users' accounts and their posts."},
    {"name": "clients", "description": "Programs of other offices, which ask by bearer token."},
    {"name": "custody", "description": "Records that go from one custodian to another by a decision."},
    {"name": "audit", "description": "The audit log: read, checked, taken out."},
    {"name": "problems", "description": "What the reason of a problem means; open to everybody."},
    {"name": "health", "description": "For watching the site; open to everybody who reaches it."},
]
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A name for this request: sent again under it within a day, it is answered and not done again.",
    "schema": {"type": "string", "maxLength": 200},
    "example": "5f0c2b1e-8f3a-4c55-9d0b-0c3a6a1f7e11",
}


def document(app: FastAPI) -> None:
    """Complete what FastAPI writes of the routes."""
    written = app.openapi

    def complete() -> Told:
        if app.openapi_schema is None:
            schema = written()
            components = schema["components"]
            _add_examples(components["schemas"])
            components["schemas"] |= _schemas_of_problems()
            components["responses"] = {status: _answer(status) for status in PROBLEMS}
            for methods in schema["paths"].values():
                for method, operation in methods.items():
                    _complete(method, operation)
        return app.openapi_schema or {}

    app.openapi = complete  # type: ignore[method-assign]


def _complete(method: str, operation: Told) -> None:
    operation["summary"] = re.split(r"\.(?:\s|$)", operation["description"])[0]
    if method == "post" and "session" not in operation["tags"]:
        operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    answers = operation["responses"]
    for status in {*answers, *_errors(method, operation)} & set(PROBLEMS):
        answers[status] = {"$ref": f"#/components/responses/{status}"}


def _errors(method: str, operation: Told) -> Iterator[str]:
    """The statuses that follow from what an operation takes."""
    taken = {key for each in operation.get("parameters", []) for key in (each["in"], each["name"])}
    changes = method != "get"
    if "security" in operation:
        yield from ("401", "403", *(["409"] if changes else []))
        if changes and "session" in operation["tags"]:
            yield "429"
    if "path" in taken:
        yield "404"
    if "If-Match" in taken:
        yield from ("412", "428")
    if "requestBody" in operation:
        yield "413"


def _answer(status: str) -> Told:
    reason, description = PROBLEMS[status]
    number = int(status.replace("X", "0"))
    wrong = [WrongPlace(where=["body", "reason"], problem="Field required")] if number == 422 else []
    example = told(number, reason, message(reason, _EXAMPLES), "0f8fad5bd9cb469fa16570867728950e", wrong)
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example.model_dump()}
    return {"description": description, "content": {MEDIA_TYPE: content}}


def _schemas_of_problems() -> Told:
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**problem.pop("$defs"), "Problem": problem}


def _add_examples(schemas: Told) -> None:
    """Of every answer one; that of a list is a page with one item."""
    examples = json.loads(files("api").joinpath("examples.json").read_text(encoding="utf-8"))
    for name, example in examples.items():
        schemas[name]["examples"] = [example]
    for name, schema in schemas.items():
        if name.startswith("Listed_"):
            item = schema["properties"]["items"]["items"]["$ref"].rpartition("/")[2]
            schema["examples"] = [{"items": schemas[item]["examples"], "next": None}]
