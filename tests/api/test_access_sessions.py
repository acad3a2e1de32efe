"""An access session over HTTP: a holder's papers of another unit are read, found, not changed, and closed by time."""

from datetime import UTC, datetime

from sqlalchemy import select, update

from search.indexer import drain
from tests.api.conftest import Api, AsUser
from tests.warehouse.archive import add_record, public_id
from warehouse.access import Access, open_access
from warehouse.rights import Actor
from warehouse.tables import access_sessions, users
from warehouse.units import unit_in_force

LAN = "020190001234"


def test_an_officer_reads_and_finds_a_holder_s_papers_until_the_session_ends(
    api: Api, as_user: AsUser
) -> None:
    officer = as_user("officer", "06184")
    database = api.services.database
    with database.write() as connection:
        elsewhere = unit_in_force(connection, "24373").id
        states = {"work": "approved", "availability": "released"}
        paper = add_record(connection, elsewhere, "Giấy chứng nhận nuôi con nuôi", holder=LAN, **states)
        record, user_id = public_id(connection, paper), connection.scalars(select(users.c.id)).one()
    drain(database, api.services.index, "test")

    def reached() -> tuple[int, int]:
        found = officer.post("/api/v1/search", json={"holder": LAN}).json()["total"]
        return officer.get(f"/api/v1/records/{record}").status_code, found

    assert reached() == (404, 0)
    with database.write() as connection:
        asked = Access(user_id, LAN, "1.001193", "H37.15-250106-0001")
        open_access(connection, Actor("client:mot-cua"), asked)
    assert reached() == (200, 1)
    note = officer.post(f"/api/v1/records/{record}/notes", json={"text": "Đã xem."})
    assert note.status_code == 403
    with database.write() as connection:
        connection.execute(update(access_sessions).values(until=datetime.now(UTC)))
    assert reached() == (404, 0)
