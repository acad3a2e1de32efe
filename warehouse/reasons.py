"""Reason codes and their sentences in Vietnamese and English, read from data/reasons/."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TypedDict, cast


class Message(TypedDict):
    """One sentence in two languages."""

    vi: str
    en: str


@cache
def reasons() -> dict[str, Message]:
    """All reason codes: those of errors, and what `khoso doctor` finds."""
    folder = files("warehouse").joinpath("data/reasons")
    texts = [
        file.read_text(encoding="utf-8") for file in sorted(folder.iterdir(), key=lambda file: file.name)
    ]
    return cast(dict[str, Message], tomllib.loads("\n".join(texts)))


def message(reason: str, detail: Mapping[str, str] | None = None) -> Message:
    """The sentence of a reason, filled with its detail; a detail that is missing shows as '?'."""
    values = _Filled(detail or {})
    sentence = reasons()[reason]
    return {"vi": sentence["vi"].format_map(values), "en": sentence["en"].format_map(values)}


class _Filled(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
