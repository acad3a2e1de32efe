"""Which files are given out as they came in."""

import pytest
from sqlalchemy import select, update

from tests.warehouse.held import OPERATOR, Held, of_role
from warehouse.database import Database
from warehouse.errors import Forbidden
from warehouse.originals import originals_of
from warehouse.registry import NewPart, NewRecord, register
from warehouse.rights import Actor
from warehouse.tables import items, records


def two_papers_of_one_file(held: Held, **second: object) -> str:
    """The first one's public id; `second`: what is so of the other."""
    with held.database.write() as connection:
        file = held.file(connection, 1, pages=2)
        item = connection.scalar(select(items.c.id).where(items.c.file_id == file))
        new = [NewRecord([NewPart(file, at, at)], item, 1, 1, "result", False, []) for at in (1, 2)]
        one, other = register(connection, OPERATOR, new)
        connection.execute(
            update(records).where(records.c.id == other).values({"work": "approved", **second})
        )
        return str(connection.scalar(select(records.c.public_id).where(records.c.id == one)))


def files_given(held: Held, actor: Actor, record: str) -> int:
    with held.database.read() as connection:
        return len(originals_of(connection, actor, record))


@pytest.mark.parametrize(
    "second", [{"sensitivity": "adoption"}, {"custodian_id": 2}, {"work": "quarantined", "secrecy": "mat"}]
)
def test_file_that_holds_another_paper_out_of_reach_is_not_given_out_whole(
    database: Database, second: dict[str, object]
) -> None:
    held = Held(database)
    record = two_papers_of_one_file(held, **second)
    with pytest.raises(Forbidden):
        files_given(held, of_role("officer", 1), record)


def test_file_of_several_papers_is_given_to_who_may_read_them_all(database: Database) -> None:
    held = Held(database)
    assert files_given(held, of_role("officer", 1), two_papers_of_one_file(held)) == 1
