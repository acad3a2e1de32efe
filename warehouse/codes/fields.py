"""The check of a value of a named field, and when two values of a field mean the same."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from warehouse.codes import dates, dossiers, identities, references
from warehouse.records import DATE_FIELDS
from warehouse.text import norm

NO_TERM = "unlimited"
"""The value of valid_until on a paper that says it has no term."""

_NO_TERM_WORDS = frozenset(
    {"không thời hạn", "không có thời hạn", "vô thời hạn", "lâu dài", "vĩnh viễn", NO_TERM}
)

_IN_FULL = {"ubnd": "uỷ ban nhân dân", "hđnd": "hội đồng nhân dân", "tp.": "thành phố", "tp": "thành phố"}
_AGENCY_WORDS = re.compile(r"\b(?:ubnd|hđnd|tp\b\.?)(?!\w)")

NAME_LENGTH = 200
TEXT_LENGTH = 2000
FIRST_DOSSIER_YEAR = 2018  # the codes of TT 01/2018/TT-VPCP
_USUAL_SEQUENCE_LENGTH = 4
_LONGEST_TERM = 50  # years that a two-digit year of valid_until may lie ahead: land is lent for 50

_YEAR = re.compile(r"(?:năm )?(\d{4})", re.IGNORECASE)
_REGISTER_NUMBER = re.compile(
    r"(?:(?:quyển|sổ|số|tập)[ .:]*)*((?:[A-ZĐ]{1,6}[ .-]?)?\d{1,8}[A-ZĐ]{0,4}(?:[/.-][\dA-ZĐ]{1,12}){0,3})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A value in its normal spelling; or None and the reason why not. Warnings leave the value standing."""

    value: str | None
    reason: str | None = None
    warnings: tuple[str, ...] = ()
    precision: Literal["", "day", "month", "year"] = ""


def check_field(name: str, value: str, on: date | None = None) -> Checked:
    """Check one value (not blank) of one of FIELD_NAMES by the rules of its field, as of a day (today)."""
    tidy = " ".join(unicodedata.normalize("NFC", value).split())
    if len(tidy) > (NAME_LENGTH if name == "holder_name" else TEXT_LENGTH):
        return Checked(None, "too_long")
    if name in DATE_FIELDS:
        return _check_date(name, tidy, on or dates.today())
    if name in _DATED_CHECKS:
        return _DATED_CHECKS[name](tidy, on or dates.today())
    if name in _PARSERS:
        reason, parse = _PARSERS[name]
        parsed = parse(tidy)
        return Checked(None, reason) if parsed is None else Checked(str(parsed))
    return Checked(references.doc_type_name(tidy) if name == "doc_type" else tidy)


MISMATCHES = ("birth_year_mismatch", "ends_before_issue")


def mismatches(values: Mapping[str, str]) -> tuple[str, ...]:
    """Reason codes of what checked values of one paper say against one another."""
    found = []
    person = identities.parse_personal_id(values.get("holder_id", ""))
    born = values.get("holder_birth_date")
    if person and born and int(born[:4]) != person.birth_year:
        found.append("birth_year_mismatch")
    issued, until = values.get("issued_on"), values.get("valid_until")
    # Dates of unlike precision are compared by what both say.
    if issued and until and until != NO_TERM and until[: len(issued)] < issued[: len(until)]:
        found.append("ends_before_issue")
    return tuple(found)


def comparable(name: str, value: str) -> str:
    """The form in which equal values of a field are equal strings, whatever their spelling."""
    if name == "dossier_code" and (code := dossiers.parse_dossier_code(value)):
        return code.new_form
    if name == "procedure_code":
        return value.strip()[: dossiers.PROCEDURE_KEY_LENGTH]
    if name == "holder_id":
        return identities.digits(value).upper()
    if name in {"reference_number", "dossier_code", "result_type"}:
        return re.sub(r"^0+(?=\d)", "", re.sub(r"\s", "", norm(value))).upper()  # 01/QĐ-UBND is 1/QĐ-UBND
    if name in {"issuing_agency", "parent_agency"}:
        return _AGENCY_WORDS.sub(lambda found: _IN_FULL[found[0]], norm(value).casefold())
    return norm(value) if name in DATE_FIELDS else norm(value).casefold()


def agree(name: str, one: str, other: str) -> bool:
    """Whether two values of a field mean the same; dates are compared by the precision both have."""
    a, b = comparable(name, one), comparable(name, other)
    if name in DATE_FIELDS:
        return a.startswith(b) or b.startswith(a)
    return a == b


def _check_date(name: str, text: str, on: date) -> Checked:
    if name == "valid_until" and text.lower() in _NO_TERM_WORDS:
        return Checked(NO_TERM)
    latest = on.replace(year=on.year + _LONGEST_TERM, day=1) if name == "valid_until" else on
    parsed = dates.parse_date(text)
    short = None if parsed else dates.parse_short_date(text, latest)
    parsed = parsed or short
    first_year = dates.FIRST_BIRTH_YEAR if name == "holder_birth_date" else dates.FIRST_YEAR
    if parsed is None or parsed.year < first_year:
        return Checked(None, "bad_date")
    if name != "valid_until" and parsed.first > on:
        return Checked(None, "future_date")
    return Checked(str(parsed), None, ("two_digit_year",) if short else (), parsed.precision)


def _check_register_year(text: str, on: date) -> Checked:
    found = _YEAR.fullmatch(text)
    if not found or not dates.FIRST_BIRTH_YEAR <= int(found[1]) <= on.year:
        return Checked(None, "bad_register_year")
    return Checked(found[1])


def _register_number(text: str) -> str | None:
    """The number of a book or an entry: digits, with letters or a year beside them; «Số 05» is 05."""
    found = _REGISTER_NUMBER.fullmatch(text)
    return found[1].replace(" ", "") if found else None


def _check_dossier_code(text: str, on: date) -> Checked:
    code = dossiers.parse_dossier_code(text)
    if code is None:
        return Checked(None, "bad_dossier_code")
    if code.received_on > on:
        return Checked(None, "future_date")
    warnings = []
    if code.received_on.year < FIRST_DOSSIER_YEAR:
        warnings.append("early_dossier_code")
    if len(code.sequence) > _USUAL_SEQUENCE_LENGTH:
        warnings.append("long_dossier_sequence")
    return Checked(str(code), warnings=tuple(warnings))


def _check_holder_id(text: str, on: date) -> Checked:
    """A personal id, a CMND, a tax code or, for a body of the state, an agency code."""
    if dossiers.is_agency_code(text):
        return Checked(text)
    number = identities.digits(text)
    if number.isdecimal() and len(number) in {10, 13}:
        tax_code = identities.parse_tax_code(number)
        return Checked(tax_code, None if tax_code else "bad_tax_code")
    if identities.is_old_id_card(number):
        return Checked(number)
    person = identities.parse_personal_id(number)
    if person is None or person.birth_year > on.year:
        return Checked(None, "bad_personal_id")
    known = person.province in identities.PROVINCES_OF_IDS
    return Checked(person.number, warnings=() if known else ("unknown_province_code",))


_DATED_CHECKS: Mapping[str, Callable[[str, date], Checked]] = {
    "dossier_code": _check_dossier_code,
    "holder_id": _check_holder_id,
    "register_year": _check_register_year,
}

_PARSERS: Mapping[str, tuple[str, Callable[[str], object | None]]] = {
    "reference_number": ("bad_reference_number", references.parse_reference),
    "procedure_code": ("bad_procedure_code", dossiers.parse_procedure_code),
    "result_type": ("bad_result_type", dossiers.parse_result_type),
    "register_book": ("bad_register_number", _register_number),
    "register_entry": ("bad_register_number", _register_number),
}
