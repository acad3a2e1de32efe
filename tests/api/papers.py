"""Papers that were read, put straight into the database, for tests of what the API does with records."""

from tests.api.conftest import UNIT, Api
from tests.warehouse import desk
from warehouse.units import unit_in_force


def a_paper(api: Api, *review: str, unit: str = UNIT, **values: str) -> str:
    """The public id of a paper that was read; `review`: why an officer must look."""
    with api.services.database.write() as connection:
        batch = desk.a_batch(connection, unit_in_force(connection, unit).id)
        return desk.a_read_paper(connection, batch, *review, **values)


def batch_of(api: Api, record: str) -> int:
    with api.services.database.read() as connection:
        return int(desk.row_of(connection, record)["batch_id"])


def settle(api: Api, record: str, **values: object) -> None:
    with api.services.database.write() as connection:
        desk.settle(connection, record, **values)
