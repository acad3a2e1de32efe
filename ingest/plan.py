"""How a batch's files become papers: the split, and what path and batch say of every one of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Any, Self

from ingest.columns import LOCATION_COLUMNS, TEXT_LENGTH
from ingest.matching import Matching
from ingest.split import parse_split
from warehouse.codes.fields import Checked, check_field
from warehouse.errors import UsageError
from warehouse.records import FIELD_NAMES, FieldValue, Origin, Secrecy
from warehouse.text import fold

SHORT = {
    "type": "doc_type", "issuer": "issuing_agency", "number": "reference_number", "date": "issued_on",
    "holder": "holder_name", "id": "holder_id", "book": "register_book", "entry": "register_entry",
}  # fmt: skip
"""Short names that a pattern or --set may use for fields."""

IGNORED = ("file", "any")
YEAR = "year"
"""The year of a register if the pattern names its book or entry, else the year of issue."""

SECRECY: Mapping[str, Secrecy] = {"mat": "mat", "toi mat": "toi_mat", "tuyet mat": "tuyet_mat"}
KINDS = ("result", "component")
NOT_FIELDS = ("kind", "secrecy")

_PLACE = re.compile(r"\{(\w+)\}")
_EXTENSION = r"(?:\.[^./]{1,5})?"


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of a file's papers before anybody looks into it; `bad`: (name, text, reason) left out."""

    values: tuple[FieldValue, ...] = ()
    location: Mapping[str, str] = field(default_factory=dict)
    bad: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A batch's plan as it is kept: names and texts as they were given, checked when it is made."""

    split: str | None = None
    pattern: str | None = None
    defaults: Mapping[str, str] = field(default_factory=dict)
    matching: Matching = "auto"
    accept_proposals: bool = False

    @classmethod
    def kept(cls, data: Mapping[str, Any]) -> Self:
        """A plan from its JSON; a batch of an older version has none."""
        return cls(**data)

    def as_json(self) -> dict[str, Any]:
        """As `kept` takes it."""
        return asdict(self)

    @property
    def kind(self) -> str:
        """What its papers are unless the list says otherwise."""
        return self.defaults.get("kind", "result")

    @property
    def secrecy(self) -> Secrecy | None:
        """The mark that all its papers bear."""
        return SECRECY.get(fold(self.defaults.get("secrecy", "")))

    def said_of(self, path: str) -> Said:
        """Values and places by the path (origin path) and by the batch (batch_default)."""
        given = _taken({name: text for name, text in self.defaults.items() if name not in NOT_FIELDS},
                       "batch_default")  # fmt: skip
        if self.pattern is None:
            return given
        match = _expression(self.pattern).fullmatch(path)
        if match is None:
            return replace(given, bad=(("path", path, "path_not_matched"),))
        found = _taken({name: text.strip() for name, text in match.groupdict().items()}, "path")
        return Said((*found.values, *given.values), {**given.location, **found.location}, found.bad)


def make_plan(
    split: str | None,
    pattern: str | None,
    settings: Sequence[str],
    matching: Matching,
    accept_proposals: bool,
) -> Plan:
    """Check what the command was given; raises UsageError that names what is wrong."""
    if pattern is not None:
        _expression(pattern)
    if split is not None:
        parse_split(split)
    return Plan(split, pattern, dict(map(_setting, settings)), matching, accept_proposals)


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    known = field_named(name.strip())
    if not equals or not value.strip() or (known is None and name not in NOT_FIELDS):
        raise UsageError("bad_default", text=text, names=_names())
    name = known or name
    wrong = (name == "kind" and value not in KINDS) or (name == "secrecy" and fold(value) not in SECRECY)
    if wrong or (name not in NOT_FIELDS and _checked(name, value).value is None):
        raise UsageError("bad_default", text=text, names=_names())
    return name, value.strip()


def field_named(name: str) -> str | None:
    """The field or place that a name means, short or whole; None if it means none."""
    name = SHORT.get(name, name)
    return name if name in (*FIELD_NAMES, *LOCATION_COLUMNS) else None


def _names() -> str:
    return ", ".join([*SHORT, *FIELD_NAMES, *LOCATION_COLUMNS, *NOT_FIELDS])


@lru_cache(maxsize=16)
def _expression(pattern: str) -> re.Pattern[str]:
    """`{year}/{box}/{file}` as an expression over a path; the extension may be left out."""
    places = list(_PLACE.finditer(pattern))
    of_register = any((field_named(place[1]) or "").startswith("register_") for place in places)
    text, end = "", 0
    for place in places:
        name = _pattern_name(place[1], of_register)
        if name is None and place[1] not in IGNORED:
            raise _bad_pattern(pattern)
        text += re.escape(pattern[end : place.start()]) + (f"(?P<{name}>[^/]+?)" if name else "[^/]+?")
        end = place.end()
    try:
        return re.compile(text + re.escape(pattern[end:]) + _EXTENSION, re.IGNORECASE)
    except re.error as error:  # a name that stands twice
        raise _bad_pattern(pattern) from error


def _pattern_name(written: str, of_register: bool) -> str | None:
    if written == YEAR:
        return "register_year" if of_register else "issued_on"
    return field_named(written)


def _bad_pattern(pattern: str) -> UsageError:
    return UsageError("bad_pattern", pattern=pattern, names=f"{_names()}, {YEAR}, {', '.join(IGNORED)}")


def _taken(named: Mapping[str, str], origin: Origin) -> Said:
    """Fields are checked; what is not a field is a place in the archive."""
    values, location, bad = [], {}, []
    for name, text in named.items():
        checked = _checked(name, text)
        if checked.value is None:
            bad.append((name, text, checked.reason or ""))
        elif name in FIELD_NAMES:
            values.append(FieldValue(name, checked.value, origin, precision=checked.precision))
        else:
            location[name] = checked.value
    return Said(tuple(values), location, tuple(bad))


def _checked(name: str, text: str) -> Checked:
    if name in FIELD_NAMES:
        return check_field(name, text)
    return Checked(text) if len(text) <= TEXT_LENGTH else Checked(None, "too_long")
