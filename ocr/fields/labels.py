"""Values that forms print after a label: codes of the one-stop system, and until when a paper holds."""

import re
from collections.abc import Callable, Sequence

from ocr.fields.evidence import LIKELY, found
from ocr.fields.lines import Line
from ocr.fields.spelling import agency_case, nearest
from warehouse.codes.dates import PartialDate, parse_date
from warehouse.codes.dossiers import parse_dossier_code, parse_procedure_code
from warehouse.records import FieldValue, Known

DATE = r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|(?:ngay )?\d{1,2} thang \d{1,2} nam \d{4}"
DOSSIER = re.compile(r"\bma (?:so )?ho so\W{1,4}(?P<value>[\w.]+\s?-\s?\d{6}\s?-\s?\d{4,6})\b")
PROCEDURE = re.compile(r"\bma (?:so )?(?:thu tuc|tthc)[^:\d]{0,30}:\s?(?P<value>\d\.\d{6}[\d.h]*)")
UNTIL = re.compile(
    rf"\b(?:gia tri|hieu luc|thoi han)(?: su dung)? den(?: het)?(?: ngay)?\W{{0,3}}(?P<value>{DATE})"
)
REGISTERED_AT = re.compile(r"\bnoi dang ky(?: khai sinh| ket hon| khai tu)?\s?:\s*(?P<value>.+)")
REGISTERED_ON = re.compile(rf"\bngay,? thang,? nam dang ky(?: [a-z ]{{1,12}})?\s?:\s*(?P<value>{DATE})")


def registration(pages: Sequence[list[Line]], known: Known) -> list[FieldValue]:
    """issuing_agency and issued_on of a civil-status form, whose own header names neither."""
    lines = [line for page in pages for line in page]

    def registrar(text: str) -> str | None:
        hit = nearest(agency_case(text), known.agencies)
        return hit[0] if hit else None

    return [
        *_only("issuing_agency", REGISTERED_AT, lines, registrar),
        *_only("issued_on", REGISTERED_ON, lines, day_in),
    ]


def labelled(pages: Sequence[list[Line]]) -> list[FieldValue]:
    """dossier_code, procedure_code and valid_until, each where the paper prints exactly one."""
    lines = [line for page in pages for line in page]
    return [
        *_only("dossier_code", DOSSIER, lines, parse_dossier_code),
        *_only("procedure_code", PROCEDURE, lines, parse_procedure_code),
        *_only("valid_until", UNTIL, lines, day_in),
    ]


def day_in(text: str) -> PartialDate | None:
    """The day a text tells in figures, `05/3/2024` or `ngày 05 tháng 3 năm 2024`."""
    return parse_date("/".join(re.findall(r"\d+", text)))


def _only(
    name: str, label: re.Pattern[str], lines: Sequence[Line], parse: Callable[[str], object | None]
) -> list[FieldValue]:
    values = []
    for line in lines:
        hit = label.search(line.plain)
        value = parse(line.text[hit.start("value") : hit.end("value")].strip(".")) if hit else None
        if hit and value:
            words = line.part(hit.start("value"), hit.end("value")).words
            values.append(
                found(
                    name,
                    str(value),
                    [line],
                    LIKELY,
                    words,
                    precision="day" if isinstance(value, PartialDate) else "",
                )
            )
    return values[:1] if len({value.value for value in values}) == 1 else []
