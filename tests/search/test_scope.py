"""What an actor reaches in the index is what the actor reaches in SQL."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from search.index import Index, open_index
from search.indexer import drain
from search.query import Query
from tests.warehouse.archive import add_record, add_user, officer
from warehouse.access import Access, open_access, open_holders
from warehouse.codes.dates import today
from warehouse.database import Database
from warehouse.rights import CLASSES, Reach, Scope
from warehouse.tables import records, units

LAN, HOA = "020190001234", "020191005678"
TYPES = ("Giấy khai sinh", "Giấy phép xây dựng", "Giấy chứng nhận nuôi con nuôi", "Tờ trình")


@pytest.fixture(params=["tantivy", "elasticsearch"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """Every backend that stays."""
    embedded = request.param == "tantivy"
    opened = open_index(f"tantivy:{tmp_path}/index" if embedded else request.getfixturevalue("elastic_url"))
    yield opened
    opened.close()


def fill(database: Database, index: Index) -> list[int]:
    """Each type of paper of each of two holders, in two units, approved or not; the units' ids."""
    with database.write() as connection:
        some = list(connection.scalars(select(units.c.id).where(units.c.valid_to.is_(None)).limit(2)))
        for unit, doc_type, holder in itertools.product(some, TYPES, (LAN, HOA)):
            add_record(connection, unit, doc_type, holder=holder, work="approved")
            add_record(connection, unit, doc_type, holder=holder, work="approved", availability="hidden")
            add_record(connection, unit, doc_type, holder=holder, work="ready")
    drain(database, index, "test")
    return some


def reached(database: Database, index: Index, scope: Scope) -> set[str]:
    """The records that the index shows; SQL shows the same."""
    answer = index.search(Query((), today(), limit=1000), scope)
    shown = {hit["record"] for hit in answer["hits"]}
    assert len(shown) == answer["total"]
    with database.read() as connection:
        assert shown == set(connection.scalars(select(records.c.public_id).where(scope.allows_record())))
    return shown


def test_the_index_and_sql_show_the_same_of_every_scope(database: Database, index: Index) -> None:
    one, other = fill(database, index)
    here = frozenset({one})
    expected = [
        (Scope(everything=True), 48),
        (Scope(), 0),
        (Scope(reaches=(Reach(here),)), 18),
        (Scope(reaches=(Reach(here, None, CLASSES),)), 24),
        (Scope(reaches=(Reach(here, frozenset({"construction"})),)), 6),
        (
            Scope(
                reaches=(
                    Reach(here, frozenset({"adoption"}), frozenset({"adoption"})),
                    Reach(frozenset({other})),
                )
            ),
            24,
        ),
        (Scope(holders=frozenset({LAN})), 8),
        (Scope(reaches=(Reach(here),), holders=frozenset({LAN})), 23),
    ]
    assert [len(reached(database, index, scope)) for scope, _ in expected] == [count for _, count in expected]


def test_an_access_session_shows_one_holder_s_papers_until_it_ends(database: Database, index: Index) -> None:
    fill(database, index)
    with database.write() as connection:
        add_user(connection, 7)
        asked = Access(7, LAN, "1.001193", "H37.15-250106-0001")
        until = open_access(connection, officer("open_access"), asked)
        during, after = (open_holders(connection, 7, until + timedelta(seconds=s)) for s in (-1, 0))
    assert len(reached(database, index, Scope(holders=during))) == 8
    assert reached(database, index, Scope(holders=after)) == set()
