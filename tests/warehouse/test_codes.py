from datetime import date

import pytest

from warehouse.codes import dossiers, identities, public_ids, references
from warehouse.codes.fields import Checked, agree, check_field, comparable, mismatches
from warehouse.reasons import reasons

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("271/BC-UBND", "271/BC-UBND"),
        ("Số: 01 / TTr - UBND", "01/TTr-UBND"),
        ("118/2025/NĐ-CP", "118/2025/NĐ-CP"),
        ("12a/QÐ–UBND", "12a/QĐ-UBND"),  # Icelandic eth, en dash
        ("12/qđ-ubnd", "12/QĐ-UBND"),
        ("15/GPXD", "15/GPXD"),
        ("12/2019", "12/2019"),
        ("12/2019-BS", "12/2019-BS"),
        ("CĐ 123456", "CĐ 123456"),
        ("AA00000123", "AA 00000123"),
        ("0100109106", "0100109106"),
        ("790123456789", "790123456789"),
    ],
)
def test_a_reference_number_has_one_spelling(text: str, value: str) -> None:
    assert check_field("reference_number", text, TODAY) == Checked(value)


@pytest.mark.parametrize("text", ["2999 UBND-KGVX", "/BC-STTTT", "12", "UBND-KGVX", "0100109107", "12/1819"])
def test_a_number_without_notation_or_notation_without_number_is_no_reference(text: str) -> None:
    assert check_field("reference_number", text, TODAY).reason == "bad_reference_number"


def test_the_notation_names_the_type_unless_it_is_a_cong_van() -> None:
    types = {text: references.parse_reference(text) for text in ("01/TTr-UBND", "1773/STTTT-CNTT")}
    assert [found.doc_type for found in types.values() if found] == ["Tờ trình", None]


def test_a_type_of_paper_is_written_in_sentence_case() -> None:
    assert check_field("doc_type", "GIẤY KHAI SINH").value == "Giấy khai sinh"
    assert check_field("doc_type", "ttr").value == "Tờ trình"


def test_a_dossier_code_is_read_in_both_forms_and_turned_to_the_new() -> None:
    old = dossiers.parse_dossier_code("000.00.07.H15-180417-0012")
    assert old is not None
    assert (old.received_on, old.new_form) == (date(2018, 4, 17), "H15.07-180417-0012")
    assert dossiers.new_agency_code("000.00.00.H41") == "H41"
    assert dossiers.new_agency_code("123.04.00.H41") == "H41.00.04.123"
    assert agree("dossier_code", "000.00.07.H15-180417-0012", "h15.07-180417-0012")


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("H15.01-230913-0001", Checked("H15.01-230913-0001")),
        ("h15.01-230913-0001 ", Checked("H15.01-230913-0001")),
        ("H55.242-230913-12345", Checked("H55.242-230913-12345", warnings=("long_dossier_sequence",))),
        ("H15.01-170913-0001", Checked("H15.01-170913-0001", warnings=("early_dossier_code",))),
        ("H15.01-270913-0001", Checked(None, "future_date")),
        ("H15.01-231313-0001", Checked(None, "bad_dossier_code")),
        ("H15.01-230913-0000", Checked(None, "bad_dossier_code")),
        ("H15.01-230913-001", Checked(None, "bad_dossier_code")),
        ("15.01-230913-0001", Checked(None, "bad_dossier_code")),
    ],
)
def test_a_dossier_code_has_an_agency_a_real_day_and_an_order(text: str, outcome: Checked) -> None:
    assert check_field("dossier_code", text, TODAY) == outcome


@pytest.mark.parametrize(
    "code", ["1.001234", "1.011442.000.00.00.H38", "2.000815.000.00.00.H55.02", "1.000894.01"]
)
def test_procedures_have_a_national_a_provincial_and_an_online_form(code: str) -> None:
    assert check_field("procedure_code", code).value == code
    assert agree("procedure_code", code, code[:8])


def test_codes_that_are_not_codes_are_left_out() -> None:
    assert check_field("procedure_code", "1.01234").reason == "bad_procedure_code"
    assert check_field("result_type", "kq.g15.000031").value == "KQ.G15.000031"
    assert check_field("result_type", "KQ.15.000031").reason == "bad_result_type"


def test_an_agency_code_has_at_most_seven_levels_under_its_province_or_ministry() -> None:
    assert dossiers.is_agency_code("H15.07.01.01")
    assert dossiers.is_agency_code("000.00.07.H15")
    assert dossiers.is_agency_code("H15" + ".123" * 7)
    assert not dossiers.is_agency_code("H15" + ".123" * 8)
    assert not dossiers.is_agency_code("15.07")


def test_a_personal_id_tells_province_sex_and_birth_year() -> None:
    assert identities.parse_personal_id("020 185 001234") == identities.PersonalId(
        "020185001234", "020", "female", 1985
    )
    child = identities.parse_personal_id("066215000001")
    assert child is not None
    assert (child.sex, child.birth_year) == ("male", 2015)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("020085001234", Checked("020085001234")),
        ("083456789", Checked("083456789")),
        ("0314409058-002", Checked("0314409058-002")),
        ("0100233488", Checked("0100233488")),
        ("H15.13", Checked("H15.13")),
        ("200085001234", Checked("200085001234", warnings=("unknown_province_code",))),
        ("020399001234", Checked(None, "bad_personal_id")),  # born in 2099
        ("20085001234", Checked(None, "bad_personal_id")),  # a spreadsheet took the zero
        ("0100109107", Checked(None, "bad_tax_code")),
        ("Nguyễn Văn A", Checked(None, "bad_personal_id")),
    ],
)
def test_a_holder_is_known_by_personal_id_old_card_tax_or_agency_code(text: str, outcome: Checked) -> None:
    assert check_field("holder_id", text, TODAY) == outcome


def test_values_of_one_paper_are_checked_against_one_another() -> None:
    assert mismatches({"holder_id": "020085001234", "holder_birth_date": "1986-02-01"}) == (
        "birth_year_mismatch",
    )
    assert mismatches({"holder_id": "020085001234", "holder_birth_date": "1985"}) == ()
    assert mismatches({"issued_on": "2025-02-01", "valid_until": "2025-01-31"}) == ("ends_before_issue",)
    assert mismatches({"issued_on": "2025-02-01", "valid_until": "2025"}) == ()
    assert mismatches({"issued_on": "2025-02-01", "valid_until": "unlimited"}) == ()


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("holder_name", "NGUYỄN THỊ HÒA", "Nguyễn  Thị Hoà"),
        ("reference_number", "01/TTr-UBND", "1/TTR - UBND"),
        ("holder_id", "020 085 001 234", "020085001234"),
        ("issued_on", "2025", "2025-01-06"),
        ("issued_on", "2025-01", "2025-01-06"),
        ("issuing_agency", "UBND TP. Huế", "Ủy ban nhân dân thành phố Huế"),
    ],
)
def test_values_that_differ_in_spelling_or_precision_agree(name: str, one: str, other: str) -> None:
    assert agree(name, one, other)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("holder_name", "Nguyễn Thị Hoà", "Nguyen Thi Hoa"),
        ("reference_number", "10/TTr-UBND", "1/TTr-UBND"),
        ("issued_on", "2025-01-06", "2025-01-07"),
        ("issued_on", "2025-02", "2025-01-07"),
    ],
)
def test_values_that_differ_in_more_than_spelling_conflict(name: str, one: str, other: str) -> None:
    assert not agree(name, one, other)


def test_a_text_is_kept_as_written_but_composed_and_without_spare_spaces() -> None:
    assert check_field("holder_name", "Nguye\u0302\u0303n  Thị Hòa ").value == "Nguyễn Thị Hòa"
    assert check_field("holder_name", "A" * 201).reason == "too_long"
    assert comparable("subject", "Về việc A") == "về việc a"


def test_a_public_id_opens_with_a_letter_and_avoids_signs_that_sound_or_look_alike() -> None:
    for _ in range(200):
        public_id = public_ids.new_public_id()
        assert public_ids.is_public_id(public_id)
        assert len(public_id) == 12
        assert public_id[0].isalpha()
        assert not set(public_id) & set("01OILU")


def test_a_public_id_with_one_wrong_sign_is_found_out() -> None:
    public_id = public_ids.new_public_id()
    for place, right in enumerate(public_id):
        for wrong in set(public_ids.ALPHABET) - {right}:
            assert not public_ids.is_public_id(public_id[:place] + wrong + public_id[place + 1 :])
    assert not public_ids.is_public_id("không phải 1")


def test_every_reason_of_a_check_has_its_sentence() -> None:
    told = {
        check_field(name, value, TODAY).reason
        for name, value in [
            ("issued_on", "x"), ("issued_on", "2030"), ("holder_id", "x"), ("holder_id", "0100109107"),
            ("reference_number", "x"), ("procedure_code", "x"), ("result_type", "x"), ("dossier_code", "x"),
            ("subject", "x" * 2001),
        ]
    }  # fmt: skip
    warned = {"unknown_province_code", "early_dossier_code", "long_dossier_sequence"}
    assert told | warned | {"birth_year_mismatch", "ends_before_issue"} <= set(reasons())


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("register_year", "Năm 2019", "2019"),
        ("register_year", "1899", None),
        ("register_year", "2999", None),
        ("register_year", "19", None),
        ("register_book", "Quyển số: 01", "01"),
        ("register_book", "01/2019", "01/2019"),
        ("register_entry", "Số 45a", "45a"),
        ("register_entry", "CH 00123", "CH00123"),
        ("register_entry", "không rõ", None),
        ("register_kind", "Sổ khai sinh", "Sổ khai sinh"),
    ],
)
def test_a_register_has_a_year_books_and_entries(name: str, text: str, value: str | None) -> None:
    assert check_field(name, text, TODAY).value == value
