"""An empty list to fill in: an XLSX whose columns the import understands and no spreadsheet spoils.

Every column is formatted as text: a spreadsheet would drop the zeros of 001093000123 and turn 5/2019 into a day.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from warehouse.codes.dates import today
from warehouse.codes.references import doc_type_name
from warehouse.errors import UsageError
from warehouse.known import known_doc_types
from warehouse.result_types import ResultType, result_type_for
from warehouse.terminal import writing_to
from warehouse.text import fold

TEXT = 49
"""The number of the built-in format @."""
LAST_ROW = 100_000
"""Drop-down lists reach this far; rows below are read all the same."""

HEADINGS = {
    "file": ("Tên tệp", 34, "Tên tệp quét, có thể kèm thư mục: Hộp 1/a.pdf. Một giấy tờ nhiều tệp: a.pdf; b.pdf."),
    "pages": ("Trang", 10, "Chỉ ghi khi tệp có nhiều giấy tờ: 3-5. Để trống là cả tệp."),
    "doc_type": ("Loại giấy tờ", 30, "Chọn trong danh sách, hoặc ghi như trên giấy."),
    "reference_number": ("Số, ký hiệu", 22, "Như trên giấy: 12/QĐ-UBND, 45/2019, BX 123456."),
    "issued_on": ("Ngày ban hành", 15, "Ngày/tháng/năm: 05/03/2019. Chỉ biết tháng hoặc năm thì ghi 03/2019, 2019."),
    "issuing_agency": ("Cơ quan ban hành", 34, "Tên cơ quan lúc ký, ghi đủ chữ: Ủy ban nhân dân xã …"),
    "subject": ("Trích yếu", 40, "Nội dung tóm tắt trên giấy."),
    "signer": ("Người ký", 24, "Họ và tên người ký."),
    "holder_name": ("Họ tên chủ giấy tờ", 28, "Họ và tên người hoặc tên tổ chức được cấp."),
    "holder_id": ("Số định danh", 17, "12 số (căn cước), 9 số (CMND) hoặc mã số thuế; giữ đủ số 0 ở đầu."),
    "holder_birth_date": ("Ngày sinh", 13, "Ngày/tháng/năm, hoặc chỉ năm."),
    "register_kind": ("Loại sổ", 26, "Sổ mà việc này được ghi vào."),
    "register_year": ("Năm sổ", 9, "Năm của sổ: 2019."),
    "register_book": ("Quyển số", 10, "Số quyển: 01."),
    "register_entry": ("Số đăng ký", 12, "Số thứ tự trong sổ: 012."),
    "valid_until": ("Hiệu lực đến", 15, "Ngày hết hiệu lực in trên giấy, hoặc «không thời hạn»."),
    "dossier_code": ("Mã hồ sơ", 26, "Mã hồ sơ một cửa nếu có: H37.20-230913-0001."),
    "procedure_code": ("Mã thủ tục", 14, "Mã thủ tục hành chính nếu có: 1.001234."),
    "kind": ("Loại số hóa", 14, "Kết quả (mặc định) hay thành phần hồ sơ."),
    "secrecy": ("Độ mật", 12, "Chỉ ghi khi giấy có dấu Mật, Tối mật, Tuyệt mật; giấy đó bị cách ly."),
    "fonds": ("Phông", 16, "Tên hoặc mã phông lưu trữ."),
    "list": ("Mục lục số", 12, "Số mục lục hồ sơ."),
    "box": ("Hộp số", 10, "Số hộp."),
    "folder": ("Cặp số", 10, "Số cặp."),
    "sheet": ("Tờ số", 10, "Số tờ trong cặp."),
}  # fmt: skip
"""For each column: its heading, its width in letters, and how to fill it in."""

_REGISTER = ("register_kind", "register_year", "register_book", "register_entry")
_CIVIL_STATUS = ("khai sinh", "ket hon", "khai tu", "hon nhan", "giam ho", "nhan cha", "ho tich")
_LASTING = ("UNLIMITED", "UNTIL_EVENT")

_KINDS = ("Kết quả", "Thành phần")
_SECRECY = ("Mật", "Tối mật", "Tuyệt mật")
_REGISTERS = (
    "Sổ đăng ký khai sinh", "Sổ đăng ký kết hôn", "Sổ đăng ký khai tử", "Sổ đăng ký nhận cha, mẹ, con",
    "Sổ đăng ký giám hộ", "Sổ cấp giấy xác nhận tình trạng hôn nhân", "Sổ thay đổi, cải chính hộ tịch",
)  # fmt: skip

_ADVICE = (
    "Mỗi dòng của trang «Danh mục» là một giấy tờ; không đổi tên cột, cột không dùng thì để trống hoặc xóa.",
    "Các ô đều ở dạng chữ: dán bằng «Chỉ giá trị» (Paste values) để không mất số 0 ở đầu.",
    "Không có tên tệp vẫn nhập được nếu dòng gặp được tệp: --match sequence (theo thứ tự), number (theo số ký "
    "hiệu trong tên tệp), entry (theo số trong sổ).",
    "Trước khi nhập hãy chạy thử: khoso import THƯ_MỤC --unit MÃ --manifest TỆP_NÀY --dry-run",
)


def write_template(out: Path, type_name: str | None = None) -> None:
    """Write the list for a type of paper (all columns if none); raises UsageError if there is no such type."""
    names = _names_of(type_name) if type_name else known_doc_types()
    columns = _columns(type_name)
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = _write_list(book, columns)
        _write_advice(book, columns)
        _offer_choices(book, sheet, columns, names)
    with writing_to(out):
        out.write_bytes(content.getvalue())


def _names_of(type_name: str) -> tuple[str, ...]:
    """What papers of a type may be called, its own name first."""
    rule = _rule(type_name)
    if rule:
        return rule.name, *rule.aliases
    known = {fold(name): name for name in known_doc_types()}
    name = known.get(fold(doc_type_name(type_name)))
    if name is None:
        raise UsageError("unknown_result_type", name=type_name, names=", ".join(known.values()))
    return (name,)


def _rule(type_name: str) -> ResultType | None:
    return result_type_for(type_name, today())


def _columns(type_name: str | None) -> list[str]:
    """The columns that papers of a type need, in the order of HEADINGS."""
    if type_name is None:
        return list(HEADINGS)
    rule = _rule(type_name)
    left_out: set[str] = set()
    if not any(word in fold(rule.name if rule else type_name) for word in _CIVIL_STATUS):
        left_out.update(_REGISTER)
    if rule and rule.kind in _LASTING:
        left_out.add("valid_until")
    if rule:  # what a result is about stands in its name; decisions and letters need their subject
        left_out.add("subject")
    return [name for name in HEADINGS if name not in left_out]


def _write_list(book: Workbook, columns: Sequence[str]) -> Worksheet:
    sheet = book.add_worksheet("Danh mục")
    text = book.add_format({"num_format": TEXT})
    heading = _heading(book)
    for place, name in enumerate(columns):
        title, width, _ = HEADINGS[name]
        sheet.set_column(place, place, width, text)
        sheet.write_string(0, place, title, heading)
    sheet.freeze_panes(1, 1)
    return sheet


def _write_advice(book: Workbook, columns: Iterable[str]) -> None:
    sheet = book.add_worksheet("Hướng dẫn")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24, wrapped)
    sheet.set_column(1, 1, 90, wrapped)
    for row, (left, right) in enumerate(_advice(columns)):
        sheet.write_string(row, 0, left, wrapped)
        sheet.write_string(row, 1, right, wrapped)


def _advice(columns: Iterable[str]) -> Iterator[tuple[str, str]]:
    for number, sentence in enumerate(_ADVICE, 1):
        yield f"Lưu ý {number}", sentence
    for name in columns:
        title, _, how = HEADINGS[name]
        yield f"Cột «{title}»", how


def _offer_choices(
    book: Workbook, sheet: Worksheet, columns: Sequence[str], doc_types: Sequence[str]
) -> None:
    """Drop-down lists; other words may be typed all the same, except where only these are understood."""
    choices = {"doc_type": doc_types, "kind": _KINDS, "secrecy": _SECRECY, "register_kind": _REGISTERS}
    source = book.add_worksheet("Lựa chọn")
    source.hide()
    for place, name in enumerate(column for column in columns if column in choices):
        source.write_column(0, place, choices[name])
        letter, column = xl_col_to_name(place), columns.index(name)
        rule = {
            "validate": "list",
            "source": f"='Lựa chọn'!${letter}$1:${letter}${len(choices[name])}",
            "error_type": "stop" if name in ("kind", "secrecy") else "information",
        }
        sheet.data_validation(1, column, LAST_ROW, column, rule)


def _heading(book: Workbook) -> Format:
    look = {"bold": True, "bg_color": "#D9E2F3", "border": 1, "text_wrap": True, "valign": "vcenter"}
    return book.add_format({**look, "num_format": TEXT})
