"""The audit log: exact text, written with the deed or not at all."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from warehouse.audit import canonical, write_entry
from warehouse.database import Database
from warehouse.rights import Actor
from warehouse.tables import audit, leases

CLERK = Actor("lan", unit_id=7, purpose="hồ sơ H37.15-250106-0001")


def test_the_same_entry_is_the_same_text_whatever_the_order() -> None:
    assert canonical({"b": [1, "ă"], "a": None}) == canonical({"a": None, "b": [1, "ă"]})
    assert canonical({"b": [1, "ă"], "a": None}) == '{"a":null,"b":[1,"ă"]}'


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"confidence": float("nan")})


def test_an_entry_says_who_did_what_to_what_when_and_why(database: Database) -> None:
    with database.write() as connection:
        write_entry(connection, CLERK, "record.view", "A1B2", outcome="denied", unit_asked=3)
        row = connection.execute(select(audit)).one()
    entry = json.loads(row.entry)
    assert row.entry == canonical(entry)
    at = datetime.fromisoformat(entry.pop("at"))
    assert at == row.at
    assert datetime.now(UTC) - at < timedelta(minutes=1)
    assert entry == {
        "who": "lan",
        "unit": 7,
        "assignment": None,
        "address": "",
        "purpose": "hồ sơ H37.15-250106-0001",
        "action": "record.view",
        "subject": "A1B2",
        "version": None,
        "outcome": "denied",
        "detail": {"unit_asked": 3},
    }


def test_the_entry_and_the_deed_are_undone_together(database: Database) -> None:
    def deed_that_fails() -> None:
        with database.write() as connection:
            connection.execute(insert(leases).values(name="indexer", holder="a", until=0.0))
            write_entry(connection, CLERK, "record.approve", "A1B2")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        deed_that_fails()
    with database.read() as connection:
        assert connection.execute(select(audit)).all() == connection.execute(select(leases)).all() == []
