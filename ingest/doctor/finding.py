"""What a check finds: how bad it is, in a sentence, and the exit code if it is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from warehouse.errors import KhosoError
from warehouse.reasons import Message, message

Verdict = Literal["ok", "warning", "wrong"]
Findings = Iterator["Finding"]
"""A check yields what it finds, and raises the KhosoError that leaves nothing more to find."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence of warehouse/data/reasons/findings.toml, or of an error."""

    verdict: Verdict
    reason: str
    detail: Mapping[str, str]
    exit_code: int = 0

    @property
    def message(self) -> Message:
        """The sentence in Vietnamese and in English."""
        return message(self.reason, self.detail)


def fine(reason: str, **detail: object) -> Finding:
    """All is well."""
    return Finding("ok", reason, _texts(detail))


def warned(reason: str, **detail: object) -> Finding:
    """It works, but somebody should look at it."""
    return Finding("warning", reason, _texts(detail))


def wrong(error: KhosoError) -> Finding:
    """It does not work, or is not safe."""
    return Finding("wrong", error.reason, error.detail, error.exit_code)


def _texts(detail: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in detail.items()}
