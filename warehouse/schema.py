"""Bring a database's schema to this program's version, and refuse to work on any other."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from warehouse import tables  # noqa: F401  (fills the metadata)
from warehouse.database import Database
from warehouse.errors import UsageError

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Create the tables, or take an older schema forward; a newer one is refused."""
    with database.write(durable=True) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        config = _config()
        if current is not None and current not in _known(config):
            raise UsageError("too_new")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_current(database: Database) -> None:
    """Raise UsageError unless the schema is exactly this program's."""
    with database.read() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    script = ScriptDirectory.from_config(_config())
    if current is None:
        raise UsageError("not_initialised")
    if current != script.get_current_head():
        raise UsageError("needs_upgrade" if current in _known(_config()) else "too_new")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def _known(config: Config) -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
