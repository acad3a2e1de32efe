"""Who may make, change and see whose account."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.warehouse.accounts.people import FIRST_CODE, OPERATOR, noted
from warehouse.accounts.posts import NewPost, assign, end_post
from warehouse.accounts.users import add_user, disable, enable, list_users, reset, show_user
from warehouse.codes.dates import today
from warehouse.database import Database
from warehouse.errors import Conflict, Forbidden, NotFound, UsageError
from warehouse.rights import ACTS, Actor, Grant, Reach, Role

Managing = Callable[..., Actor]


@pytest.fixture
def managing(places: dict[str, int]) -> Managing:
    """Somebody who holds a post over some units (and, as the sessions tell, all below them)."""

    def hold(role: Role, *codes: str, user_id: int = 77) -> Actor:
        reach = Reach(frozenset(places[code] for code in codes))
        return Actor(f"user:{role}", grants=(Grant(ACTS[role], reach),), user_id=user_id)

    return hold


@pytest.fixture
def unit_admin(managing: Managing) -> Actor:
    """Of Đồng Đăng, with what went into it."""
    return managing("unit_admin", "06184", "06185")


@pytest.fixture
def admin(managing: Managing) -> Actor:
    """Of Lạng Sơn."""
    return managing("admin", "20", "06184", "06185", "06220")


def add(database: Database, actor: Actor, login: str, *posts: NewPost) -> None:
    with database.write() as connection:
        add_user(connection, actor, login, login.title(), posts[0] if posts else None, FIRST_CODE)
        for post in posts[1:]:
            assign(connection, actor, login, post)


def logins(database: Database, actor: Actor, **how: object) -> list[str]:
    with database.read() as connection:
        return [user["login"] for user in list_users(connection, actor, **how)]


def fails(
    database: Database, error: type[Exception], deed: Callable[..., object], *arguments: object
) -> bool:
    with database.write() as connection, pytest.raises(error):
        deed(connection, *arguments)
    return True


@pytest.mark.parametrize("role", ["clerk", "officer", "manager"])
def test_unit_administrator_gives_posts_of_the_own_unit(database, unit_admin, role) -> None:
    add(database, unit_admin, "an", NewPost("06184", role))
    assert logins(database, unit_admin) == ["an"]
    assert noted(database) == [("add_user", "user:an", "ok"), ("assign", "user:an", "ok")]


@pytest.mark.parametrize(
    "post",
    [
        NewPost("06184", "admin"),
        NewPost("06184", "auditor"),
        NewPost("06184", "unit_admin"),
        NewPost("06220", "clerk"),
        NewPost("20", "clerk"),
        NewPost("06184", "clerk", classes=frozenset({"adoption"})),
    ],
)
def test_unit_administrator_gives_nothing_beyond_it(database, unit_admin, post) -> None:
    assert fails(database, Forbidden, add_user, unit_admin, "an", "An", post, FIRST_CODE)


def test_administrator_gives_every_role_and_class_in_the_own_tree_and_none_beyond(database, admin) -> None:
    for number, role in enumerate(ACTS):
        add(database, admin, f"user{number}", NewPost("06220", role, classes=frozenset({"adoption"})))
    assert fails(database, Forbidden, add_user, admin, "an", "An", NewPost("22", "clerk"), FIRST_CODE)


@pytest.mark.parametrize("role", ["clerk", "officer", "manager", "auditor"])
def test_who_does_not_manage_accounts_neither_makes_nor_sees_them(database, managing, lan, role) -> None:
    actor = managing(role, "06184")
    assert fails(database, Forbidden, add_user, actor, "an", "An", NewPost("06184", "clerk"), FIRST_CODE)
    assert fails(database, Forbidden, list_users, actor)
    assert fails(database, Forbidden, show_user, actor, lan)


EVERY_DEED = (
    lambda *who: reset(*who, FIRST_CODE),
    disable,
    enable,
    lambda *who: assign(*who, NewPost("06184", "clerk")),
    lambda *who: end_post(*who, 1),
)


def all_fail(database: Database, error: type[Exception], actor: Actor, login: str) -> bool:
    return all(fails(database, error, deed, actor, login) for deed in EVERY_DEED)


def test_account_outside_the_tree_is_told_apart_from_none_by_nothing(database, unit_admin) -> None:
    add(database, OPERATOR, "other", NewPost("06220", "clerk"))
    assert all_fail(database, NotFound, unit_admin, "other")
    assert all_fail(database, NotFound, unit_admin, "nobody")
    assert all_fail(database, NotFound, unit_admin, "not a login \0")
    assert logins(database, unit_admin) == []


def test_taken_login_is_all_that_anybody_learns(database, unit_admin) -> None:
    add(database, OPERATOR, "other", NewPost("06220", "clerk"))
    assert fails(
        database, Conflict, add_user, unit_admin, "Other", "An", NewPost("06184", "clerk"), FIRST_CODE
    )


def test_who_holds_a_post_elsewhere_too_is_seen_here_without_it_but_managed_above(
    database, unit_admin, admin
) -> None:
    add(database, OPERATOR, "an", NewPost("06184", "clerk"), NewPost("06220", "officer"))
    with database.read() as connection:
        assert [post["unit"] for post in show_user(connection, unit_admin, "an")["posts"]] == ["06184"]
    assert all_fail(database, Forbidden, unit_admin, "an")
    with database.write() as connection:
        reset(connection, admin, "an", FIRST_CODE)


@pytest.mark.parametrize("role", ["unit_admin", "auditor", "admin"])
def test_unit_administrator_does_not_touch_who_holds_more_rights(database, unit_admin, role) -> None:
    """A reset gives a code to sign in with: it would give the role, too."""
    add(database, OPERATOR, "an", NewPost("06184", role))
    assert all_fail(database, Forbidden, unit_admin, "an")


def test_nobody_changes_the_own_account(database, managing, lan) -> None:
    own = managing("admin", "06184", user_id=1)
    assert all_fail(database, Forbidden, own, lan)


def test_second_factor_is_forgotten_by_administrators_alone(database, unit_admin, admin, lan) -> None:
    with database.write() as connection, pytest.raises(Forbidden):
        reset(connection, unit_admin, lan, FIRST_CODE, second_factor=True)
    with database.write() as connection:
        reset(connection, admin, lan, FIRST_CODE, second_factor=True)


def test_who_moved_away_belongs_to_the_new_unit_and_who_left_to_the_last(database, unit_admin, lan) -> None:
    with database.write() as connection:
        end_post(connection, OPERATOR, lan, 1)
    assert logins(database, unit_admin) == [lan]
    with database.write() as connection:
        disable(connection, unit_admin, lan)
        assign(connection, OPERATOR, lan, NewPost("06220", "clerk"))
    assert all_fail(database, NotFound, unit_admin, lan)
    assert logins(database, unit_admin) == []


def test_post_ends_at_once_or_after_its_last_day(database, lan) -> None:
    with database.write() as connection:
        end_post(connection, OPERATOR, lan, 1, today())
        assert show_user(connection, OPERATOR, lan)["posts"][0]["valid_to"] == today().isoformat()
        end_post(connection, OPERATOR, lan, 1)
        [post] = show_user(connection, OPERATOR, lan)["posts"]
    assert post["valid_to"] == (today() - timedelta(days=1)).isoformat()
    assert fails(database, NotFound, end_post, OPERATOR, lan, 2)


def test_post_that_is_over_is_not_called_back_by_another_end(database, unit_admin, lan) -> None:
    with database.write() as connection:
        over = assign(connection, OPERATOR, lan, NewPost("06184", "officer", classes=frozenset({"adoption"})))
        elsewhere = assign(connection, OPERATOR, lan, NewPost("06220", "admin"))
        for post in (over, elsewhere):
            end_post(connection, OPERATOR, lan, post)
    for post in (over, elsewhere):
        assert fails(database, NotFound, end_post, unit_admin, lan, post, today() + timedelta(days=365))


def test_same_post_is_not_given_twice(database, lan) -> None:
    with database.write() as connection:
        assert assign(connection, OPERATOR, lan, NewPost("06184", "clerk")) is None
        assert assign(connection, OPERATOR, lan, NewPost("06184", "clerk", frozenset({"land"}))) == 2


@pytest.mark.parametrize(
    "post",
    [
        NewPost("99999", "clerk"),
        NewPost("06184", "boss"),
        NewPost("06184", "clerk", frozenset({"alchemy"})),
        NewPost("06184", "clerk", classes=frozenset({"secret"})),
        NewPost("06184", "clerk", valid_from=today(), valid_to=today() - timedelta(days=1)),
        NewPost("06185", "clerk"),  # gone
    ],
)
def test_post_of_what_does_not_exist_is_refused(database, lan, post) -> None:
    assert fails(database, UsageError, assign, OPERATOR, lan, post)


@pytest.mark.parametrize(("login", "name"), [("a", "An"), ("a b c", "An"), ("an'--", "An"), ("anna", " ")])
def test_bad_login_or_name_is_refused(database, places, login, name) -> None:
    assert fails(database, UsageError, add_user, OPERATOR, login, name, NewPost("06184", "clerk"), FIRST_CODE)


def test_list_goes_on_behind_a_login_and_can_be_of_one_unit(database, admin) -> None:
    for login, unit in (("an1", "06184"), ("an2", "06220"), ("an3", "06184")):
        add(database, admin, login, NewPost(unit, "clerk"))
    assert logins(database, admin, limit=1) == ["an1", "an2"]
    assert logins(database, admin, after=["an1"]) == ["an2", "an3"]
    assert logins(database, admin, unit="06184") == ["an1", "an3"]
