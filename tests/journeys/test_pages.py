"""Pages as communes scan them: lying on their side, upside down, two on a sheet, blank, pale, coarse, secret."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

pytestmark = pytest.mark.engineless

FOLDER = Path("/usr/share/fonts/truetype/liberation2")
A4 = (1654, 2339)  # pixels at 200 dpi
MM = 200 / 25.4
WORDS = [
    "Căn cứ Luật Hộ tịch ngày hai mươi tháng mười một năm hai nghìn không trăm mười bốn;",
    "Xét đề nghị của công chức tư pháp hộ tịch về việc xác nhận nội dung dưới đây là đúng.",
    "Người có tên trên được cấp bản sao theo quy định của pháp luật về hộ tịch hiện hành.",
]
HEAD = ["ỦY BAN NHÂN DÂN", "XÃ ĐỒNG ĐĂNG", "Số: 15/GXN-UBND"]
Take = Callable[..., Any]


def paper(*first: str, ink: int = 0) -> Image.Image:
    """An A4 page in gray: a head, these lines, and enough of other words to tell the top from the bottom."""
    page = Image.new("L", A4, 255)
    font = ImageFont.truetype(str(FOLDER / "LiberationSerif-Regular.ttf"), 36)
    draw = ImageDraw.Draw(page)
    for place, line in enumerate([*HEAD, "", "GIẤY XÁC NHẬN", *first, *WORDS * 5]):
        draw.text((150, 160 + 62 * place), line, ink, font)
    return page


def stamped(page: Image.Image, text: str) -> Image.Image:
    """With a framed red stamp 8 mm high under the number."""
    page = page.convert("RGB")
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(str(FOLDER / "LiberationSerif-Bold.ttf"), 44)
    half = draw.textlength(text, font) / 2 + 2 * MM
    x, y = 1200, 420
    draw.rectangle((x - half, y - 4 * MM, x + half, y + 4 * MM), outline=(206, 28, 40), width=4)
    draw.text((x, y), text, (206, 28, 40), font, anchor="mm")
    return page


def shining_through(page: Image.Image) -> Image.Image:
    """A blank back through which its front shines: mirrored, pale and blurred."""
    pale = page.point(lambda value: 225 + value * 30 // 255)
    return ImageOps.mirror(pale).filter(ImageFilter.GaussianBlur(3))


@pytest.fixture
def take(khoso: Any, scans: Path) -> Take:
    """What `show` says of a page after it was taken in and read."""

    def taken(page: Image.Image, name: str = "a.jpg", dpi: int = 200, **saving: Any) -> Any:
        page.save(scans / name, dpi=(dpi, dpi), **saving)
        [item] = khoso.read(scans)["items"]
        [record] = item["records"]
        return khoso.json("show", record)

    return taken


def text_of(shown: Any) -> str:
    [page] = shown["pages"]
    assert page["status"] == "ok"
    return str(page["text"])


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_page_is_read_upright_with_its_boxes_on_the_upright_page(take, khoso, turn):
    shown = take(paper("Nguyễn Thị Đào").rotate(turn, expand=True))
    assert "Nguyễn Thị Đào" in text_of(shown)
    assert "pháp luật về hộ tịch" in text_of(shown)
    [page] = shown["pages"]
    assert page["width"] < page["height"]
    number = shown["fields"]["reference_number"]
    assert number["value"] == "15/GXN-UBND"
    assert number["box"][1] < page["height"] / 4


def test_turned_page_gets_its_words_rightly_in_the_searchable_pdf(take, khoso, tmp_path):
    shown = take(paper("Nguyễn Thị Đào").rotate(90, expand=True))
    khoso.run("show", shown["record"], "--pdf", tmp_path / "out.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as made:
        [page] = made.pages
        assert int(page.get("/Rotate", 0)) % 180 == 90


def test_turn_that_a_camera_wrote_is_heeded(take):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter to be upright
    assert "Nguyễn Thị Đào" in text_of(take(paper("Nguyễn Thị Đào").rotate(90, expand=True), exif=exif))


def test_two_pages_side_by_side_are_read_one_after_the_other(take):
    spread = Image.new("L", (2 * A4[0], A4[1]), 255)
    spread.paste(paper("Trang bên trái đây"), (0, 0))
    spread.paste(paper("Trang bên phải đây"), (A4[0], 0))
    text = text_of(take(spread))
    ends = [place for place in range(len(text)) if text.startswith("hiện hành", place)]
    assert text.index("bên trái") < ends[4] < text.index("bên phải")


@pytest.mark.parametrize("back", [Image.new("L", A4, 255), shining_through(paper("Nguyễn Thị Đào"))])
def test_blank_back_is_known_as_blank_also_if_its_front_shines_through(take, back):
    shown = take(back)
    assert [page["status"] for page in shown["pages"]] == ["blank"]
    assert "nothing_to_read" in shown["review"]


def test_pale_print_is_not_taken_for_a_blank_page(take):
    assert "Nguyễn Thị Đào" in text_of(take(paper("Nguyễn Thị Đào", ink=150)))


def test_bitonal_scan_at_300_dpi_is_read(take):
    page = paper("Nguyễn Thị Đào").resize((2480, 3508)).point(lambda value: 255 * (value > 140)).convert("1")
    assert "Nguyễn Thị Đào" in text_of(take(page, "a.tif", 300, compression="group4"))


@pytest.mark.parametrize("dpi", [100, 150])
def test_coarse_scan_is_read(take, dpi):
    page = paper("Nguyễn Thị Đào").resize((A4[0] * dpi // 200, A4[1] * dpi // 200), Image.Resampling.LANCZOS)
    assert "pháp luật về hộ tịch" in text_of(take(page, dpi=dpi, quality=85))


def test_colour_jpeg_of_low_quality_is_read(take):
    assert "Nguyễn Thị Đào" in text_of(take(paper("Nguyễn Thị Đào").convert("RGB"), quality=40))


@pytest.mark.parametrize(
    ("stamp", "mark"), [("MẬT", "mat"), ("TỐI MẬT", "toi_mat"), ("TUYỆT MẬT", "tuyet_mat")]
)
def test_paper_with_a_secrecy_stamp_is_set_apart_and_found_by_nobody(take, khoso, stamp, mark):
    shown = take(stamped(paper("Nguyễn Thị Đào"), stamp), quality=80)
    assert (shown["state"], shown["secrecy"]) == ("quarantined", mark)
    assert (shown["pages"], shown["fields"]["reference_number"]["value"]) == ([], None)
    assert (khoso.found("Đào"), khoso.found("a.jpg")) == ([], [])
    khoso.run("show", shown["record"], "--text", code=6)
    khoso.run("show", shown["record"], "--pdf", khoso.home / "out.pdf", code=6)
    assert khoso.json("verify")["ok"]


def test_misread_stamp_is_lifted_and_the_paper_is_found_again(take, khoso):
    shown = take(stamped(paper("Nguyễn Thị Đào"), "MẬT"), quality=80)
    khoso.run("quarantine", "lift", shown["record"], "--reason", "con dấu của nơi khác")
    khoso.work()
    assert khoso.found("Nguyễn Thị Đào") == [shown["record"]]
    assert khoso.json("show", shown["record"])["state"] in ("ready", "needs_review")


def test_other_red_stamp_is_no_mark(take):
    assert take(stamped(paper("Nguyễn Thị Đào"), "HỎA TỐC"), quality=80)["secrecy"] is None
