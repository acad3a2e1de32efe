"""The three communes of the samples: what they are called now and were called before 01/07/2025."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Level = Literal["commune", "district", "province"]
TWO_LEVELS_SINCE = date(2025, 7, 1)
"""From this day there are no districts, and most communes have new names and codes."""


@dataclass(frozen=True)
class Unit:
    """A commune by its code in force. `old_*` hold before TWO_LEVELS_SINCE; the ids are those of births there."""

    code: str
    commune: str
    province: str
    old_commune: str
    old_district: str
    old_province: str
    agency_code: str
    id_prefix: str
    ethnicity: str
    surnames: tuple[str, ...]
    hamlets: tuple[str, ...]
    spots: tuple[str, ...]

    def area(self, level: Level, day: date) -> str:
        """The area of that level on a day; what districts did has been the communes' since they ended."""
        if day >= TWO_LEVELS_SINCE:
            return self.province if level == "province" else self.commune
        return {"commune": self.old_commune, "district": self.old_district, "province": self.old_province}[
            level
        ]

    def address(self, hamlet: str, day: date) -> str:
        """A place of living as it was written on that day."""
        levels: tuple[Level, ...] = ("commune", "province")
        if day < TWO_LEVELS_SINCE:
            levels = ("commune", "district", "province")
        return ", ".join([hamlet, *(self.area(level, day) for level in levels)])


UNITS = {
    unit.code: unit
    for unit in (
        Unit(
            "06184", "xã Đồng Đăng", "tỉnh Lạng Sơn",
            "thị trấn Đồng Đăng", "huyện Cao Lộc", "tỉnh Lạng Sơn",
            "H37.42.06", "020", "Tày",
            ("Hoàng", "Nông", "Vi", "Lương", "Lộc", "Triệu", "Nguyễn", "Hứa", "Phùng"),
            ("thôn Nà Pàn", "thôn Khuổi Cọ", "khối Dây Thép", "thôn Pò Lạn", "khối Ga Bắc"),
            ("Khuổi Lầm", "Nà Tềnh", "Pò Hoóc", "Bản Sliêng", "Lũng Vài", "Pác Luông", "Cốc Mạ", "Phai Dắt"),
        ),
        Unit(
            "24373", "xã Ea Kar", "tỉnh Đắk Lắk",
            "thị trấn Ea Kar", "huyện Ea Kar", "tỉnh Đắk Lắk",
            "H15.31.04", "066", "Kinh",
            ("Nguyễn", "Trần", "Phạm", "Đinh", "Bùi", "Hồ", "Tạ", "Đỗ", "Võ"),
            ("thôn 3", "tổ dân phố 5", "buôn Ea Knuếc", "thôn Hòa Nam", "tổ dân phố 2B"),
            ("Ea Drao", "Cư Mlan", "Buôn Sút", "Ea Pốk", "Suối Bùn", "Đồi Gió", "Ea Tling", "Cư Jút Hạ"),
        ),
        Unit(
            "22924", "phường Phú Thủy", "tỉnh Lâm Đồng",
            "phường Phú Thủy", "thành phố Phan Thiết", "tỉnh Bình Thuận",
            "H36.77.12", "060", "Kinh",
            ("Huỳnh", "Lê", "Nguyễn", "Phan", "Trương", "Đặng", "Mai", "Châu", "Ngô"),
            ("khu phố 1", "khu phố 4", "khu phố 7", "khu phố 9", "khu phố 11"),
            ("Bàu Sứ", "Cồn Chà", "Hòn Rẹ", "Gành Quít", "Bãi Cháng", "Rạch Lù", "Xóm Lưới", "Giếng Nhum"),
        ),
    )
}  # fmt: skip

THINGS = (
    "cầu treo", "giếng đá", "gốc đa", "bến đò", "ao sen", "đập tràn",
    "kho muối", "trạm bơm", "lò gạch", "vườn ươm", "chợ phiên", "tháp nước",
)  # fmt: skip


def landmark(unit: Unit, serial: int) -> str:
    """The words a page is found by: different for each serial below 96."""
    return f"{THINGS[serial % len(THINGS)]} {unit.spots[serial // len(THINGS)]}"
