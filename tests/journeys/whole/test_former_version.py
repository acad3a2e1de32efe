"""A backup that a former version made is restored by this one."""

import hashlib
import json
import sqlite3
from pathlib import Path

from alembic import command

from tests.journeys.conftest import Khoso
from tests.journeys.whole.sites import answers
from warehouse import schema
from warehouse.database import Database

FORMER = "0005"


def test_a_backup_of_a_former_version_is_brought_to_this_one(old: Khoso, new: Khoso, tmp_path: Path) -> None:
    dest = tmp_path / "backup"
    name = old.json("backup", dest)["snapshot"]
    file, manifest = (dest / "snapshots" / f"{name}.{suffix}" for suffix in ("db", "json"))
    set_back(file, tmp_path / "former.db")
    told = json.loads(manifest.read_text())
    told |= {"schema": FORMER, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    manifest.write_text(json.dumps(told))
    seen = answers(old)
    new.run("restore", dest)
    assert answers(new) == seen
    assert new.json("verify")["problems"] == []
    assert [path.name for path in new.home.glob("restoring*")] == []


def set_back(file: Path, former: Path) -> None:
    """Put a site's rows into the tables of the former version, as far as it had them; it sealed no entries."""
    database = Database(f"sqlite:///{former}")
    with database.write(durable=True, rebuilding=True) as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.upgrade(config, FORMER)
    database.close()
    with sqlite3.connect(former) as tables:
        tables.execute("ATTACH ? AS now", [str(file)])
        names = tables.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            if name != "alembic_version":
                both = columns(tables, "main", name) & columns(tables, "now", name) - {"seq", "hash"}
                listed = ", ".join(f'"{column}"' for column in sorted(both))
                tables.execute(f"INSERT INTO main.{name} ({listed}) SELECT {listed} FROM now.{name}")
        tables.commit()
        tables.execute("DETACH now")
        tables.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.write_bytes(former.read_bytes())


def columns(connection: sqlite3.Connection, database: str, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA {database}.table_info({table})")}
