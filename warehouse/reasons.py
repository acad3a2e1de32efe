"""Reason codes and their sentences in Vietnamese and English, read from data/."""

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
    data = files("warehouse").joinpath("data")
    texts = [data.joinpath(name).read_text(encoding="utf-8") for name in ("reasons.toml", "findings.toml")]
    return cast(dict[str, Message], tomllib.loads("\n".join(texts)))


def message(reason: str, detail: Mapping[str, str] | None = None) -> Message:
    """The sentence of a reason, filled with its detail; a detail that is missing shows as '?'."""
    values = _Filled(detail or {})
    sentence = reasons()[reason]
    return {"vi": sentence["vi"].format_map(values), "en": sentence["en"].format_map(values)}


class _Filled(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
