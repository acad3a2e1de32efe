"""Pairs of very common words, indexed as one term each.

Nearly every paper has «của», «các» and «theo», so a phrase of such words would compare places in nearly
every paper. The pairs that stand side by side are few, and leave few papers to compare.
"""

from collections.abc import Sequence
from itertools import pairwise

from warehouse.text import fold

COMMON = frozenset(
    fold("""
    ủy ban nhân dân cộng hòa xã hội chủ nghĩa việt nam độc lập tự do hạnh phúc quyết định giấy chứng nhận
    công văn chức hộ tịch khai sinh kết hôn đất quyền sử dụng nghị luật điều khoản căn cứ thông tư phủ chính
    hành tổ phó ký tên nơi lưu số ngày tháng năm tỉnh huyện phường thôn xóm thành phố địa chỉ thường trú cư
    ông bà họ người được cấp tại cơ quan về việc của và các theo có cho là không trong một với này đã đến khi
    thực hiện hồ sơ từ trên phải để những như hoặc đơn vị trình bản báo cáo kế hoạch phương án nội dung
    """).split()
)


def common_pairs(folded: Sequence[str]) -> list[str]:
    """The pairs of neighbours that are both common."""
    return [f"{first}_{second}" for first, second in pairwise(folded) if first in COMMON and second in COMMON]
