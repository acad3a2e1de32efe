"""What the web process writes to stderr: one JSON object a line, for programs that gather logs.

No line holds a path, a query, a body or a person's name; see api.middleware and api.errors.
"""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter


def configure() -> None:
    """Everything that is logged in this process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp=True,
            json_ensure_ascii=False,
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("khoso.requests").setLevel(logging.INFO)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
