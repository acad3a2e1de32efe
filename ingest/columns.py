"""What the columns of a manifest may be called, in Vietnamese or English."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from warehouse.text import fold, norm


class Column(NamedTuple):
    """A column of a sheet: its header as written, and the field, place or role it names."""

    header: str
    name: str | None


LOCATION_COLUMNS = ("fonds", "list", "box", "folder", "sheet")
MIGRATED_COLUMNS = ("source_system", "source_id", "digitised_on", "approved_on", "approved_by")
HEADER_LENGTH = 100
TEXT_LENGTH = 100
"""Of a place in the archive, and of what an older system says."""

_CALLED = {
    "file": "tên tệp|tệp|tệp tin|tên tệp tin|tên tập tin|tập tin|tên file|file|filename|đường dẫn|path",
    "pages": "trang|các trang|trang số|từ trang đến trang|pages|page|page range",
    "kind": "loại số hóa|kết quả hay thành phần|kind",
    "issuing_agency": "cơ quan ban hành|cơ quan cấp|cơ quan ký|đơn vị ban hành|nơi cấp|tên cơ quan",
    "parent_agency": "cơ quan chủ quản|cơ quan cấp trên",
    "reference_number": "số ký hiệu|số và ký hiệu|số ký hiệu văn bản|số hiệu|số văn bản|số giấy tờ|số",
    "place": "địa danh|nơi ban hành",
    "issued_on": "ngày ban hành|ngày cấp|ngày ký|ngày văn bản|ngày tháng năm|issue date|date",
    "doc_type": "loại giấy tờ|loại văn bản|tên loại|tên loại văn bản|tên giấy tờ|document type|type",
    "subject": "trích yếu|trích yếu nội dung|nội dung trích yếu|nội dung|tiêu đề|title",
    "signer": "người ký|họ tên người ký|họ và tên người ký",
    "signing_capacity": "chức vụ|chức vụ người ký|quyền hạn ký|thẩm quyền ký",
    "holder_name": (
        "họ tên chủ giấy tờ|họ và tên chủ giấy tờ|chủ giấy tờ|tên chủ giấy tờ|họ tên|họ và tên|chủ sở hữu"
        "|tên chủ sở hữu|chủ hồ sơ|họ tên chủ hồ sơ|holder"
    ),
    "holder_id": (
        "số định danh|số định danh cá nhân|mã định danh|số cccd|cccd|căn cước|số căn cước"
        "|số căn cước công dân|cmnd|số cmnd|cmnd cccd|cccd cmnd|số cmnd cccd|mã số thuế|mst|personal id"
    ),
    "holder_birth_date": "ngày sinh|ngày tháng năm sinh|năm sinh|sinh ngày|birth date|date of birth",
    "dossier_code": "mã hồ sơ|mã số hồ sơ|số hồ sơ",
    "procedure_code": "mã thủ tục|mã thủ tục hành chính|mã tthc|mã số thủ tục",
    "result_type": "mã kết quả|mã loại kết quả|mã loại giấy tờ",
    "valid_until": (
        "hiệu lực đến|có hiệu lực đến|hiệu lực đến ngày|giá trị đến|có giá trị đến|ngày hết hiệu lực"
        "|ngày hết hạn|hết hạn|expires on"
    ),
    "register_kind": "loại sổ|tên sổ|loại sổ hộ tịch|loại sổ đăng ký|tên sổ đăng ký",
    "register_year": "năm đăng ký|năm sổ|năm mở sổ|năm vào sổ|năm của sổ",
    "register_book": "quyển|quyển số|số quyển|sổ số|quyển sổ|tên quyển sổ",
    "register_entry": "số đăng ký|số vào sổ|số thứ tự trong sổ|số trong sổ|số tt trong sổ|số vào sổ cấp giấy",
    "secrecy": "độ mật|mức độ mật|dấu mật|dấu độ mật|dấu chỉ độ mật|cấp độ mật",
    "source_system": "hệ thống cũ|hệ thống nguồn|phần mềm cũ|nguồn dữ liệu",
    "source_id": "mã cũ|mã hệ thống cũ|mã trong hệ thống cũ|mã hồ sơ cũ|mã nguồn|old id",
    "digitised_on": "ngày số hóa|ngày quét|ngày tạo lập",
    "approved_on": "ngày duyệt|ngày phê duyệt",
    "approved_by": "người duyệt|người phê duyệt|cán bộ duyệt",
    "fonds": "phông|tên phông|mã phông",
    "list": "mục lục|mục lục số|mục lục hồ sơ",
    "box": "hộp|hộp số|số hộp",
    "folder": "cặp|cặp số|số cặp",
    "sheet": "tờ|tờ số",
}

_WITH_MARKS = {"năm": "register_year", "sổ": "register_kind", "mật": "secrecy"}
"""Headers that would be other words without their marks: Nam (male), Số, Mặt."""

_IDLE = "stt|số thứ tự|tt|no|ghi chú|note|notes"
_OTHER_PEOPLE = re.compile(r"\b(cha|me|nguoi (di )?(khai|yeu cau|nop|nhan|dai dien|lam chung))\b")


def header_key(header: str) -> str:
    """The form in which a header's spellings are one: «Họ, tên» and «HO TEN» are «ho ten»."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(norm(header))))


_BY_KEY = {
    header_key(called): name
    for name, names in _CALLED.items()
    for called in (*names.split("|"), name.replace("_", " "))
}
FIELDS_OF_COLUMNS = tuple(_CALLED)
"""What a column can be: a field, a place in the archive, the file, its pages, its kind, its older origin."""

_IDLE_KEYS = frozenset(map(header_key, _IDLE.split("|")))


def column_named(header: str, called: Mapping[str, str] = {}, group: str = "") -> str | None:
    """The field, place or role a column's header names; None if it names none of them.

    `called` holds the unit's own names by their `header_key`; `group` is the header over this and its neighbours.
    """
    keys = [header_key(f"{group} {header}"), header_key(f"{header} {group}")] if group else []
    found = next((name for key in keys if (name := called.get(key) or _BY_KEY.get(key))), None)
    if found or _OTHER_PEOPLE.search(header_key(group)):
        return found
    key = header_key(header)
    return called.get(key) or _WITH_MARKS.get(norm(header).casefold()) or _BY_KEY.get(key)


def is_idle(header: str) -> bool:
    """Whether a column is usual and of no use here: running numbers, notes, no name at all."""
    return not header_key(header) or header_key(header) in _IDLE_KEYS
