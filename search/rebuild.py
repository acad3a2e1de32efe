"""Build the whole index anew from the catalogue, beside the one in use."""

from collections.abc import Callable, Iterator

from sqlalchemy import select

from search.catalogue import read_records
from search.document import Document
from search.index import Index
from search.indexer import LEASE, LEASE_SECONDS, drain
from warehouse import leases
from warehouse.database import Database
from warehouse.errors import Busy
from warehouse.tables import records

BATCH = 1000  # records read at once


def reindex(database: Database, index: Index, holder: str, advance: Callable[[int], object]) -> int:
    """Rebuild and swap, then index what changed meanwhile; how many documents were built.

    `advance` is told of each batch's records. Raises Busy while another process writes the index.
    """
    built = 0

    def documents() -> Iterator[Document]:
        nonlocal built
        for batch in _batches(database):
            if not leases.take(database, LEASE, holder, LEASE_SECONDS):
                raise Busy("index_busy")
            yield from batch
            built += len(batch)
            advance(len(batch))

    with leases.held(database, LEASE, holder, LEASE_SECONDS) as mine:
        if not mine:
            raise Busy("index_busy")
        index.rebuild(documents())
    drain(database, index, holder)
    return built


def _batches(database: Database) -> Iterator[list[Document]]:
    """All records in order of their row ids; no transaction stays open while a batch is indexed."""
    last = 0
    while True:
        with database.read() as connection:
            following = select(records.c.id).where(records.c.id > last).order_by(records.c.id).limit(BATCH)
            ids = connection.scalars(following).all()
            found = read_records(connection, ids)
        if not ids:
            return
        yield found.documents
        last = ids[-1]
