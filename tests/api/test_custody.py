"""Custody over HTTP: counted, moved piece by piece, told of; by who may, in both units."""

from sqlalchemy import select

from tests.api.conftest import UNIT, Api, AsUser
from tests.warehouse.archive import add_record
from warehouse.tables import records
from warehouse.units import unit_in_force

OTHER = "06187"
BODY = {"giver": UNIT, "taker": OTHER, "decision": "12/QĐ-UBND", "decided_on": "2026-07-01"}
MOVES = "/api/v1/custody-moves"


def fill(api: Api) -> None:
    with api.services.database.write() as connection:
        add_record(connection, unit_in_force(connection, UNIT).id, "Giấy khai sinh")


def province(api: Api) -> str:
    """The code of the unit above both."""
    with api.services.database.read() as connection:
        return unit_in_force(connection, "20").code


def test_admin_of_both_units_counts_moves_and_sees_the_decision(api: Api, as_user: AsUser) -> None:
    fill(api)
    admin = as_user("admin", province(api))
    assert admin.post(f"{MOVES}/count", json=BODY).json() == {"moved": 0, "left": 1, "waiting": 0}
    assert admin.post(MOVES, json=BODY).json() == {"moved": 1, "left": 0, "waiting": 0}
    assert admin.post(MOVES, json=BODY).json() == {"moved": 0, "left": 0, "waiting": 0}
    [told] = admin.get(MOVES).json()["items"]
    assert (told["giver"], told["taker"], told["decision"]) == (UNIT, OTHER, "12/QĐ-UBND")
    with api.services.database.read() as connection:
        taker = unit_in_force(connection, OTHER).id
        assert connection.scalars(select(records.c.custodian_id)).all() == [taker]


def test_the_same_request_again_moves_nothing_more(api: Api, as_user: AsUser) -> None:
    fill(api)
    admin = as_user("admin", province(api))
    once = {"Idempotency-Key": "a"}
    assert admin.post(MOVES, json=BODY, headers=once).json()["moved"] == 1
    fill(api)
    assert admin.post(MOVES, json=BODY, headers=once).json()["moved"] == 1
    assert admin.post(f"{MOVES}/count", json=BODY).json()["left"] == 1


def test_who_has_no_right_in_one_of_the_units_moves_nothing_and_sees_no_decision(
    api: Api, as_user: AsUser
) -> None:
    fill(api)
    for role, unit in (("admin", UNIT), ("admin", OTHER), ("officer", province(api))):
        assert as_user(role, unit).post(MOVES, json=BODY).status_code == 403  # type: ignore[arg-type]
    as_user("admin", province(api)).post(MOVES, json=BODY)
    assert as_user("officer").get(MOVES).status_code == 403
    assert as_user("admin", "06103").get(MOVES).json()["items"] == []
