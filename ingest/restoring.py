"""`khoso restore`: an empty site gets what a backup holds, on whatever engines it lies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingest.filling import being_filled, carry_into, copy_into
from warehouse import schema, standing
from warehouse.audit import write_entry
from warehouse.backup import object_problems
from warehouse.database import Database
from warehouse.older_records import classify_older
from warehouse.rights import Actor
from warehouse.settings import Settings
from warehouse.snapshots import BackupFolder, Manifest


def restore_site(settings: Settings, actor: Actor, path: Path, name: str | None) -> dict[str, Any]:
    """Fill the site from a snapshot (the newest); objects that the backup has lost are named and passed over."""
    folder = BackupFolder(path)
    manifest = folder.choose(name)
    subject = f"{path.absolute()} {manifest['snapshot']}"
    with being_filled(settings, subject) as target, _snapshot(folder, manifest, settings.home) as snapshot:
        objects, lost = carry_into(target, snapshot, folder.store)
        rows = copy_into(target, snapshot)
        with target.database.write(durable=True) as connection:
            write_entry(connection, actor, "restore", subject)
            standing.end_filling(connection)
    return {
        "ok": not lost,
        "snapshot": manifest["snapshot"],
        "rows": rows,
        "objects": objects,
        "problems": object_problems(lost),
    }


@contextmanager
def _snapshot(folder: BackupFolder, manifest: Manifest, home: Path) -> Iterator[Database]:
    """The snapshot's database; of an older version, a copy that is brought to this one."""
    if manifest["schema"] == schema.HEAD:
        snapshot = folder.open(manifest["snapshot"])
        yield snapshot
        snapshot.close()
        return
    path = home / "restoring.db"
    try:
        copy = folder.copy(manifest["snapshot"], path)
        schema.upgrade(copy)
        classify_older(copy)
        yield copy
        copy.close()
    finally:
        for left in home.glob("restoring.db*"):
            left.unlink()
