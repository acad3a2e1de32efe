"""The composition root: settings in, a frozen bundle of opened services out."""

import os
import socket
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select

from ingest.bell import open_bell
from search.index import Index, open_index
from search.indexer import drain
from warehouse import schema, standing
from warehouse.database import Database
from warehouse.errors import UsageError
from warehouse.known import known
from warehouse.older_records import classify_older
from warehouse.records import Known
from warehouse.rights import Actor
from warehouse.settings import Settings
from warehouse.store import Store, open_store
from warehouse.tables import units
from warehouse.units import load_units

SYSTEM = Actor("khoso")
"""The program itself, when a worker changes records."""


@dataclass(frozen=True)
class Services:
    """Everything a step needs; opened once a process."""

    settings: Settings
    database: Database
    store: Store
    index: Index

    @property
    def process(self) -> str:
        """A name for leases: this process on this machine."""
        return process_name()

    def tell_index(self) -> None:
        """Bring the index up to what the database says now; nothing if another process is at it."""
        drain(self.database, self.index, self.process)

    def known(self) -> Known:
        """Names that reading leans on, from this site's units."""
        with self.database.read() as connection:
            return known(connection.execute(select(units.c.name, units.c.level)).all())


class Site(Protocol):
    """What this room's commands are given: who asks, the settings, and the opened site."""

    actor: Actor

    @property
    def settings(self) -> Settings: ...
    @property
    def services(self) -> Services: ...


def process_name() -> str:
    """This process on this machine."""
    return f"{socket.gethostname()}:{os.getpid()}"


def open_services(settings: Settings) -> Services:
    """Open an existing site; raises UsageError if it was never made or is of another version.

    Raises Busy or Conflict if it is being moved, was moved, or is not yet filled.
    """
    services = open_engines(settings)
    with services.database.read() as connection:
        standing.require_open(connection)
    services.database.before_promising = standing.hold_open
    return services


def open_engines(settings: Settings) -> Services:
    """The same, whether the site is open or not: for those who move or fill it."""
    database = Database(settings.database_url)
    if database.is_missing():
        raise UsageError("not_initialised")
    schema.require_current(database)
    database.after_queueing = open_bell(settings.queue_url)
    index = open_index(settings.index_url, settings.index_access)
    return Services(settings, database, open_store(settings), index)


def make_site(settings: Settings) -> None:
    """Create or upgrade a site: home folder, tables, units, classes of older records. Safe to repeat."""
    database = make_tables(settings)
    with database.write(durable=True) as connection:
        standing.require_open(connection)
        load_units(connection)
    classify_older(database)
    database.close()


def make_tables(settings: Settings) -> Database:
    """Home folder, store and upgraded tables, nothing in them yet."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    open_store(settings).check()
    database = Database(settings.database_url)
    schema.upgrade(database)
    return database
