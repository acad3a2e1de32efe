"""Whether a site is open: one row of its database, looked at before anything is promised.

open ──▶ closing ──▶ moved      its data go to another site, which is the one from then on
open ──▶ filling ──▶ open       its data come from another site or a backup

Who closes a site renews that all the time; if it dies, the site is open again after CLOSING_SECONDS.
A site that was begun to be filled stays unusable until it is filled.
"""

from sqlalchemy import Connection, Row, Select, select, update

from warehouse.database import Database, database_now
from warehouse.errors import Busy, Conflict
from warehouse.tables import site

CLOSING_SECONDS = 30.0

_ROW = select(site.c.standing, site.c.detail, (site.c.until > database_now()).label("alive"))


def require_open(connection: Connection) -> None:
    """Raise unless the site is open."""
    _require_open(connection, _ROW)


def hold_open(connection: Connection) -> None:
    """Raise unless the site is open; nobody closes it before this transaction ends."""
    _require_open(connection, _ROW.with_for_update(read=True))


def moved_to(database: Database) -> str | None:
    """Where the site's data went."""
    with database.read() as connection:
        row = connection.execute(_ROW).one()
    return row.detail if row.standing == "moved" else None


def close(database: Database, holder: str) -> bool:
    """Let nothing be promised from now on; False while another process closes it."""
    with database.write(durable=True) as connection:
        row = connection.execute(_ROW.with_for_update()).one()
        if row.standing == "closing" and row.alive:
            return False
        _refuse(row)
        _set(connection, "closing", holder=holder, until=database_now() + CLOSING_SECONDS)
        return True


def renew_closing(database: Database, holder: str) -> None:
    """Call at least every CLOSING_SECONDS; raises Conflict if it was too late once."""
    with database.write() as connection:
        _closed_by(connection, holder, until=database_now() + CLOSING_SECONDS)


def set_moved(database: Database, holder: str, where: str) -> None:
    """For good: raises Conflict if it was not closed by `holder` all the time."""
    with database.write(durable=True) as connection:
        _closed_by(connection, holder, standing="moved", detail=where, until=None)


def reopen(database: Database, holder: str) -> None:
    """Give up closing, if it is still ours."""
    with database.write(durable=True) as connection:
        ours = (site.c.standing == "closing") & (site.c.holder == holder)
        connection.execute(update(site).where(ours).values(standing="open", holder=None, until=None))


def begin_filling(connection: Connection, origin: str) -> bool:
    """The site is being filled from `origin`; False if that had begun before."""
    row = connection.execute(_ROW.with_for_update()).one()
    if (row.standing, row.detail) == ("filling", origin):
        return False
    _refuse(row)
    _set(connection, "filling", detail=origin)
    return True


def end_filling(connection: Connection) -> None:
    """All is there: the site is open; nothing if it was filled before."""
    filling = update(site).where(site.c.standing == "filling")
    connection.execute(filling.values(standing="open", detail=None))


def _require_open(connection: Connection, query: Select[tuple[str, str, bool]]) -> None:
    _refuse(connection.execute(query).one())


def _refuse(row: Row[tuple[str, str, bool]]) -> None:
    if row.standing == "closing" and row.alive:
        raise Busy("site_closing")
    if row.standing == "moved":
        raise Conflict("site_moved", where=row.detail)
    if row.standing == "filling":
        raise Conflict("site_unfinished", origin=row.detail)


def _set(connection: Connection, standing: str, **values: object) -> None:
    connection.execute(update(site).values(standing=standing, **values))


def _closed_by(connection: Connection, holder: str, **values: object) -> None:
    """Change the row only if it has been ours without a gap."""
    ours = (site.c.standing == "closing") & (site.c.holder == holder) & (site.c.until > database_now())
    if connection.execute(update(site).where(ours).values(**values)).rowcount != 1:
        raise Conflict("closing_lost")
