"""What the OpenAPI document tells of every route alike: problems, and keys against doing a thing twice."""

from typing import Any

from fastapi import FastAPI

from api.errors import MEDIA_TYPE, Problem

_CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "The request cannot be answered so: see its reason.", "content": _CONTENT},
    "5XX": {"description": "The site is at fault: try again later.", "content": _CONTENT},
}
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

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = written()
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            template = "#/components/schemas/{model}"
            problem = Problem.model_json_schema(ref_template=template)
            schemas |= problem.pop("$defs", {}) | {"Problem": problem}
            for operations in schema["paths"].values():
                if "post" in operations and "session" not in operations["post"]["tags"]:
                    operations["post"].setdefault("parameters", []).append(IDEMPOTENCY_KEY)
        return app.openapi_schema or {}

    app.openapi = complete  # type: ignore[method-assign]
