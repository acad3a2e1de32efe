"""Every operation of the API, as its OpenAPI document tells it: for what must hold of all of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

JSON = "application/json"


@dataclass(frozen=True)
class Operation:
    """A method and a route's template, and what is told of them."""

    method: str
    template: str
    told: dict[str, Any]

    @property
    def takes_json(self) -> bool:
        """Whether it has a body of JSON."""
        return JSON in self.told.get("requestBody", {}).get("content", {})

    @property
    def queries(self) -> list[str]:
        """Names of its query parameters."""
        return [each["name"] for each in self.told.get("parameters", []) if each["in"] == "query"]

    def path(self, value: str) -> str:
        """With this (quoted) in the place of every parameter."""
        return re.sub(r"\{\w+\}", lambda _: value, self.template)


def operations(app: FastAPI) -> Iterator[Operation]:
    """All of them."""
    for template, methods in app.openapi()["paths"].items():
        for method, told in methods.items():
            yield Operation(method.upper(), template, told)
