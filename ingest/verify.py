"""`khoso verify`: originals, accounts and index, checked against each other. Nothing is deleted."""

from typing import Any

from sqlalchemy import select

from ingest.services import Services
from search.indexer import REFUSED
from warehouse.anchors import anchors_at, kept_anchors
from warehouse.audit_check import check_log
from warehouse.fixity import account_problems, orphans, problem, verify_objects
from warehouse.records import OUT_OF_USE
from warehouse.rights import Actor
from warehouse.tables import outbox, records
from warehouse.terminal import progress_bar


def verify_site(services: Services, actor: Actor) -> dict[str, Any]:
    """{"ok", "checked", "anchor", "problems"}; orphans (bytes nobody was promised) are counted, not a problem."""
    problems: list[dict[str, Any]] = []
    checked = 0
    with progress_bar(None, "Kiểm tra bản gốc / originals") as bar:
        for _, found in verify_objects(services.database, services.store):
            checked += 1
            bar.update(1)
            problems += [found] if found else []
    with services.database.write() as connection:
        problems += account_problems(connection, actor)
        known = [*kept_anchors(connection), *anchors_at(services.settings)]
    log = check_log(services.database, known)
    problems += log["problems"]
    expected = _revisions(services)
    problems += _index_problems(services, expected)
    return {
        "ok": not problems,
        "checked": {
            "objects": checked,
            "records": len(expected),
            "audit": log["entries"],
            "orphans": sum(1 for _ in orphans(services.database, services.store)),
        },
        "anchor": log["anchor"],
        "problems": problems,
    }


def _revisions(services: Services) -> dict[str, int]:
    """The revision of every record that the index should hold by now."""
    with services.database.read() as connection:
        settled = records.c.id.not_in(select(outbox.c.record_id).where(outbox.c.revision != REFUSED))
        query = select(records.c.public_id, records.c.revision)
        return dict(connection.execute(query.where(settled, records.c.work.not_in(OUT_OF_USE))).all())


def _index_problems(services: Services, expected: dict[str, int]) -> list[dict[str, Any]]:
    indexed = services.index.revisions()
    return [
        problem("index", record, "not_indexed", record=record)
        for record, revision in expected.items()
        if indexed.get(record, -1) < revision
    ]
