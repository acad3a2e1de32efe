"""Who is found by what, how the desk is told so, and what is one person."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from search.people.asked import Parts, understand
from search.people.find import People, find_people
from tests.search.papers import add_paper
from warehouse import registry, schema
from warehouse.custody import Move, move_custody
from warehouse.database import Database
from warehouse.errors import Forbidden, UsageError
from warehouse.records import FieldValue
from warehouse.rights import ACTS, Actor, Grant, Reach
from warehouse.tables import audit, parties, party_ids, person_keys, records, units

AN = ("Nguyễn Văn An", "1999-02-01", "001099012345")
BIRTH = "Giấy khai sinh"

Paper = Callable[..., int]


@pytest.fixture
def paper(database: Database) -> Paper:
    """Add a paper of a holder: name, birth date, number; returns its row id."""
    made = iter(range(10_000))

    def add(
        name: str, born: str = "", number: str = "", *others: tuple[str, str], unit: str = "06184"
    ) -> int:
        values = {"holder_name": name, "holder_birth_date": born, "holder_id": number, "doc_type": BIRTH}
        told = [(field, value) for field, value in values.items() if value]
        with database.write() as connection:
            return add_paper(connection, f"{next(made)}", *told, *others, unit_code=unit)

    return add


def officer(database: Database, *codes: str, **reach: Any) -> Actor:
    with database.read() as connection:
        ids = connection.scalars(select(units.c.id).where(units.c.code.in_(codes))).all()
    grant = Grant(ACTS["officer"], Reach(frozenset(ids), **reach))
    return Actor("user:mai", ids[0], "Tiếp nhận hồ sơ", grants=(grant,))


def look(database: Database, line: str = "", actor: Actor | None = None, **parts: Any) -> People:
    filters = {name: parts.pop(name) for name in ("unit", "doc_type", "limit") if name in parts}
    who = actor or officer(database, "06184")
    return find_people(database, who, understand(Parts(line=line, **parts)), **filters)


def told(answer: People) -> list[tuple[str, str, int]]:
    return [(each.name, each.matched, len(each.papers)) for each in answer.persons]


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("001099012345|123456789|Nguyễn Văn An|01021999|Nam|Lạng Sơn|25042021", "id"),
        ("001099012345", "id"),
        ("0010 9901 2345", "id"),
        ("1099012345", "id"),
        ("nguyễn văn an 1999", "name_exact"),
        ("NGUYỄN VĂN AN, 01/02/1999", "name_exact"),
        ("Nguyễn Văn An sinh năm 1999 ở phường Đồng Đăng", "name_exact"),
        ("nguyen van an", "name_unaccented"),
        ("Nguyễn Vân Ân", "name_unaccented"),
        ("Nguyễn An", "middle_name_missing"),
        ("Nguyễn Hữu Văn An", "middle_name_missing"),
        ("Nguyễn Văm An", "one_letter"),
        ("Nguyễn Văn Na", "one_letter"),
    ],
)
def test_one_box_finds_a_person_and_says_how(database: Database, paper: Paper, line: str, how: str) -> None:
    paper(*AN)
    paper("Trần Thị Bích", "1980-05-05", "020180000001")
    assert told(look(database, line)) == [("Nguyễn Văn An", how, 1)]


@pytest.mark.parametrize(
    "line",
    [
        "Nguyễn Văn An 1998",
        "Nguyễn Văn An 02/02/1999",
        "Nguyễn Thị An",
        "Nguyễn Văm Am",
        "Nguyễn Văn An, Hà Nội",
    ],
)
def test_another_birth_date_middle_name_or_place_is_another_person(
    database: Database, paper: Paper, line: str
) -> None:
    paper(*AN)
    assert look(database, line).outcome == "nothing_found"


def test_a_letter_may_be_wrong_only_if_nothing_else_matches(database: Database, paper: Paper) -> None:
    paper("Nguyễn Văn An")
    paper("Nguyễn Văn Ân")
    paper("Nguyễn Văn Anh")
    paper("Nguyễn Đvăn An")
    assert {how for _, how, _ in told(look(database, "Nguyễn Văn An"))} == {"name_exact", "name_unaccented"}
    assert told(look(database, "Nguyễn Văn Ang")) != []


def test_papers_of_one_number_are_one_persons_whatever_name_they_print(
    database: Database, paper: Paper
) -> None:
    paper(*AN)
    paper("Nguyễn Văn Ấn", "1999", "001099012345")
    paper("Nguyễn Văn An", "1999-02-01")  # no number: his by name and day of birth
    paper("Nguyễn Văn An", "1999")  # of that year alone nobody knows
    assert told(look(database, "Nguyễn Văn An")) == [
        ("Nguyễn Văn An", "name_exact", 3),
        ("Nguyễn Văn An", "name_exact", 1),
    ]


def test_two_numbers_are_never_one_person(database: Database, paper: Paper) -> None:
    paper(*AN)
    paper("Nguyễn Văn An", "1999-02-01", "001099099999")
    paper("Nguyễn Văn An", "1999-02-01")
    found = told(look(database, "Nguyễn Văn An"))
    assert found == [("Nguyễn Văn An", "name_exact", 1)] * 3


def test_old_number_that_two_people_share_by_mistake_makes_them_not_one(
    database: Database, paper: Paper
) -> None:
    for number in ("001099012345", "001099099999"):
        record = paper("Nguyễn Văn An", "", number)
        with database.write() as connection:
            party = connection.scalar(select(parties.c.id).where(parties.c.record_id == record))
            row = {"party_id": party, "scheme": "old_id_card", "value": "123456789"}
            connection.execute(insert(party_ids), row)
    assert told(look(database, "123456789")) == [("Nguyễn Văn An", "id", 1)] * 2


def test_a_card_tells_that_its_two_numbers_are_one_persons(database: Database, paper: Paper) -> None:
    paper(*AN)
    paper("Nguyễn Văn An", "1999", "123456789")
    assert len(look(database, "Nguyễn Văn An").persons) == 2
    card = look(database, "001099012345|123456789|Nguyễn Văn An|01021999|Nam||")
    assert told(card) == [("Nguyễn Văn An", "id", 2)]
    assert card.persons[0].numbers == ["•••••6789", "••••••••2345"]


def test_parent_and_place_narrow_a_common_name(database: Database, paper: Paper) -> None:
    wanted = paper("Nguyễn Văn An", "", "", ("issuing_agency", "Ủy ban nhân dân xã Hoàng Đồng"))
    paper("Nguyễn Văn An")
    with database.write() as connection:
        father = {"record_id": wanted, "ordinal": 1, "role": "father", "name": "Nguyễn Quang Bình"}
        connection.execute(insert(parties).values(origin="ocr", **father))
        registry.touch(connection, [wanted])
    for line in ("Nguyễn Văn An con ông Nguyễn Bình", "Nguyễn Văn An, phường Hoàng Đồng"):
        assert told(look(database, line)) == [("Nguyễn Văn An", "name_exact", 1)], line
    assert len(look(database, "Nguyễn Văn An, xã Đồng Đăng").persons) == 2
    assert look(database, "Nguyễn Quang Bình").persons[0].papers[0].roles == ["father"]


def test_a_corrected_name_is_found_and_the_former_is_not(database: Database, paper: Paper) -> None:
    wrong = paper("Nguyễn Văn Ấm", "1999-02-01")
    with database.write() as connection:
        registry.take_values(connection, {wrong: [FieldValue("holder_name", "Nguyễn Văn An", "human")]})
    assert told(look(database, "Nguyễn Văn An")) == [("Nguyễn Văn An", "name_exact", 1)]
    assert look(database, "Phạm Văn Ấm").outcome == "nothing_found"


def test_person_goes_with_the_custody_of_the_paper(database: Database, paper: Paper) -> None:
    paper(*AN)
    with database.write() as connection:
        move_custody(connection, Actor("khoso"), Move("06184", "24373", "12/QĐ-UBND", date(2026, 1, 5)))
    assert look(database, "Nguyễn Văn An").outcome == "nothing_found"
    assert look(database, "Nguyễn Văn An", officer(database, "24373")).outcome == "found"


def test_people_of_an_older_site_are_found_after_its_upgrade(database: Database, paper: Paper) -> None:
    paper(*AN)
    with database.write() as connection:
        connection.execute(delete(person_keys))
    assert look(database, "Nguyễn Văn An").outcome == "nothing_found"
    schema.upgrade(database)
    assert told(look(database, "Nguyễn Văn An")) == [("Nguyễn Văn An", "name_exact", 1)]


def test_more_people_than_are_shown_are_told_of(database: Database, paper: Paper) -> None:
    for year in range(1960, 1966):
        paper("Nguyễn Văn An", f"{year}-01-01")
    assert (len((few := look(database, "Nguyễn Văn An", limit=3)).persons), few.more) == (3, True)
    assert not look(database, "Nguyễn Văn An").more


def test_type_that_is_asked_for_narrows_the_papers(database: Database, paper: Paper) -> None:
    paper(*AN)
    assert look(database, "Nguyễn Văn An", doc_type="giay khai sinh").outcome == "found"
    assert look(database, "Nguyễn Văn An", doc_type="Giấy phép lái xe").outcome == "nothing_found"


@pytest.mark.parametrize("line", ["", "1999", "ở Đồng Đăng"])
def test_whoever_names_nobody_is_asked_for_a_name(line: str) -> None:
    with pytest.raises(UsageError, match="name or an identity number"):
        understand(Parts(line=line))


def test_finding_needs_the_right_and_a_purpose(database: Database, paper: Paper) -> None:
    mai = officer(database, "06184")
    with pytest.raises(UsageError) as without:
        look(database, "Nguyễn Văn An", Actor("user:mai", grants=mai.grants))
    assert without.value.reason == "purpose_missing"
    clerk = Actor("user:an", purpose="x", grants=(Grant(ACTS["clerk"], Reach(frozenset({1}))),))
    with pytest.raises(Forbidden):
        look(database, "Nguyễn Văn An", clerk)


def test_each_search_is_in_the_trail_of_every_number_asked_for_and_every_paper_seen(
    database: Database, paper: Paper
) -> None:
    record = paper(*AN)
    look(database, "001099012345 Nguyễn Văn An 1999")
    look(database, "Phạm Văn Ba")
    with database.read() as connection:
        name = connection.scalar(select(records.c.public_id).where(records.c.id == record))
        found = select(audit.c.subject, audit.c.entry).where(audit.c.action == "find_person")
        entries = connection.execute(found.order_by(audit.c.id)).all()
    assert [entry.subject for entry in entries] == ["001099012345", name, "persons"]
    assert all(text in entries[1].entry for text in ("Nguyễn Văn An", "Tiếp nhận hồ sơ"))


def test_papers_out_of_reach_change_not_a_byte_of_the_answer(database: Database, paper: Paper) -> None:
    mai = officer(database, "06184")
    lines = ("Nguyễn Văn An", "001099012345", "Nguyễn Văn Am", "Lê Thị Cúc")
    paper("Lê Thị Cúc", "1970-01-01", "020170000007")
    before = [look(database, line, mai) for line in lines]
    paper(*AN, unit="24373")  # another unit's
    for changed in ({"sensitivity": "adoption"}, {"work": "quarantined"}):
        record = paper(*AN)
        with database.write() as connection:
            connection.execute(update(records).where(records.c.id == record).values(**changed))
    assert [look(database, line, mai) for line in lines] == before
    assert before[0].outcome == "nothing_found"


def test_nothing_found_tells_how_far_the_unit_is(database: Database, paper: Paper) -> None:
    paper("Lê Thị Cúc")
    read = paper("Lê Thị Sen")
    with database.write() as connection:
        connection.execute(update(records).where(records.c.id == read).values(work="approved"))
    coverage = look(database, "Phạm Văn Ba", doc_type=BIRTH).coverage
    assert coverage is not None
    assert (coverage.unit, coverage.registered, coverage.read, coverage.approved) == ("06184", 2, 1, 1)
    assert look(database, "Phạm Văn Ba", unit="24373").coverage is None


def test_access_session_opens_its_holders_papers_of_other_units(database: Database, paper: Paper) -> None:
    elsewhere = paper(*AN, unit="24373")
    mai = officer(database, "06184")
    opened = Actor("user:mai", mai.unit_id, "x", mai.grants, frozenset({"001099012345"}))
    assert look(database, "Nguyễn Văn An", opened).outcome == "nothing_found"  # not approved yet
    with database.write() as connection:
        connection.execute(update(records).where(records.c.id == elsewhere).values(work="approved"))
    assert told(look(database, "Nguyễn Văn An", opened)) == [("Nguyễn Văn An", "name_exact", 1)]
    assert look(database, "Nguyễn Văn An", mai).outcome == "nothing_found"
