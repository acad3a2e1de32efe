"""`khoso move`: a site goes to other engines, whole and proved, and the old one takes nothing more.

First the objects, while the site works. Then it is closed, and what came meanwhile, the rows and a new
index follow. After a stop anywhere the same command goes on; a site that was closed opens by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ingest.filling import being_filled, carry_into, copy_into, within
from ingest.heartbeat import at_work
from ingest.services import Services
from warehouse import standing
from warehouse.audit import write_entry
from warehouse.database import Database
from warehouse.errors import Busy, Conflict, Damaged, KhosoError, UsageError
from warehouse.leases import every
from warehouse.rights import Actor
from warehouse.settings import Settings


def move_site(source: Services, actor: Actor, to: Settings) -> dict[str, Any]:
    """Move; what was copied. Raises Busy while anybody is at work, Damaged if the site has lost an object."""
    target = Database(to.database_url)
    where, gone = target.address, standing.moved_to(source.database)
    if where == source.database.address:
        raise UsageError("move_onto_itself", where=where)
    if gone not in (None, where):
        raise Conflict("site_moved", where=gone)
    objects, rows = _copy(source, actor, to, where) if gone is None else (0, 0)
    with target.write(durable=True) as connection:
        standing.end_filling(connection)
    target.close()
    return {"moved_to": where, "objects": objects, "rows": rows}


def _copy(source: Services, actor: Actor, to: Settings, where: str) -> tuple[int, int]:
    """Objects and rows; from then on the old site is closed for good, and the new one not yet open."""
    with being_filled(to, source.database.address) as target:
        objects = _carry(target, source)
        with _closed(source):
            with source.database.write(durable=True) as connection:
                write_entry(connection, actor, "move", where)
            objects += _carry(target, source)
            rows = copy_into(target, source.database)
            standing.set_moved(source.database, source.process, where)
    return objects, rows


def _carry(target: Services, source: Services) -> int:
    carried, lost = carry_into(target, source.database, source.store)
    if lost:
        raise Damaged("objects_lost", count=len(lost), sha256=lost[0])
    return carried


@contextmanager
def _closed(source: Services) -> Iterator[None]:
    """Nobody is at work and nothing is promised while the block runs."""
    _require_rest(source)
    if not within(standing.CLOSING_SECONDS, lambda: standing.close(source.database, source.process)):
        raise Busy("site_closing")
    renewing = every(
        standing.CLOSING_SECONDS / 4, lambda: standing.renew_closing(source.database, source.process)
    )
    try:
        with renewing:
            _require_rest(source)  # somebody may have begun in between
            yield
    finally:
        with suppress(KhosoError):  # then it opens by itself
            standing.reopen(source.database, source.process)


def _require_rest(source: Services) -> None:
    if who := at_work(source.database):
        raise Busy("site_at_work", who=", ".join(who))
