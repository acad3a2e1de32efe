"""What commands print: JSON alone on stdout, plain tables for people, progress on stderr."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from warehouse.errors import UsageError

json_option = click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
out_path = click.Path(dir_okay=False, writable=True, path_type=Path)


def print_json(data: object) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def print_table(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    """Rows under headings; `columns` gives key -> heading. Figures stand to the right."""
    cells = [[_cell(row[key]) for key in columns] for row in rows]
    widths = [max(map(_width, column)) for column in zip(columns.values(), *cells, strict=True)]
    right = [bool(cells) and all(_is_figure(row[place]) for row in cells) for place in range(len(columns))]
    for line in [list(columns.values()), ["─" * width for width in widths], *cells]:
        click.echo("  ".join(map(_padded, line, widths, right)).rstrip())


def progress_bar(total: int | None, what: str) -> "tqdm[Any]":
    """A bar on stderr; none when stderr is not a terminal."""
    return tqdm(
        total=total, desc=what, unit="", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False
    )


@contextmanager
def writing_to(out: Path) -> Iterator[None]:
    """While a file that a person named is written; raises UsageError if it cannot be."""
    try:
        yield
    except OSError as error:
        raise UsageError("cannot_write", path=out, error=error.strerror) from error


def _cell(value: object) -> str:
    return "–" if value is None else str(value)


def _is_figure(text: str) -> bool:
    return text == "–" or text.replace(".", "").replace("%", "").strip().isdigit()


def _padded(text: str, width: int, right: bool) -> str:
    room = " " * (width - _width(text))
    return room + text if right else text + room


def _width(text: str) -> int:
    return sum(1 for sign in unicodedata.normalize("NFC", text) if not unicodedata.combining(sign))


def shorten(text: str | None, width: int) -> str | None:
    """At most `width` characters on one line."""
    flat = " ".join((text or "").split())
    return (flat if len(flat) <= width else flat[: width - 1] + "…") or None
