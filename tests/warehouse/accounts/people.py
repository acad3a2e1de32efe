"""Who manages accounts in the tests, what new users sign in with, and how they go on from there."""

import json
import time
from typing import Any

import pyotp
from sqlalchemy import Table, select, update

from warehouse.accounts.passwords import new_first_code
from warehouse.accounts.rules import Rules
from warehouse.accounts.sessions import find_session
from warehouse.accounts.signing_in import change_password, sign_in
from warehouse.database import Database
from warehouse.rights import Actor
from warehouse.tables import audit

OPERATOR = Actor("cli:root")
RULES = Rules()
FIRST_CODE = new_first_code(RULES)
PASSWORD = "chín con trâu trắng"
HERE = "10.0.0.7"


def enter(database: Database, login: str, password: str = PASSWORD, rules: Rules = RULES) -> str:
    """Sign in; the session's token."""
    return sign_in(database, rules, login, password, HERE)


def choose_password(database: Database, login: str, rules: Rules = RULES) -> str:
    """Sign in with the first code and choose PASSWORD; the session's token."""
    token = enter(database, login, FIRST_CODE.code, rules)
    return change_password(database, rules, token, FIRST_CODE.code, PASSWORD, HERE)


def stage_of(database: Database, token: str) -> str:
    with database.read() as connection:
        return find_session(connection, token).stage


def change(database: Database, table: Table, **values: object) -> None:
    """Change all rows of a table behind everybody's back."""
    with database.write() as connection:
        connection.execute(update(table).values(**values))


def noted(database: Database) -> list[tuple[str, str, str]]:
    """What the audit log tells: action, subject, outcome."""
    with database.read() as connection:
        entries: list[dict[str, Any]] = [
            json.loads(text) for text in connection.scalars(select(audit.c.entry).order_by(audit.c.id))
        ]
    return [(entry["action"], entry["subject"], entry["outcome"]) for entry in entries]


def code_of(secret: str, steps: int = 0) -> str:
    """What the telephone shows now, or so many steps of 30 seconds later."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)
