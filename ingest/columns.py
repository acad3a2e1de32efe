"""What the columns of a manifest may be called, in Vietnamese or English."""

import re
from typing import NamedTuple

from warehouse.text import fold, norm


class Column(NamedTuple):
    """A column of a sheet: its header as written, and the field, place or role it names."""

    header: str
    name: str | None


LOCATION_COLUMNS = ("fonds", "list", "box", "folder", "sheet")

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
    "fonds": "phông|tên phông|mã phông",
    "list": "mục lục|mục lục số|mục lục hồ sơ",
    "box": "hộp|hộp số|số hộp",
    "folder": "cặp|cặp số|số cặp",
    "sheet": "tờ|tờ số",
}

_IDLE = "stt|số thứ tự|tt|no|ghi chú|note|notes"


def _key(header: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", fold(norm(header))))


_BY_KEY = {
    _key(called): name
    for name, names in _CALLED.items()
    for called in (*names.split("|"), name.replace("_", " "))
}
_IDLE_KEYS = frozenset(map(_key, _IDLE.split("|")))


def column_named(header: str) -> str | None:
    """The field, place or role a column's header names; None if it names none of them."""
    return _BY_KEY.get(_key(header))


def is_idle(header: str) -> bool:
    """Whether a column is usual and of no use here: running numbers, notes, no name at all."""
    return not _key(header) or _key(header) in _IDLE_KEYS
