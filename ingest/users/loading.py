"""A list of people becomes accounts and posts: every row is told what became of it, and a good one is taken."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypedDict

from sqlalchemy import Connection, select

from ingest.reader import Reader
from ingest.services import Services
from ingest.users.people import Listed, read_people
from ingest.users.slips import Slip, print_slips, slip_of
from warehouse.accounts.names import folded, sought
from warehouse.accounts.passwords import FirstCode, new_first_code
from warehouse.accounts.posts import assign
from warehouse.accounts.users import add_user
from warehouse.errors import Conflict, KhosoError
from warehouse.reasons import Message
from warehouse.rights import Actor
from warehouse.tables import users
from warehouse.text import fold, norm

Outcome = Literal["new", "assigned", "unchanged", "bad"]


class Row(TypedDict):
    """What became of a row; what stood in it is told of a bad one."""

    row: int
    login: str
    unit: str
    outcome: Outcome
    reason: str | None
    message: Message | None
    values: dict[str, str]


class Loaded(TypedDict):
    """The account of a list: rows = new + assigned + unchanged + bad."""

    rows: int
    new: int
    assigned: int
    unchanged: int
    bad: int
    people: list[Row]


class _Undone(Exception):
    """Nothing of a dry run stays."""


def load_people(services: Services, actor: Actor, path: Path, slips: Path | None) -> Loaded:
    """Take a list in, in one transaction; new accounts' first codes go to a PDF of slips.

    Without `slips` nothing is kept: the answer says what would become of each row. The same list again
    changes nothing.
    """
    with Reader(services.settings.limits) as reader:
        listed = read_people(path, reader)
    firsts = _codes(services, listed, real=slips is not None)
    told: list[Row] = []
    try:
        with services.database.write(durable=True) as connection:
            given = _take(connection, actor, listed, firsts, told)
            if slips is None:
                raise _Undone
            if given:
                print_slips(slips, given)
    except _Undone:
        pass
    outcomes = [row["outcome"] for row in told]
    return {
        "rows": len(told),
        "new": outcomes.count("new"),
        "assigned": outcomes.count("assigned"),
        "unchanged": outcomes.count("unchanged"),
        "bad": outcomes.count("bad"),
        "people": told,
    }


def _codes(services: Services, listed: Sequence[Listed], *, real: bool) -> dict[str, FirstCode]:
    """A first code for each login that has no account: made here, since hashing takes too long inside."""
    with services.database.read() as connection:
        known = set(connection.scalars(select(users.c.login)))
    new = {login for row in listed if (login := sought(row.login)) and login not in known}
    rules = services.settings.sign_in_rules
    if not real:
        return dict.fromkeys(new, new_first_code(rules))
    return {login: new_first_code(rules) for login in sorted(new)}


def _take(
    connection: Connection,
    actor: Actor,
    listed: Sequence[Listed],
    firsts: dict[str, FirstCode],
    told: list[Row],
) -> list[Slip]:
    given = []
    for row in listed:
        outcome: Outcome = "bad"
        error: KhosoError | None = None
        try:
            outcome = _taken(connection, actor, row, firsts)
        except KhosoError as raised:
            error = raised
        if outcome == "new":
            given.append(slip_of(connection, sought(row.login), firsts[sought(row.login)]))
        told.append(
            {
                "row": row.row,
                "login": row.login,
                "unit": row.values.get("unit", ""),
                "outcome": outcome,
                "reason": error.reason if error else None,
                "message": error.message if error else None,
                "values": dict(row.values) if error else {},
            }
        )
    return given


def _taken(connection: Connection, actor: Actor, row: Listed, firsts: dict[str, FirstCode]) -> Outcome:
    """Make the row true; raises KhosoError, and then nothing of it was done."""
    post, login, name = row.post(), folded(row.login), row.values["full_name"]
    owner = connection.scalar(select(users.c.full_name).where(users.c.login == login))
    if owner is None:
        add_user(connection, actor, login, name, post, firsts[login])
        return "new"
    if fold(norm(owner)) != fold(norm(name)):
        raise Conflict("login_of_another", login=login, name=owner)
    return "assigned" if assign(connection, actor, login, post) else "unchanged"
