"""The holder of a paper as a party: of the best that is known, whoever said it."""

import pytest
from sqlalchemy import Connection, select

from tests.warehouse.desk import a_batch, a_paper, a_unit, read, said
from warehouse.database import Database
from warehouse.registry import take_values
from warehouse.tables import parties, party_ids


@pytest.fixture
def connection(database: Database):  # type: ignore[no-untyped-def]
    with database.write() as opened:
        yield opened


@pytest.fixture
def batch(connection: Connection) -> int:
    return a_batch(connection, a_unit(connection))


def holders(connection: Connection) -> list[tuple[str, str, str | None]]:
    query = (
        select(parties.c.name, parties.c.origin, party_ids.c.value)
        .outerjoin(party_ids, party_ids.c.party_id == parties.c.id)
        .order_by(parties.c.id, party_ids.c.id)
    )
    return [tuple(row) for row in connection.execute(query)]


def test_who_is_known_by_reading_alone_is_the_holder(connection: Connection, batch: int) -> None:
    paper = a_paper(connection, batch)
    assert holders(connection) == []
    read(connection, paper, [said("holder_name", "Nguyễn Văn An"), said("holder_id", "020090000123")])
    assert holders(connection) == [("Nguyễn Văn An", "ocr", "020090000123")]


def test_what_was_read_does_not_replace_the_holder_of_the_list(connection: Connection, batch: int) -> None:
    paper = a_paper(connection, batch, [said("holder_name", "Nguyễn Văn Ân", "manifest")])
    read(connection, paper, [said("holder_name", "Nguyễn Văn An"), said("holder_id", "020090000123")])
    assert holders(connection) == [("Nguyễn Văn Ân", "manifest", "020090000123")]
    take_values(connection, {paper: [said("holder_name", "Nguyễn Văn Ấn", "manifest")]})
    assert holders(connection) == [("Nguyễn Văn Ấn", "manifest", "020090000123")]


def test_a_person_may_say_that_a_paper_names_no_holder_or_no_number(
    connection: Connection, batch: int
) -> None:
    paper = a_paper(connection, batch)
    read(connection, paper, [said("holder_name", "Nguyễn Văn An"), said("holder_id", "020090000123")])
    take_values(connection, {paper: [said("holder_id", "", "human")]})
    assert holders(connection) == [("Nguyễn Văn An", "ocr", None)]
    take_values(connection, {paper: [said("holder_name", "", "human")]})
    assert holders(connection) == []
    read(connection, paper, [said("holder_name", "Nguyễn Văn An"), said("holder_id", "020090000999")])
    assert holders(connection) == []


def test_a_paper_read_again_has_the_holder_read_last(connection: Connection, batch: int) -> None:
    paper = a_paper(connection, batch)
    read(connection, paper, [said("holder_name", "Nguyễn Văn An")])
    read(connection, paper, [said("holder_name", "Nguyễn Văn Ân")])
    assert holders(connection) == [("Nguyễn Văn Ân", "ocr", None)]
