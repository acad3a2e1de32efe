"""Every reason code with its sentence in Vietnamese (for clerks) and English (for developers).

Sentences say what happened and what to do; names in braces are filled from the error's detail.
"""

from collections.abc import Mapping
from typing import TypedDict


class Message(TypedDict):
    """One sentence in two languages."""

    vi: str
    en: str


def message(reason: str, detail: Mapping[str, str] | None = None) -> Message:
    """The sentence of a reason, filled with its detail; a detail that is missing shows as '?'."""
    vi, en = REASONS[reason]
    values = _Filled(detail or {})
    return {"vi": vi.format_map(values), "en": en.format_map(values)}


class _Filled(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


# fmt: off
REASONS: dict[str, tuple[str, str]] = {
    # files
    "empty": ("Tệp rỗng (0 byte): hãy quét lại.", "The file is empty (0 bytes): scan it again."),
    "unreadable_source": ("Không đọc được tệp từ nguồn: {error}. Kiểm tra ổ đĩa rồi nhập lại.", "The source file cannot be read: {error}. Check the disk, then import again."),
    "unknown_type": ("Không phải PDF, TIFF, JPEG hay PNG (nội dung là {found}): hãy quét lại sang một trong các định dạng đó.", "Not a PDF, TIFF, JPEG or PNG (the content is {found}): scan to one of these."),
    "encrypted": ("PDF có mật khẩu: hãy bỏ mật khẩu rồi nộp lại.", "The PDF is encrypted: remove the password and send it again."),
    "damaged": ("Tệp hỏng hoặc bị cắt ngang, không mở được: hãy chép hoặc quét lại.", "The file is damaged or cut short and cannot be opened: copy or scan it again."),
    "no_pages": ("Tệp không có trang nào: hãy quét lại.", "The file has no pages: scan it again."),
    "too_many_pages": ("Tệp có {pages} trang, quá {limit}: hãy tách nhỏ.", "The file has {pages} pages, more than {limit}: split it."),
    "too_large": ("Tệp lớn {size} byte, quá {limit}: hãy tách nhỏ hoặc quét độ phân giải thấp hơn.", "The file has {size} bytes, more than {limit}: split it or scan at a lower resolution."),
    "too_many_pixels": ("Ảnh quá lớn ({width}×{height} điểm): hãy quét lại ở 200–300 dpi.", "The image is too large ({width}×{height} pixels): scan again at 200–300 dpi."),
    "not_a_file": ("Không phải tệp thường (liên kết hoặc thiết bị): hãy chép chính tệp vào.", "Not a regular file (a link or device): copy the file itself."),
    "unsafe_path": ("Đường dẫn trong ZIP thoát ra ngoài thư mục: đã bỏ qua.", "The path inside the ZIP leaves its folder: left out."),
    "bad_zip": ("Tệp ZIP hỏng hoặc không đọc được: {error}.", "The ZIP is damaged or cannot be read: {error}."),
    "reader_died": ("Trình đọc dừng đột ngột ở tệp hay trang này (đã thử hai lần).", "The reader died on this file or page (tried twice)."),
    "reader_timeout": ("Đọc quá {seconds} giây (đã thử hai lần): hãy quét lại rõ hơn hoặc nhỏ hơn.", "Reading took over {seconds} s (tried twice): scan again, clearer or smaller."),
    "page_unreadable": ("Không mở được hình của trang này: hãy quét lại trang.", "This page's image cannot be opened: scan the page again."),
    # settings, usage
    "bad_setting": ("Thiết lập {name} sai: {error}.", "Setting {name} is wrong: {error}."),
    "bad_path": ("Không có tệp hay thư mục {path}.", "No such file or folder: {path}."),
    "not_initialised": ("Kho chưa được tạo: hãy chạy «khoso init».", "The site does not exist yet: run `khoso init`."),
    "needs_upgrade": ("Kho thuộc phiên bản cũ: hãy chạy «khoso init».", "The site is of an older version: run `khoso init`."),
    "too_new": ("Kho đã được phiên bản khoso mới hơn nâng cấp: hãy dùng phiên bản đó.", "The site was upgraded by a newer khoso: use that version."),
    "unknown_unit": ("Không có đơn vị đang hoạt động mang mã {code}: kiểm tra mã (ví dụ 06184).", "No unit in force today has the code {code}: check it (for example 06184)."),
    "unknown_record": ("Không có hồ sơ số hóa {record}.", "There is no record {record}."),
    "unknown_batch": ("Không có lô {batch}.", "There is no batch {batch}."),
    # states
    "not_approvable": ("Hồ sơ {record} đang ở trạng thái {state}: chỉ duyệt được khi đã đọc xong.", "Record {record} is {state}: only one that has been read can be approved."),
    "stuck": ("{count} việc bị dừng sau nhiều lần thử: xem «khoso status», sửa nguyên nhân, rồi «khoso batch retry».", "{count} jobs gave up after their tries: see `khoso status`, mend the cause, then `khoso batch retry`."),
    "step_failed": ("Bước xử lý bị lỗi: {error}.", "The step failed: {error}."),
    "lease_lost": ("Tiến trình xử lý dừng {count} lần mà chưa xong việc này.", "Workers stopped {count} times before finishing this job."),
    # engines
    "database_busy": ("Cơ sở dữ liệu đang bị chương trình khác khóa: chờ ít phút rồi chạy lại.", "The database is locked by another program: wait a little, then run again."),
    "database_error": ("Cơ sở dữ liệu báo lỗi: {error}.", "The database reports: {error}."),
    "store_full": ("Ổ đĩa của kho đã đầy: giải phóng chỗ rồi chạy lại đúng lệnh này, không mất gì.", "The store's disk is full: free space and run the same command again; nothing is lost."),
    "store_error": ("Kho tệp báo lỗi: {error}.", "The object store reports: {error}."),
    "object_missing": ("Không tìm thấy bản gốc {sha256} trong kho tệp: khôi phục từ bản sao lưu.", "The original {sha256} is not in the store: restore it from the backup."),
    "object_changed": ("Bản gốc {sha256} trong kho tệp đã bị đổi: khôi phục từ bản sao lưu.", "The original {sha256} in the store has changed: restore it from the backup."),
    "tool_missing": ("Thiếu {tool}: cài gói {package}.", "{tool} is missing: install the package {package}."),
}
# fmt: on
