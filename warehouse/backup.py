"""`khoso backup`: a snapshot of the database, then the objects that it names.

In this order, and while the site works: every object of a row is in the store before the row is booked.
"""

from pathlib import Path
from typing import Any, NamedTuple

from warehouse import schema
from warehouse.audit import write_entry
from warehouse.database import Database
from warehouse.fixity import Problem, problem, verify_objects
from warehouse.object_copy import booked, carry, count_objects
from warehouse.rights import Actor
from warehouse.snapshots import BackupFolder
from warehouse.store import Store
from warehouse.table_copy import Digest, copy_tables, count_rows, prove_equal
from warehouse.terminal import progress_bar


class _Kept(NamedTuple):
    """Objects of a snapshot: how many, their bytes, how many were new, which the site's store has lost."""

    objects: int
    bytes: int
    copied: int
    lost: list[str]


def back_up(database: Database, store: Store, actor: Actor, to: Path) -> dict[str, Any]:
    """Add a snapshot to the backup folder; an object that the site itself has lost is named and passed over."""
    folder = BackupFolder(to)
    with folder.held():
        name = folder.new_name()
        digests = _add_snapshot(database, folder, name)
        kept = _add_objects(store, folder, name)
        folder.write_manifest(
            {
                "snapshot": name,
                "schema": schema.HEAD,
                "sha256": folder.hash(name),
                "tables": digests,
                "objects": kept.objects,
                "bytes": kept.bytes,
            }
        )
    with database.write(durable=True) as connection:
        write_entry(connection, actor, "backup", str(to.absolute()), snapshot=name)
    return {
        "ok": not kept.lost,
        "snapshot": name,
        "rows": sum(digest["rows"] for digest in digests.values()),
        "objects": kept.objects,
        "bytes": kept.bytes,
        "copied": kept.copied,
        "problems": object_problems(kept.lost),
    }


def verify_backup(path: Path, name: str | None) -> dict[str, Any]:
    """Read a snapshot (the newest) and hash every object that it names."""
    folder = BackupFolder(path)
    manifest = folder.choose(name)
    snapshot = folder.open(manifest["snapshot"])
    problems: list[Problem] = []
    with progress_bar(manifest["objects"], "Kiểm tra bản sao lưu / backup") as bar:
        for _, found in verify_objects(snapshot, folder.store):
            bar.update(1)
            problems += [found] if found else []
    snapshot.close()
    return {
        "ok": not problems,
        "snapshot": manifest["snapshot"],
        "checked": {"objects": manifest["objects"]},
        "problems": problems,
    }


def object_problems(lost: list[str]) -> list[Problem]:
    """One line for each object that is not to be had."""
    return [problem("object", sha256, "object_lost", sha256=sha256) for sha256 in lost]


def _add_snapshot(database: Database, folder: BackupFolder, name: str) -> dict[str, Digest]:
    copy = Database(f"sqlite:///{folder.part(name)}")
    schema.upgrade(copy)
    with database.read() as connection, progress_bar(count_rows(connection), "Sao lưu dữ liệu / rows") as bar:
        digests = copy_tables(connection, copy, bar.update)
    prove_equal(digests, copy)
    copy.close()
    folder.keep(name)
    return digests


def _add_objects(store: Store, folder: BackupFolder, name: str) -> _Kept:
    """Those that the snapshot names and the folder lacks."""
    snapshot = folder.open(name)
    objects = size = copied = 0
    lost: list[str] = []
    with progress_bar(count_objects(snapshot), "Sao lưu tệp / objects") as bar:
        for some in booked(snapshot):
            new = [row for row in some if folder.store.size(row.sha256) != row.size]
            gone = carry(store, folder.store, new)
            objects, size = objects + len(some), size + sum(row.size for row in some)
            copied, lost = copied + len(new) - len(gone), lost + gone
            bar.update(len(some))
    snapshot.close()
    return _Kept(objects, size, copied, lost)
