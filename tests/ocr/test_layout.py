"""Where zones lie, on papers whose layout misleads."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.layout import areas, letters

FONT = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"
Lines = list[tuple[int, int, str]]

BODY: Lines = [
    (240, 600 + 52 * row, "Chủ tịch Ủy ban nhân dân xã giao phòng Văn hóa chủ trì, phối hợp các thôn lập")
    for row in range(8)
]
MOTTO: Lines = [(780, 160, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), (930, 210, "Độc lập - Tự do - Hạnh phúc")]
AGENCY: Lines = [(340, 160, "ỦY BAN NHÂN DÂN"), (370, 210, "XÃ ĐỒNG ĐĂNG"), (370, 290, "Số: 12/UBND-VP")]
DATE: Lines = [(880, 290, "Đồng Đăng, ngày 17 tháng 9 năm 2025")]


@pytest.fixture
def zones() -> Callable[[Lines], dict[str, tuple[int, int]]]:
    """The rows from, to of each zone found on a page with these lines (x, y, text)."""

    def found(lines: Lines) -> dict[str, tuple[int, int]]:
        sheet = Image.new("L", (1654, 2339), 255)
        for x, y, text in lines:
            ImageDraw.Draw(sheet).text((x, y), text, 0, ImageFont.truetype(FONT, 36))
        return {area.zone: (area.box[1], area.box[3]) for area in areas(letters(np.asarray(sheet)))}

    return found


Zones = Callable[[Lines], dict[str, tuple[int, int]]]


def test_a_page_of_running_text_is_all_body(zones: Zones) -> None:
    assert list(zones([(850, 120, "2"), *BODY])) == ["body"]


def test_a_letters_subject_stays_with_the_number_and_its_addressee_with_the_body(zones: Zones) -> None:
    subject: Lines = [(330, 340, "V/v rà soát hồ sơ"), (340, 390, "số hóa năm 2025")]
    addressee: Lines = [(560, 500, "Kính gửi: Các thôn, khối phố")]
    found = zones([*AGENCY, *MOTTO, *DATE, *subject, *addressee, *BODY])
    assert list(found) == ["header_left", "header_right", "body"]
    assert 420 < found["header_left"][1] < 500
    assert found["header_right"][1] < 350
    assert 470 < found["body"][0] <= 505


def test_a_short_title_under_the_motto_is_body_though_no_line_crosses_between(zones: Zones) -> None:
    found = zones([*AGENCY, *MOTTO, *DATE, (760, 390, "QUYẾT ĐỊNH"), *BODY])
    assert found["header_right"][1] < 400 > found["body"][0] > 330


def test_a_bodys_last_line_with_a_wide_gap_is_not_the_signing_block(zones: Zones) -> None:
    last: Lines = [
        (240, 1016, "Phòng Văn hóa và Thể thao"),
        (690, 1016, "Xã hội chịu trách nhiệm thi hành./."),
    ]
    signing: Lines = [(1020, 1140, "CHỦ TỊCH"), (960, 1400, "Hoàng Văn Thụy")]
    recipients: Lines = [(240, 1140, "Nơi nhận:"), (240, 1190, "- Như trên;")]
    found = zones([*BODY, *last, *signing, *recipients])
    assert list(found) == ["body", "footer_left", "footer_right"]
    assert 1050 < found["body"][1] <= found["footer_left"][0] < 1145


def test_a_page_with_nothing_but_recipients_and_a_name_is_a_footer(zones: Zones) -> None:
    recipients: Lines = [(240, 200 + 50 * row, "- Thường trực Đảng ủy;") for row in range(5)]
    assert list(zones([*recipients, (1000, 380, "Hoàng Văn Thụy")])) == ["footer_left", "footer_right"]


def test_specks_and_rules_are_no_letters() -> None:
    sheet = np.full((2339, 1654), 255, np.uint8)
    sheet[100:2200, 30:34] = 0
    sheet[1200:1203, 100:1500] = 0
    sheet[::97, ::89] = 0
    assert not letters(sheet).any()
