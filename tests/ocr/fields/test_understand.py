"""A whole paper laid out after NĐ 30/2020, and what must not be read out of it."""

from collections.abc import Callable

from warehouse.records import FieldValue, Known, PageReading

Fields = dict[str, list[FieldValue]]
Page = Callable[..., PageReading]
Read = Callable[..., Fields]

DECISION = [
    ("ỦY BAN NHÂN DÂN", 300, 200),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 800, 200),
    ("TỈNH LẠNG SƠN", 320, 245),
    ("Độc lập - Tự do - Hạnh phúc", 880, 245),
    ("Số: 57/QĐ-UBND", 300, 320),
    ("Lạng Sơn, ngày 05 tháng 02 năm 2024", 820, 320),
    ("QUYẾT ĐỊNH", 760, 420),
    ("Về việc phê duyệt kế hoạch sử dụng đất", 500, 465),
    ("năm 2024 của huyện Cao Lộc", 600, 510),
    ("CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH", 560, 620),
    ("Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;", 300, 700),
]
CLOSING = [
    ("Nơi nhận:", 240, 900),
    ("TM. ỦY BAN NHÂN DÂN", 980, 900),
    ("- Như Điều 3;", 240, 950),
    ("KT. CHỦ TỊCH", 1030, 940),
    ("- Lưu: VT.", 240, 985),
    ("PHÓ CHỦ TỊCH", 1025, 980),
    ("Lương Trọng Quỳnh", 1000, 1180),
]
DRAFT = [
    ("HỘI ĐỒNG NHÂN DÂN", 300, 200),
    ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 800, 200),
    ("Số: /NQ-HĐND", 300, 320),
    ("CHỦ TỊCH", 1040, 900),
    ("Hoàng Văn Nghiệm", 1000, 1100),
]


def test_a_decision_gives_every_field_as_an_officer_would_write_it(page: Page, read: Read) -> None:
    fields = read(page(DECISION), page(CLOSING, number=2))
    assert {name: [value.value for value in values] for name, values in fields.items()} == {
        "issuing_agency": ["Ủy ban nhân dân tỉnh Lạng Sơn"],
        "reference_number": ["57/QĐ-UBND"],
        "place": ["Lạng Sơn"],
        "issued_on": ["2024-02-05"],
        "doc_type": ["Quyết định"],
        "subject": ["Về việc phê duyệt kế hoạch sử dụng đất năm 2024 của huyện Cao Lộc"],
        "signing_capacity": ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
        "signer": ["Lương Trọng Quỳnh"],
    }


def test_each_value_tells_its_page_its_words_box_and_its_origin(page: Page, read: Read) -> None:
    fields = read(page(DECISION), page(CLOSING, number=2))
    (signer,) = fields["signer"]
    assert (signer.page, signer.box, signer.origin) == (2, (1000, 1180, 1215, 1206), "ocr")
    assert [value.ordinal for value in fields["signing_capacity"]] == [0, 1, 2]
    assert fields["issued_on"][0].precision == "day"


def test_a_zoned_page_reads_the_same_as_a_whole_one(page: Page, read: Read) -> None:
    zones = ["header_left", "header_right"] * 3 + ["body"] * 5
    zoned = page([(*line, zone) for line, zone in zip(DECISION, zones, strict=True)])
    whole, by_zones = read(page(DECISION)), read(zoned)
    assert {name: values[0].value for name, values in by_zones.items()} == {
        name: values[0].value for name, values in whole.items()
    }


def test_an_attached_draft_with_its_own_header_adds_nothing(page: Page, read: Read) -> None:
    fields = read(page(DECISION), page(CLOSING, number=2), page(DRAFT, number=3))
    assert [value.value for value in fields["signer"]] == ["Lương Trọng Quỳnh"]
    assert [value.value for value in fields["reference_number"]] == ["57/QĐ-UBND"]


def test_a_paper_closed_only_by_its_draft_has_no_signer(page: Page, read: Read) -> None:
    assert "signer" not in read(page(DECISION), page(DRAFT, number=2))


def test_blank_and_failed_pages_are_passed_over(page: Page, read: Read) -> None:
    blank = PageReading(1, 1654, 2339, "blank")
    failed = PageReading(2, 0, 0, "failed", reason="page_unreadable")
    assert read(blank, failed) == {}
    assert read(blank, failed, page(DECISION, number=3))["doc_type"][0].page == 3


def test_words_of_a_text_layer_say_so(page: Page, read: Read) -> None:
    scanned = page(DECISION)
    layer = PageReading(1, scanned.width, scanned.height, "ok", None, "text_layer", 1.0, scanned.words)
    assert {value.origin for values in read(layer).values() for value in values} == {"text_layer"}


def test_badly_read_words_go_to_review(page: Page, read: Read) -> None:
    fields = read(page(DECISION, confidence=0.6))
    assert all(fields[name][0].confidence < 0.85 for name in ("reference_number", "issued_on", "subject"))


def test_without_lists_of_names_the_agency_is_a_matter_for_review(page: Page, read: Read) -> None:
    (issuer,) = read(page(DECISION), known=Known())["issuing_agency"]
    assert issuer.value == "Ủy ban nhân dân tỉnh Lạng Sơn"
    assert issuer.confidence < 0.85
