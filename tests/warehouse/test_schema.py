"""Schema versions: created, upgraded, refused; migrations and tables say the same."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from tests.databases import Databases
from warehouse import schema
from warehouse.database import Database, metadata
from warehouse.errors import UsageError


@pytest.fixture
def empty(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "empty").mkdir()
    url = databases.new(tmp_path / "empty")
    opened = Database(url)
    yield opened
    opened.close()
    databases.drop(url)


def set_revision(database: Database, revision: str) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})


def reason_of_refusal(database: Database) -> str:
    with pytest.raises(UsageError) as refused:
        schema.require_current(database)
    return refused.value.reason


def test_migrations_make_exactly_the_tables_of_the_program(database: Database, empty: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        made = _made(connection)
    with empty.write() as connection:
        metadata.create_all(connection)
        meant = _made(connection)
    assert {name for name in made if "alembic_version" not in name} == set(meant)


@pytest.mark.sqlite
def test_migrated_files_have_the_defaults_and_the_ids_of_the_program(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert "AUTOINCREMENT" in _made(connection)["jobs"]


@pytest.mark.postgresql
def test_migrated_tables_are_to_the_letter_those_of_the_program(database: Database, empty: Database) -> None:
    with database.read() as connection:
        made = {name: what for name, what in _made(connection).items() if "alembic_version" not in name}
    with empty.write() as connection:
        metadata.create_all(connection)
        assert made == _made(connection)


POSTGRESQL_TABLES = """
SELECT table_name || '.' || column_name AS name,
       concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default) AS sql
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace
"""


def _made(connection: Connection) -> dict[str, str]:
    """What makes up every table and index; SQLite's own have no text."""
    on_sqlite = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    query = on_sqlite if connection.dialect.name == "sqlite" else POSTGRESQL_TABLES
    return {row.name: row.sql for row in connection.execute(text(query))}


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    with database.read() as connection:
        before = _made(connection)
    schema.upgrade(database)
    with database.read() as connection:
        assert _made(connection) == before
    schema.require_current(database)


def test_an_upgrade_that_fails_leaves_nothing_behind(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "upgrade", _fails_after(command.upgrade))
    with pytest.raises(RuntimeError):
        schema.upgrade(empty)
    with empty.read() as connection:
        assert inspect(connection).get_table_names() == []


def _fails_after(upgrade: Callable[..., None]) -> Callable[..., None]:
    def failing(*args: object) -> None:
        upgrade(*args)
        raise RuntimeError

    return failing


def test_a_database_without_tables_is_not_initialised(empty: Database) -> None:
    assert reason_of_refusal(empty) == "not_initialised"


def test_an_older_schema_asks_for_the_upgrade(database: Database) -> None:
    set_revision(database, "0001")
    assert reason_of_refusal(database) == "needs_upgrade"


def test_a_newer_schema_is_refused_and_not_touched(database: Database) -> None:
    set_revision(database, "9999")
    assert reason_of_refusal(database) == "too_new"
    with pytest.raises(UsageError) as refused:
        schema.upgrade(database)
    assert refused.value.reason == "too_new"
    assert reason_of_refusal(database) == "too_new"


def test_site_of_the_former_version_keeps_its_rows(empty: Database) -> None:
    """A list's row that named one file names it still."""
    upgrade_former_site(empty)
    with empty.read() as connection:
        rows = connection.execute(text("SELECT row_id, ordinal, item_id FROM row_files")).all()
        assert rows == [(1, 0, 1)]
        assert connection.execute(text("SELECT work, secrecy_cleared FROM records")).all() == [("ready", 0)]


def test_audit_entries_of_the_former_version_keep_their_text_and_are_found(empty: Database) -> None:
    upgrade_former_site(empty)
    with empty.read() as connection:
        [entry] = connection.execute(text("SELECT entry, actor, unit_id, action, subject, seq FROM audit"))
    assert entry == (FORMER_ENTRY, "cli:an", None, "view", "ABCD", None)


@pytest.mark.sqlite  # PostgreSQL looks after references by itself
def test_whoever_refers_to_a_record_of_the_former_version_finds_it(empty: Database) -> None:
    upgrade_former_site(empty)
    with empty.read() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    with empty.read() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def upgrade_former_site(empty: Database) -> None:
    with empty.write(durable=True, rebuilding=True) as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        for statement in _FORMER_ROWS:
            connection.execute(text(statement))
        entry = text("INSERT INTO audit (id, at, entry) VALUES (1, '2026-01-01', :entry)")
        connection.execute(entry, {"entry": FORMER_ENTRY})
    schema.upgrade(empty)


FORMER_ENTRY = '{"action":"view","detail":{},"subject":"ABCD","unit":null,"who":"cli:an"}'
_FORMER_ROWS = (
    "INSERT INTO units VALUES (1, '06184', 'Xã', 'commune', NULL, '2025-07-01', NULL)",
    "INSERT INTO batches (id, unit_id, source, manner, created_at, created_by)"
    " VALUES (1, 1, '/scans', 'stock', '2026-01-01', 'an')",
    f"INSERT INTO objects VALUES ('{'a' * 64}', 9, '2026-01-01')",
    "INSERT INTO files (id, unit_id, sha256, state, received_at)"
    f" VALUES (1, 1, '{'a' * 64}', 'registered', '2026-01-01')",
    "INSERT INTO items (id, batch_id, path, source_path, outcome, file_id)"
    " VALUES (1, 1, 'a.pdf', 'a.pdf', 'stored', 1)",
    'INSERT INTO manifest_rows (id, batch_id, "row", item_id, kind, "values", location)'
    " VALUES (1, 1, 2, 1, 'result', '{}', '{}')",
    "INSERT INTO records (id, public_id, kind, batch_id, item_id, digitised_by_id, custodian_id, work,"
    " availability, review, revision, received_at, valid_kind)"
    " VALUES (1, 'ABCD', 'result', 1, 1, 1, 1, 'ready', 'released', '[]', 1, '2026-01-01', 'UNKNOWN')",
    "INSERT INTO parts (record_id, ordinal, file_id, page_from, page_to) VALUES (1, 0, 1, 1, 1)",
)
