"""One paper from its form: forms/NAME.toml, filled with invented people and numbers."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from samples.invented import invented
from samples.people import Holder, signature_name
from samples.units import TWO_LEVELS_SINCE, Level, Unit
from warehouse.records import FIELD_NAMES

FORMS = Path(__file__).parent / "forms"
PAGE_BREAK = "@page\n"
Fields = dict[str, str | list[str] | None]


@dataclass(frozen=True)
class Paper:
    """What is printed, and the fields an officer would write down from it.

    `pages` are the lines of each page in the markup of the forms: `# ` centred bold, `## ` bold, `= ` centred
    italic, `~ ` italic, `> ` an entry, `@sign` the signature block, anything else a paragraph; `**bold**` inside.
    `phrases` are words that only that page of that paper has.
    """

    fields: Fields
    pages: tuple[tuple[str, ...], ...]
    issuer: "Issuer"
    day: date
    authority: str
    addressee: str
    recipients: tuple[str, ...]
    phrases: tuple[str, ...]
    procedure_code: str | None

    def text(self, field: str) -> str:
        """A field of one value; empty where the paper has none."""
        value = self.fields[field]
        return value if isinstance(value, str) else ""


@dataclass(frozen=True)
class Issuer:
    """Who issues: a committee of an area, or an office of that committee."""

    area: str
    office: str | None

    @property
    def committee(self) -> str:
        """The committee's name."""
        return f"Ủy ban nhân dân {self.area}"

    @property
    def agency(self) -> str:
        """The issuing agency."""
        return self.office or self.committee

    @property
    def initials(self) -> str:
        """As in the notation of its papers."""
        return "".join(word[0].upper() for word in self.agency.split())

    @property
    def place(self) -> str:
        """The area without its kind, as it stands before the date."""
        kinds = ("xã ", "thị trấn ", "phường ", "huyện ", "thành phố ", "tỉnh ")
        return next(self.area.removeprefix(kind) for kind in kinds if self.area.startswith(kind))


@cache
def form(name: str) -> dict[str, Any]:
    """A form as it stands in its file."""
    return tomllib.loads((FORMS / f"{name}.toml").read_text(encoding="utf-8"))


def write_paper(name: str, unit: Unit, day: date, pages: int, serial: int, rng: Random) -> Paper:
    """The paper on that form with its first `pages` pages; `serial` keeps the landmarks of papers apart."""
    layout = form(name)
    issuer = issuer_of(layout, unit, day)
    values = invented(layout, unit, day, serial, rng)
    values |= {"area": issuer.area, "AREA": issuer.area.upper(), "initials": issuer.initials}
    values["reference"] = layout["reference"].format(**values)
    kept = layout["text"]["body"].split(PAGE_BREAK)[:pages]
    return Paper(
        fields=printed_fields(layout, issuer, values, "".join(kept))
        | {
            "issued_on": day.isoformat(),
            "signer": signature_name(rng, unit),
            "signing_capacity": capacity(layout, rng),
        },
        pages=tuple(tuple(page.format(**values).strip().split("\n")) for page in kept),
        issuer=issuer,
        day=day,
        authority=layout.get("authority", "").format(**values),
        addressee=layout.get("addressee", "").format(**values),
        recipients=tuple(layout["recipients"]),
        phrases=tuple(values[f"mark{page}"] for page in range(1, pages + 1)),
        procedure_code=layout.get("procedure_code"),
    )


def printed_fields(layout: dict[str, Any], issuer: Issuer, values: dict[str, Any], text: str) -> Fields:
    """Every field of a record, None where this form does not print it."""
    fields: Fields = dict.fromkeys(FIELD_NAMES)
    fields |= {
        "issuing_agency": issuer.agency,
        "parent_agency": issuer.committee if issuer.office else None,
        "place": issuer.place,
        "reference_number": values["reference"],
        "doc_type": layout["doc_type"],
        "result_type": layout.get("result_type"),
        "subject": layout.get("subject", "").format(**values) or None,
        "dossier_code": values["dossier"] if "{dossier}" in text else None,
        "valid_until": values["valid_until"].isoformat() if "{valid_until" in text else None,
    }
    return fields | holder_fields(values["holder"], text) if "holder" in values else fields


def issuer_of(layout: dict[str, Any], unit: Unit, day: date) -> Issuer:
    """The committee of the form's level, or its office by the name it had on that day."""
    level: Level = layout.get("level", "commune")
    before = "old_office" if day < TWO_LEVELS_SINCE and "old_office" in layout else "office"
    return Issuer(unit.area(level, day), layout.get(before))


def capacity(layout: dict[str, Any], rng: Random) -> list[str]:
    """The lines above the signature: the head, or a deputy for the head."""
    head = layout.get("head", "CHỦ TỊCH")
    lines = [] if "head" in layout else ["TM. ỦY BAN NHÂN DÂN"]
    return [*lines, head] if rng.random() < 0.4 else [*lines, f"KT. {head}", f"PHÓ {head}"]


def holder_fields(holder: Holder, text: str) -> Fields:
    """Of the holder, what the form prints."""
    born = holder.born.isoformat() if holder.born and "{holder.born:%d" in text else None
    return {
        "holder_name": holder.name,
        "holder_id": holder.id if "{holder.id}" in text else None,
        "holder_birth_date": born,
    }
