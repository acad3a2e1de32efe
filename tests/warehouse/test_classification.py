"""What type a paper is settles its field of activity and its class, and a change of type changes them."""

from datetime import date

import pytest

from warehouse.classification import facts_of
from warehouse.fields_of_activity import field_names, fields_of_activity
from warehouse.records import FieldValue, Origin
from warehouse.result_types import result_types
from warehouse.rights import CLASSES, UNCLASSIFIED
from warehouse.values import Values

NAMED = tuple[str, str, Origin]


def kind(*named: NAMED) -> tuple[str | None, str]:
    facts = facts_of(Values([FieldValue(name, value, origin) for name, value, origin in named]))
    return facts["field_of_activity"], facts["sensitivity"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Giấy khai sinh", ("civil_status", "sensitive")),
        ("Trích lục khai sinh (bản sao)", ("civil_status", "sensitive")),
        ("Giấy chứng nhận nuôi con nuôi", ("adoption", "adoption")),
        ("Trích lục đăng ký nhận cha, mẹ, con", ("civil_status", "paternity")),
        ("Phiếu lý lịch tư pháp số 2", ("justice", "criminal_record")),
        ("Quyết định trợ cấp xã hội", ("social_protection", "social_protection")),
        ("Căn cước công dân", ("identity", "sensitive")),
        ("Giấy phép xây dựng", ("construction", "ordinary")),
        ("Tờ trình", (None, UNCLASSIFIED)),
    ],
)
def test_the_type_of_a_paper_says_its_field_and_its_class(
    name: str, expected: tuple[str | None, str]
) -> None:
    assert kind(("doc_type", name, "ocr")) == expected


def test_a_decision_is_classed_by_its_subject() -> None:
    subject = ("subject", "V/v công nhận việc nuôi con nuôi trong nước", "ocr")
    assert kind(("doc_type", "Quyết định", "ocr"), subject)[1] == "adoption"  # type: ignore[arg-type]


def test_what_was_read_does_not_lower_the_class_that_the_list_gives() -> None:
    listed = ("doc_type", "Giấy chứng nhận nuôi con nuôi", "manifest")
    assert kind(listed, ("doc_type", "Giấy phép xây dựng", "ocr"))[1] == "adoption"
    assert kind(listed, ("result_type", "KQ.G15.000031", "ocr"))[1] == "adoption"


def test_a_person_who_names_another_type_than_the_code_says_changes_the_class() -> None:
    read = (("doc_type", "Giấy khai sinh", "ocr"), ("result_type", "KQ.G15.000031", "ocr"))
    assert kind(*read) == ("civil_status", "sensitive")  # type: ignore[arg-type]
    assert kind(*read, ("doc_type", "Giấy chứng nhận nuôi con nuôi", "human"))[1] == "adoption"  # type: ignore[arg-type]


def test_a_code_that_nobody_knows_does_not_hide_what_the_paper_is_called() -> None:
    code = ("result_type", "KQ.G15.999999", "manifest")
    assert kind(code, ("doc_type", "Giấy chứng nhận nuôi con nuôi", "ocr"))[1] == "adoption"


def test_every_type_has_a_field_with_a_name_and_a_class_that_rights_know() -> None:
    names = field_names(date(2026, 11, 28))
    assert {row.field for row in result_types()} == set(names)
    assert {row.sensitivity for row in result_types()} == CLASSES - {UNCLASSIFIED}
    assert all(len(row.code) <= 30 and row.mark in "PCM" for row in fields_of_activity())
