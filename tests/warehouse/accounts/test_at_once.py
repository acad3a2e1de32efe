"""What many try at one moment is judged one after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.warehouse.accounts.people import FIRST_CODE, HERE, OPERATOR, choose_password, code_of, enter
from warehouse.accounts.passwords import is_password, new_first_code
from warehouse.accounts.posts import NewPost
from warehouse.accounts.rules import Rules
from warehouse.accounts.second_factor import confirm, prove, set_up
from warehouse.accounts.users import add_user, reset
from warehouse.database import Database
from warehouse.errors import Conflict, Unauthenticated
from warehouse.tables import users

AT_ONCE = 8


def successes(deed: Callable[[], object]) -> int:
    """How many of several at once succeed; the others are refused."""

    def tried(_: int) -> bool:
        try:
            deed()
        except (Unauthenticated, Conflict):
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(tried, range(AT_ONCE)))


def test_guesses_at_once_are_all_counted_until_the_account_is_locked(database: Database, lan: str) -> None:
    choose_password(database, lan)
    assert successes(lambda: enter(database, lan, "wrong")) == 0
    with database.read() as connection:
        assert connection.execute(users.select()).one().failures == 5


def test_password_that_is_reset_while_it_is_compared_opens_nothing(
    database: Database, lan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_password(database, lan)

    def compared_slowly(kept: str, password: str) -> bool:
        with database.write() as connection:
            reset(connection, OPERATOR, lan, FIRST_CODE)
        return is_password(kept, password)

    monkeypatch.setattr("warehouse.accounts.signing_in.is_password", compared_slowly)
    with pytest.raises(Unauthenticated):
        enter(database, lan)


def test_one_code_opens_one_session(database: Database, lan: str) -> None:
    token = choose_password(database, lan)
    secret, _ = set_up(database, token, "", HERE)
    confirm(database, token, code_of(secret), HERE)
    tokens = iter([enter(database, lan) for _ in range(AT_ONCE)])
    code = code_of(secret, 1)
    assert successes(lambda: prove(database, next(tokens), code, HERE)) == 1


def test_one_login_is_given_once(database: Database, places: dict[str, int]) -> None:
    first = new_first_code(Rules())

    def add() -> None:
        with database.write() as connection:
            add_user(connection, OPERATOR, "lan", "Hoàng Thị Lan", NewPost("06184", "clerk"), first)

    assert successes(add) == 1
