"""Codes of the one-stop system: dossiers, agencies, procedures, types of results."""

import re
from dataclasses import dataclass
from datetime import date

_OLD_AGENCY = re.compile(r"(?P<v>\d{3})\.(?P<z>\d{2})\.(?P<y>\d{2})\.(?P<m>[A-Z]\d{2})")
_AGENCY = re.compile(r"[A-Z]\d{2}(?:\.\d{1,3}){0,7}")  # never over the 35 characters of QĐ 20/2020
_DOSSIER = re.compile(r"(?P<agency>.+)-(?P<yy>\d{2})(?P<mm>\d{2})(?P<dd>\d{2})-(?P<sequence>\d{4,6})")
_PROCEDURE = re.compile(r"\d\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})?(?:\.\d{2})?")
_RESULT_TYPE = re.compile(r"KQ\.[A-Z]\d{2}\.\d{6}")

PROCEDURE_KEY_LENGTH = 8
"""Procedures are compared by «1.001234»: the rest names the province and the online service."""


@dataclass(frozen=True, slots=True)
class DossierCode:
    """A dossier's code (TT 01/2018/TT-VPCP art. 19): agency, day of reception, order in the day."""

    agency: str
    received_on: date
    sequence: str

    def __str__(self) -> str:
        return f"{self.agency}-{self.received_on:%y%m%d}-{self.sequence}"

    @property
    def new_form(self) -> str:
        """The same code with the agency top-down, as QĐ 20/2020/QĐ-TTg writes it."""
        return f"{new_agency_code(self.agency)}-{self.received_on:%y%m%d}-{self.sequence}"


def parse_dossier_code(text: str) -> DossierCode | None:
    """Read a dossier code in the old or the new form; None if its agency, day or order can't be."""
    found = _DOSSIER.fullmatch(_compact(text))
    if not found or not is_agency_code(found["agency"]) or int(found["sequence"]) == 0:
        return None
    try:
        received_on = date(2000 + int(found["yy"]), int(found["mm"]), int(found["dd"]))
    except ValueError:
        return None
    return DossierCode(found["agency"], received_on, found["sequence"])


def is_agency_code(text: str) -> bool:
    """Whether this is an agency code, H15.07.01 or the old 000.00.07.H15."""
    return bool(_OLD_AGENCY.fullmatch(text) or _AGENCY.fullmatch(text))


def new_agency_code(code: str) -> str:
    """Turn an old agency code round, without its empty levels: 000.00.07.H15 → H15.07; others stay."""
    found = _OLD_AGENCY.fullmatch(code)
    if not found:
        return code
    levels = [found["m"], found["y"], found["z"], found["v"]]
    while not levels[-1].strip("0"):
        levels.pop()
    return ".".join(levels)


def parse_procedure_code(text: str) -> str | None:
    """A procedure's code, national, of a province, or of an online service."""
    code = _compact(text)
    return code if _PROCEDURE.fullmatch(code) else None


def parse_result_type(text: str) -> str | None:
    """The national code of a type of results, KQ.G15.000031."""
    code = _compact(text)
    return code if _RESULT_TYPE.fullmatch(code) else None


def _compact(text: str) -> str:
    return re.sub(r"\s", "", text).upper()
