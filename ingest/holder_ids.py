"""Numbers of persons and companies in lists, where a spreadsheet may have dropped the zeros in front."""

import re
from typing import NamedTuple

from ingest.columns import header_key
from warehouse.codes.dates import today
from warehouse.codes.fields import Checked, check_field
from warehouse.codes.identities import digits, parse_tax_code, with_lost_zeros

_OF_COMPANIES = re.compile(r"\b(mst|ma so (thue|doanh nghiep))\b")
_OF_PERSONS = re.compile(r"\b(cccd|cmnd|can cuoc|(so|ma) dinh danh ca nhan)\b")
_DECIMALS = re.compile(r"(\d{8,13})[.,]0+")
_SHORT_TAX_CODE = re.compile(r"[1-9]\d{8}")


class HolderId(NamedTuple):
    """What a cell says: a value or the reason against it; or a proposal that a person must accept."""

    checked: Checked
    proposal: str | None = None


def read_holder_id(text: str, born: int | None, header: str, *, is_number: bool) -> HolderId:
    """Read a cell by its text, its holder's year of birth and its column's header.

    A number that is right as it stands may still be a shortened one. The header may decide; else, if the cell
    holds a number and no text, it is `ambiguous_id`, and no value is taken.
    """
    if whole := _DECIMALS.fullmatch(text):
        text, is_number = whole[1], True
    number = digits(text)
    key = header_key(header)
    companies, persons = _OF_COMPANIES.search(key) is not None, _OF_PERSONS.search(key) is not None
    only_companies = companies and not persons
    restored = _restored_tax_code(number) if only_companies else with_lost_zeros(number, today().year, born)
    checked = check_field("holder_id", text)
    if restored is None:
        return HolderId(checked)
    if checked.value is None or companies != persons:
        return HolderId(checked, restored)
    return HolderId(Checked(None, "ambiguous_id") if is_number else checked)


def _restored_tax_code(number: str) -> str | None:
    return parse_tax_code(f"0{number}") if _SHORT_TAX_CODE.fullmatch(number) else None
