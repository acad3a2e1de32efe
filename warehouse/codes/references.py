"""Reference numbers (số, ký hiệu) of papers, and the abbreviations that open their notation."""

import re
from dataclasses import dataclass
from typing import Literal

from stdnum.vn import mst

DOC_TYPE_ABBREVIATIONS = {
    "NQ": "Nghị quyết", "QĐ": "Quyết định", "CT": "Chỉ thị", "QC": "Quy chế", "QyĐ": "Quy định",
    "TC": "Thông cáo", "TB": "Thông báo", "HD": "Hướng dẫn", "CTr": "Chương trình", "KH": "Kế hoạch",
    "PA": "Phương án", "ĐA": "Đề án", "DA": "Dự án", "BC": "Báo cáo", "BB": "Biên bản", "TTr": "Tờ trình",
    "HĐ": "Hợp đồng", "CĐ": "Công điện", "BGN": "Bản ghi nhớ", "BTT": "Bản thỏa thuận",
    "GUQ": "Giấy ủy quyền", "GM": "Giấy mời", "GGT": "Giấy giới thiệu", "GNP": "Giấy nghỉ phép",
    "PG": "Phiếu gửi", "PC": "Phiếu chuyển", "PB": "Phiếu báo",
}  # fmt: skip
"""NĐ 30/2020 Annex III. Công văn and thư công have none."""

_BY_UPPER = {abbreviation.upper(): name for abbreviation, name in DOC_TYPE_ABBREVIATIONS.items()}

Kind = Literal["administrative", "civil_status", "land_serial", "registration"]

_PREFIX = re.compile(r"số\s*[:.]?\s*(?=\d)", re.IGNORECASE)
_ADMINISTRATIVE = re.compile(
    r"(?P<no>\d{1,6}[a-z]?)\s*/\s*(?:(?P<year>(?:19|20)\d{2})\s*/\s*)?(?P<notation>[A-ZĐ][\w&.]*(?:-[\w&.]+)*)"
)
_CIVIL_STATUS = re.compile(r"(?P<no>\d{1,5})\s*/\s*(?P<year>(?:19|20)\d{2})(?:-(?P<notation>BS|TLKS))?")
_LAND_SERIAL = re.compile(r"(?P<notation>[A-ZĐ]{1,2})\s?(?P<no>\d{6,8})")
_LICENCE = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference number taken apart; str() gives its one normal spelling."""

    kind: Kind
    no: str
    year: int | None = None
    notation: str = ""

    @property
    def doc_type(self) -> str | None:
        """The type its notation names; None for a công văn and for numbers that name no type."""
        return _BY_UPPER.get(self.notation.split("-")[0].upper())

    def __str__(self) -> str:
        match self.kind:
            case "land_serial":
                return f"{self.notation} {self.no}"
            case "civil_status":
                return f"{self.no}/{self.year}" + (f"-{self.notation}" if self.notation else "")
            case "registration":
                return self.no
        return "/".join(part for part in (self.no, str(self.year or ""), self.notation) if part)


def parse_reference(text: str) -> Reference | None:
    """Read one reference number, with or without «Số:» before it; None if `text` is not exactly that.

    A number without its notation, or a notation without its number, is not a reference. A registration is
    a number that stands alone by law: an enterprise code (its check digit holds) or a 12-digit licence.
    """
    plain = _PREFIX.sub("", _plain(text), count=1)
    if found := _ADMINISTRATIVE.fullmatch(plain):
        return Reference("administrative", found["no"], _year(found["year"]), found["notation"])
    if found := _CIVIL_STATUS.fullmatch(plain):
        return Reference("civil_status", found["no"], _year(found["year"]), found["notation"] or "")
    if found := _LAND_SERIAL.fullmatch(plain):
        return Reference("land_serial", found["no"], None, found["notation"])
    if _LICENCE.fullmatch(plain) or mst.is_valid(plain):
        return Reference("registration", plain if _LICENCE.fullmatch(plain) else mst.format(plain))
    return None


def doc_type_name(text: str) -> str:
    """The name of a type of paper in sentence case, from its abbreviation or its name in capitals."""
    if name := _BY_UPPER.get(text.upper()):
        return name
    return text.capitalize() if text.isupper() else text


def _plain(text: str) -> str:
    """Undo what keyboards and OCR do: Icelandic Ð for Đ, long dashes, spaces at dashes and dots."""
    plain = text.strip().replace("Ð", "Đ").replace("–", "-").replace("—", "-")
    plain = re.sub(r"\s*([-.])\s*", r"\1", plain)
    return plain.upper() if plain.islower() else plain


def _year(text: str | None) -> int | None:
    return int(text) if text else None
