"""Bring a database's schema to this program's version, and refuse to work on any other.

Alembic is imported only where it is needed: it would double the time every command takes to start.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from warehouse import person_keys
from warehouse.database import Database
from warehouse.errors import UsageError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0016"
"""The newest of the migrations; a test holds the two together."""


def upgrade(database: Database) -> None:
    """Create the tables, or take an older schema forward; a newer one is refused."""
    from alembic import command

    with database.write(durable=True, rebuilding=True) as connection:
        current = _revision(connection)
        config = _config()
        if current is not None and current not in _known(config):
            raise UsageError("too_new")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        person_keys.fill(connection)


def require_current(database: Database) -> None:
    """Raise UsageError unless the schema is exactly this program's."""
    with database.read() as connection:
        current = _revision(connection)
    if current is None:
        raise UsageError("not_initialised")
    if current != HEAD:
        raise UsageError("needs_upgrade" if current in _known(_config()) else "too_new")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def _known(config: Config) -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
