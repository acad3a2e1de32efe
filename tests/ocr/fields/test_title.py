"""Type of paper and subject."""

from warehouse.records import Known

NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 800, 200)
NUMBER = ("Số: 57/SNV-VP", 300, 320)
DATED = ("Lạng Sơn, ngày 12 tháng 8 năm 2024", 820, 320)


def test_v_v_under_the_number_makes_an_official_letter_and_its_subject(page, read):
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


def test_a_title_over_two_lines_is_one_type(page, read):
    lines = [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 500, 200), ("GIẤY CHỨNG NHẬN", 700, 400)]
    fields = read(page([*lines, ("KẾT HÔN", 760, 450), ("Họ, chữ đệm, tên chồng: LÒ VĂN PẢN", 300, 560)]))
    assert fields["doc_type"][0].value == "Giấy chứng nhận kết hôn"
    assert "subject" not in fields


def test_the_words_that_open_the_articles_are_not_the_title(page, read):
    lines = [NATION, ("Căn cứ Luật Đất đai ngày 18 tháng 01 năm 2024;", 300, 500), ("BÁO CÁO", 760, 600)]
    assert "doc_type" not in read(page(lines), known=Known())


def test_a_title_that_cannot_be_read_is_taken_from_the_number_for_review(page, read):
    number = ("Số: 57/QĐ-UBND", 300, 320)
    (value,) = read(page([NATION, number, DATED, ("QLYT ĐNII", 760, 420)]))["doc_type"]
    assert value.value == "Quyết định"
    assert value.confidence < 0.85


def test_the_subject_ends_at_the_rule_below_it_even_before_plain_text(page, read):
    lines = [
        NATION,
        ("THÔNG BÁO", 760, 420),
        ("Kết luận của Phó Chủ tịch", 600, 465),
        ("Ngày 03/01/2024, Phó Chủ tịch chủ trì cuộc họp nghe báo cáo", 300, 600),
    ]
    assert read(page(lines))["subject"][0].value == "Kết luận của Phó Chủ tịch"


def test_marks_lost_in_the_subject_come_back_from_the_text(page, read):
    lines = [
        NATION,
        ("THÔNG BÁO", 760, 420),
        ("Về việc sử đụng hóa đơn", 600, 465),
        ("Việc sử dụng hóa đơn và sử dụng chứng từ là bắt buộc.", 300, 600),
    ]
    assert read(page(lines))["subject"][0].value == "Về việc sử dụng hóa đơn"
