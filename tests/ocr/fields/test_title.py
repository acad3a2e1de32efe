"""Type of paper and subject."""

from collections.abc import Callable

from warehouse.records import FieldValue, Known, PageReading

Fields = dict[str, list[FieldValue]]
Page = Callable[..., PageReading]
Read = Callable[..., Fields]

NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 800, 200)
NUMBER = ("Số: 57/SNV-VP", 300, 320)
DATED = ("Lạng Sơn, ngày 12 tháng 8 năm 2024", 820, 320)


def test_v_v_under_the_number_makes_an_official_letter_and_its_subject(page: Page, read: Read) -> None:
    letter = [
        NATION,
        NUMBER,
        DATED,
        ("V/v góp ý dự thảo kế hoạch", 250, 370),
        ("cải cách hành chính", 290, 410),
        ("HỎA TỐC", 300, 450),
        ("Kính gửi: Ủy ban nhân dân các xã", 600, 560),
    ]
    fields = read(page(letter))
    assert fields["doc_type"][0].value == "Công văn"
    assert fields["subject"][0].value == "V/v góp ý dự thảo kế hoạch cải cách hành chính"


def test_a_title_over_two_lines_is_one_type(page: Page, read: Read) -> None:
    lines = [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 500, 200), ("GIẤY CHỨNG NHẬN", 700, 400)]
    fields = read(page([*lines, ("KẾT HÔN", 760, 450), ("Họ, chữ đệm, tên chồng: LÒ VĂN PẢN", 300, 560)]))
    assert fields["doc_type"][0].value == "Giấy chứng nhận kết hôn"
    assert "subject" not in fields


def test_the_words_that_open_the_articles_are_not_the_title(page: Page, read: Read) -> None:
    lines = [NATION, ("Căn cứ Luật Đất đai ngày 18 tháng 01 năm 2024;", 300, 500), ("BÁO CÁO", 760, 600)]
    assert "doc_type" not in read(page(lines), known=Known())


def test_a_title_that_cannot_be_read_is_taken_from_the_number_for_review(page: Page, read: Read) -> None:
    number = ("Số: 57/QĐ-UBND", 300, 320)
    (value,) = read(page([NATION, number, DATED, ("QLYT ĐNII", 760, 420)]))["doc_type"]
    assert value.value == "Quyết định"
    assert value.confidence < 0.85


def test_the_subject_ends_at_the_rule_below_it_even_before_plain_text(page: Page, read: Read) -> None:
    lines = [
        NATION,
        ("THÔNG BÁO", 760, 420),
        ("Kết luận của Phó Chủ tịch", 600, 465),
        ("Ngày 03/01/2024, Phó Chủ tịch chủ trì cuộc họp nghe báo cáo", 300, 600),
    ]
    assert read(page(lines))["subject"][0].value == "Kết luận của Phó Chủ tịch"


def test_marks_lost_in_the_subject_come_back_from_the_text(page: Page, read: Read) -> None:
    lines = [
        NATION,
        ("THÔNG BÁO", 760, 420),
        ("Về việc sử đụng hóa đơn", 600, 465),
        ("Việc sử dụng hóa đơn và sử dụng chứng từ là bắt buộc.", 300, 600),
    ]
    assert read(page(lines))["subject"][0].value == "Về việc sử dụng hóa đơn"


def test_a_wide_title_cut_in_two_by_the_header_zones_is_made_whole(page: Page, read: Read) -> None:
    left, right = "header_left", "header_right"
    lines = [
        ("ỦY BAN NHÂN DÂN", 300, 200, left),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 800, 200, right),
        ("Lạng Sơn, ngày 12 tháng 8 năm 2024", 820, 320, right),
        ("GIẤY CHỨNG", 560, 420, left),
        ("NHẬN KẾT HÔN", 710, 424, right),
        ("Họ và tên: LÒ VĂN PẢN", 300, 560, "body"),
    ]
    assert read(page(lines))["doc_type"][0].value == "Giấy chứng nhận kết hôn"


def test_usual_words_get_their_marks_but_the_papers_own_tone_places_stay(page: Page, read: Read) -> None:
    subject = ("Về việc phê duyệt Kê hoạch xoá nhà tạm, số hoá thị trân", 400, 465)
    assert read(page([NATION, ("THÔNG BÁO", 760, 420), subject]))["subject"][0].value == (
        "Về việc phê duyệt Kế hoạch xoá nhà tạm, số hoá thị trấn"
    )


def test_a_form_that_goes_on_right_under_its_subject_does_not_join_it(page: Page, read: Read) -> None:
    lines = [NATION, ("QUYẾT ĐỊNH", 760, 420), ("Sử dụng cho nhà ở", 700, 465), ("1. Cấp cho", 300, 505)]
    assert read(page(lines))["subject"][0].value == "Sử dụng cho nhà ở"


def test_dirt_that_was_read_as_a_letter_is_passed_over(page: Page, read: Read) -> None:
    lines = [NATION, ("THÔNG BÁO", 760, 420), ("Ộ Về việc họp thôn", 600, 465)]
    assert read(page(lines, tall={"Ộ": 7}))["subject"][0].value == "Về việc họp thôn"


def test_a_title_that_says_official_letter_needs_no_v_v(page: Page, read: Read) -> None:
    lines = [NATION, NUMBER, DATED, ("CÔNG VĂN", 760, 420)]
    fields = read(page(lines), known=Known(doc_types=("Công văn",)))
    assert fields["doc_type"][0].value == "Công văn"
