"""What the placeholders of a form stand for: people, addresses, dates and numbers, all made up."""

from calendar import isleap
from datetime import date, timedelta
from random import Random
from typing import Any

from samples.people import firm, person
from samples.units import Unit, landmark


def invented(form: dict[str, Any], unit: Unit, day: date, serial: int, rng: Random) -> dict[str, Any]:
    """Everything a form can name, by placeholder."""
    values: dict[str, Any] = {key: rng.choice(options) for key, options in form.get("choices", {}).items()}
    values |= {key: rng.randint(*span) for key, span in form.get("numbers", {}).items()}
    values |= holders(form, unit, day, rng)
    home, other = rng.sample(unit.hamlets, 2)
    holder = values.get("holder")
    values |= {
        "unit": unit,
        "commune": unit.area("commune", day),
        "address": unit.address(home, day),
        "address2": unit.address(other, day),
        "title": "bà" if holder and holder.sex == "nữ" else "ông",
        "number": f"{rng.randint(1, 480):02}",
        "year": day.year,
        "day": f"{day:%d/%m/%Y}",
        "tax_code": firm(rng, "").id,
        "dossier": dossier_code(unit, day, rng),
        "valid_until": years_later(day, form.get("years_valid", 0)),
    }
    return values | {f"mark{page}": landmark(unit, serial * 4 + page - 1) for page in range(1, 5)}


def holders(form: dict[str, Any], unit: Unit, day: date, rng: Random) -> dict[str, Any]:
    """The people of a form in its order, so that a child can have the surname of a parent named before."""
    made: dict[str, Any] = {}
    for key, wanted in form.get("people", {}).items():
        parent = made.get(wanted.get("surname_of"))
        surname = parent.name.split()[0] if parent else ""
        sex = wanted["sex"] or rng.choice(("nam", "nữ"))
        made[key] = person(rng, unit, sex, tuple(wanted["age"]), day, surname)
    if "firms" in form:
        made["holder"] = firm(rng, rng.choice(form["firms"]))
    return made


def dossier_code(unit: Unit, day: date, rng: Random) -> str:
    """TT 01/2018/TT-VPCP article 19: agency, day of receipt, order of that day."""
    received = day - timedelta(days=rng.randint(2, 12))
    return f"{unit.agency_code}-{received:%y%m%d}-{rng.randint(1, 60):04}"


def years_later(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes the 28th where there is none."""
    year = day.year + years
    return day.replace(year=year, day=28 if (day.month, day.day) == (2, 29) and not isleap(year) else day.day)
