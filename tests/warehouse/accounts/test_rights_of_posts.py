"""What a user or a program may do is what today's posts, units and scopes say, and nothing else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from warehouse.accounts.clients import (
    actor_by_bearer,
    add_client,
    disable_client,
    list_clients,
    rotate_client,
)
from warehouse.accounts.rules import Rules
from warehouse.accounts.sessions import actor_by_session, actor_of_request, open_session
from warehouse.codes.dates import today
from warehouse.database import Database
from warehouse.errors import Conflict, Forbidden, NotFound, Unauthenticated, UsageError
from warehouse.rights import USUAL_CLASSES, Actor, Grant, Reach, may
from warehouse.tables import assignments, sessions, units, users

OPERATOR = Actor("cli:root")
NOW = datetime.now(UTC)


@pytest.fixture
def token(database: Database, places: dict[str, int]) -> str:
    """A session of a clerk in Đồng Đăng who was officer of the province until yesterday."""
    with database.write() as connection:
        user = {"login": "lan", "full_name": "Lan", "state": "active", "password": "x", "must_change": False}
        made = {"created_at": NOW, "created_by": "cli:root"}
        user_id = connection.execute(insert(users).values(**user, **made)).inserted_primary_key[0]
        post = {"user_id": user_id, "classes": sorted(USUAL_CLASSES), "valid_from": date(2020, 1, 1), **made}
        connection.execute(
            insert(assignments).values(**post, unit_id=places["06184"], role="clerk", fields=["G15-HT"])
        )
        connection.execute(
            insert(assignments).values(
                **post, unit_id=places["20"], role="officer", valid_to=today() - timedelta(days=1)
            )
        )
        return open_session(connection, user_id, "full", Rules())


def change(database: Database, table, **values) -> None:
    with database.write() as connection:
        connection.execute(update(table).values(**values))


def actor_of(database: Database, token: str) -> Actor:
    with database.read() as connection:
        return actor_by_session(connection, token, Rules())


def test_post_reaches_its_unit_and_all_below_it_also_those_that_are_gone(database, places, token) -> None:
    actor = actor_of(database, token)
    [grant] = actor.grants or ()
    assert grant.reach == Reach(
        frozenset({places["06184"], places["06185"]}), frozenset({"G15-HT"}), USUAL_CLASSES
    )
    assert (actor.who, actor.unit_id, actor.assignment_id) == ("user:lan", places["06184"], 1)
    assert may(actor, "correct")
    assert not may(actor, "approve")


def test_user_whose_only_post_ended_has_no_rights(database, token) -> None:
    change(database, assignments, valid_to=today() - timedelta(days=1))
    assert actor_of(database, token).grants == ()


def test_post_that_begins_tomorrow_gives_nothing_today(database, token) -> None:
    change(database, assignments, valid_from=today() + timedelta(days=1), valid_to=None)
    assert actor_of(database, token).grants == ()


def test_units_in_a_ring_do_not_hold_up_anybody(database, places, token) -> None:
    with database.write() as connection:
        connection.execute(update(units).where(units.c.code == "06184").values(parent_id=places["06185"]))
    [grant] = actor_of(database, token).grants or ()
    assert grant.reach.units == {places["06184"], places["06185"]}


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (sessions, {"idle_until": NOW - timedelta(seconds=1)}),
        (sessions, {"ends_at": NOW - timedelta(seconds=1)}),
        (sessions, {"stage": "totp"}),
        (sessions, {"stage": "password_change"}),
        (users, {"state": "disabled"}),
    ],
)
def test_session_that_is_over_unfinished_or_of_a_disabled_user_gives_nothing(
    database, token, table, values
) -> None:
    change(database, table, **values)
    with pytest.raises(Unauthenticated):
        actor_of(database, token)


def test_token_itself_is_not_in_the_database_and_another_opens_nothing(database, token) -> None:
    with database.read() as connection:
        assert token not in str(connection.execute(sessions.select()).all())
    for other in ("", "x", token[:-1], token.swapcase()):
        with pytest.raises(Unauthenticated):
            actor_of(database, other)


def test_session_that_is_used_lives_on_but_never_beyond_its_end(database, token) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=2)
    change(database, sessions, idle_until=soon, ends_at=soon + timedelta(minutes=1))
    actor_of_request(database, token, Rules())
    with database.read() as connection:
        row = connection.execute(sessions.select()).one()
    assert row.idle_until > soon + timedelta(minutes=20)
    assert row.ends_at == soon + timedelta(minutes=1)
    change(database, sessions, ends_at=NOW)
    with pytest.raises(Unauthenticated):
        actor_of_request(database, token, Rules())


def add(database: Database, actor: Actor = OPERATOR, **changed) -> str:
    what = {"name": "mot-cua", "scopes": ["read", "figures"], "unit_codes": ["06184"]} | changed
    with database.write() as connection:
        return add_client(connection, actor, **what)


def bearer(database: Database, token: str) -> Actor:
    with database.read() as connection:
        return actor_by_bearer(connection, token)


def test_program_does_what_its_scopes_say_in_its_units_and_below(database, places) -> None:
    actor = bearer(database, add(database))
    reach = Reach(frozenset({places["06184"], places["06185"]}))
    assert actor == Actor(
        "client:mot-cua", places["06184"], grants=(Grant(frozenset({"read", "figures"}), reach),)
    )


def test_renewed_token_ends_the_old_one(database, places) -> None:
    old = add(database)
    with database.write() as connection:
        new = rotate_client(connection, OPERATOR, "mot-cua")
    assert bearer(database, new).who == "client:mot-cua"
    with pytest.raises(Unauthenticated):
        bearer(database, old)


def test_program_is_shut_out_when_disabled_or_out_of_its_days_or_with_a_wrong_token(database, places) -> None:
    token = add(database)
    late = add(database, name="late", valid_from=today() + timedelta(days=1))
    gone = add(database, name="gone", valid_to=today() - timedelta(days=1))
    with database.write() as connection:
        disable_client(connection, OPERATOR, "mot-cua")
    for wrong in (token, late, gone, token[:-1], "", "khoso__", "khoso_\0_x", "ư"):
        with pytest.raises(Unauthenticated):
            bearer(database, wrong)


def test_program_never_does_what_a_person_answers_for(database, places) -> None:
    for scope in ("approve", "manage_accounts", "move_custody", "nonsense"):
        with pytest.raises(UsageError, match=scope):
            add(database, scopes=["read", scope])


def test_who_manages_programs_of_one_province_neither_sees_nor_changes_those_of_another(
    database, places
) -> None:
    add(database, name="theirs", unit_codes=["22"])
    add(database, name="both", unit_codes=["22", "20"])
    add(database, name="ours", unit_codes=["06184"])
    reach = Reach(frozenset({places[code] for code in ("20", "06184", "06185", "06220")}))
    admin = Actor("user:admin", grants=(Grant(frozenset({"manage_clients"}), reach),))
    with database.write() as connection:
        assert [client["name"] for client in list_clients(connection, admin)] == ["ours"]
        for theirs in ("theirs", "both", "nobody"):
            with pytest.raises(NotFound):
                rotate_client(connection, admin, theirs)
    with pytest.raises(Forbidden):
        add(database, admin, name="more", unit_codes=["06184", "22"])
    with pytest.raises(Conflict):
        add(database, admin, name="theirs")
