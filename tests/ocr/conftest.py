"""Papers laid out after NĐ 30/2020, drawn for the tests of reading."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = "/usr/share/fonts/truetype/liberation2/LiberationSerif"
DPI = 200
A4 = (1654, 2339)
LEFT = 240
BODY = [
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2025;",
    "Xét đề nghị của Trưởng phòng Văn hóa - Xã hội tại Tờ trình số 45/TTr-VHXH,",
    "Điều 1. Trợ cấp hằng tháng cho ông Hoàng Văn Thụy, sinh ngày 02/9/1941, thường",
    "trú tại thôn Nà Pàn, mức hưởng 750.000 đồng một tháng, kể từ tháng 10 năm 2025.",
    "Điều 2. Phòng Văn hóa - Xã hội có trách nhiệm lập hồ sơ, theo dõi và chi trả.",
    "Điều 3. Trưởng phòng Văn hóa - Xã hội và ông Hoàng Văn Thụy chịu trách nhiệm",
    "thi hành Quyết định này./.",
]


def _font(style: str, points: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(f"{FONTS}-{style}.ttf", round(points * DPI / 72))


def _draw_paper() -> Image.Image:
    sheet = Image.new("RGB", A4, "white")
    draw = ImageDraw.Draw(sheet)

    def middle(x: int, y: int, text: str, style: str = "Bold", points: float = 13) -> None:
        draw.text((x, y), text, "black", _font(style, points), anchor="ma")

    middle(520, 160, "ỦY BAN NHÂN DÂN", "Regular", 12)
    middle(520, 205, "XÃ ĐỒNG ĐĂNG", points=12)
    middle(520, 285, "Số: 128/QĐ-UBND", "Regular")
    middle(1130, 160, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", points=12)
    middle(1130, 205, "Độc lập - Tự do - Hạnh phúc")
    middle(1130, 285, "Đồng Đăng, ngày 17 tháng 9 năm 2025", "Italic")
    middle(875, 390, "QUYẾT ĐỊNH", points=14)
    middle(875, 440, "Về việc trợ cấp xã hội hằng tháng", points=14)
    for row, line in enumerate(BODY):
        draw.text((LEFT, 540 + 52 * row), line, "black", _font("Regular", 13))
    for row, line in enumerate(["Nơi nhận:", "- Như Điều 3;", "- Lưu: VT, VHXH."]):
        draw.text((LEFT, 960 + 40 * row), line, "black", _font("Regular", 11))
    middle(1190, 960, "KT. CHỦ TỊCH", points=14)
    middle(1190, 1005, "PHÓ CHỦ TỊCH", points=14)
    middle(1190, 1240, "Nguyễn Thị Hồng Thắm", points=14)
    return sheet


@pytest.fixture(scope="session")
def drawn_paper() -> Image.Image:
    """A decision of one page at 200 dpi: the same for all tests, so they work on copies."""
    return _draw_paper()


@pytest.fixture
def paper(drawn_paper: Image.Image) -> Image.Image:
    """A decision of one page at 200 dpi."""
    return drawn_paper.copy()


@pytest.fixture
def photograph(paper: Image.Image) -> Image.Image:
    """The decision on a dark desk, held askew, with a shadow over its right half."""
    corners = np.array([[170, 220], [1700, 60], [1760, 2480], [60, 2420]], np.float32)
    edges = np.array([[0, 0], [A4[0], 0], A4, [0, A4[1]]], np.float32)
    desk = np.random.default_rng(1).integers(40, 90, (2560, 1840, 3)).astype(np.uint8)
    warp = cv2.getPerspectiveTransform(edges, corners)
    cv2.warpPerspective(np.asarray(paper), warp, (1840, 2560), dst=desk, borderMode=cv2.BORDER_TRANSPARENT)
    shadow = np.clip(np.linspace(1.3, 0.45, 1840), 0.45, 1)[None, :, None]
    return Image.fromarray((desk * shadow).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1))


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Writes a picture as a file that says 200 dpi."""

    def save(image: Image.Image, name: str = "page.jpg", **options: Any) -> Path:
        path = tmp_path / name
        image.save(path, **({"dpi": (DPI, DPI)} | options))
        return path

    return save
