"""A province with two communes, one with a former unit below it, another province, and a clerk."""

from datetime import date

import pytest
from sqlalchemy import insert

from tests.warehouse.accounts.people import FIRST_CODE, OPERATOR
from warehouse.accounts.posts import NewPost
from warehouse.accounts.users import add_user
from warehouse.database import Database
from warehouse.tables import units


@pytest.fixture
def places(database: Database) -> dict[str, int]:
    """Codes of units and their ids: 20 the province; 06184 (with 06185, gone) and 06220 below it; 22 another."""
    rows = [
        ("20", "tỉnh Lạng Sơn", "province", None, None),
        ("06184", "xã Đồng Đăng", "commune", "20", None),
        ("06185", "xã Bảo Lâm", "commune", "06184", date(2025, 6, 30)),
        ("06220", "xã Cao Lộc", "commune", "20", None),
        ("22", "tỉnh Quảng Ninh", "province", None, None),
    ]
    ids: dict[str, int] = {}
    with database.write() as connection:
        for code, name, level, parent, valid_to in rows:
            values = {
                "code": code, "name": name, "level": level, "parent_id": ids.get(parent or ""),
                "valid_from": date(2008, 1, 1), "valid_to": valid_to,
            }  # fmt: skip
            ids[code] = connection.execute(insert(units).values(values)).inserted_primary_key[0]
    return ids


@pytest.fixture
def lan(database: Database, places: dict[str, int]) -> str:
    """The login of a clerk of Đồng Đăng who has not yet signed in."""
    with database.write() as connection:
        add_user(connection, OPERATOR, "lan", "Hoàng Thị Lan", NewPost("06184", "clerk"), FIRST_CODE)
    return "lan"
