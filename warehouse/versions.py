"""What a person saw of a record, as one hash: the audit log keeps it with each look and each deed."""

from collections import defaultdict
from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import Connection, select

from warehouse.tables import files, parts, records


def versions_of(connection: Connection, record_ids: Collection[int]) -> dict[int, str]:
    """SHA-256 of each record as it is now: public id, revision, and of each part in order its file's hash and pages.

    Lines of UTF-8 divided by LF: `PUBLICID`, `7`, `sha256 1-2`, …
    """
    scans = defaultdict[int, list[str]](list)
    of_parts = (
        select(parts.c.record_id, files.c.sha256, parts.c.page_from, parts.c.page_to)
        .join(files, files.c.id == parts.c.file_id)
        .where(parts.c.record_id.in_(record_ids))
        .order_by(parts.c.record_id, parts.c.ordinal)
    )
    for record_id, scan, first, last in connection.execute(of_parts):
        scans[record_id].append(f"{scan} {first}-{last}")
    heads = select(records.c.id, records.c.public_id, records.c.revision).where(records.c.id.in_(record_ids))
    return {
        row.id: sha256("\n".join([row.public_id, str(row.revision), *scans[row.id]]).encode()).hexdigest()
        for row in connection.execute(heads)
    }


def version_of(connection: Connection, record_id: int) -> str:
    """The same of one record."""
    return versions_of(connection, [record_id])[record_id]
