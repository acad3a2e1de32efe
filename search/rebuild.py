"""Build the whole index anew from the catalogue, beside the one in use."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from sqlalchemy import select

from search.catalogue import Found, read_records
from search.document import Document
from search.index import Index
from search.indexer import LEASE, ask_for_later, drain, settle
from warehouse import leases
from warehouse.database import Database
from warehouse.errors import Busy
from warehouse.tables import records

BATCH = 1000  # records read at once
LEASE_SECONDS = 60  # renewed all the time: the last merge of a large index takes minutes


def reindex(database: Database, index: Index, holder: str, advance: Callable[[int], object]) -> int:
    """Rebuild and swap, then index what changed meanwhile; how many records it went through.

    `advance` is told of each batch's records. Raises Busy while another process writes the index.
    """
    built: dict[int, int] = {}

    def documents() -> Iterator[Document]:
        for batch in _batches(database):
            _hold(database, holder)  # raises if it was lost nevertheless
            yield from batch.documents
            built.update(batch.revisions)
            advance(len(batch.revisions))

    _hold(database, holder)
    try:
        with leases.every(LEASE_SECONDS / 4, lambda: _hold(database, holder)):
            refused = index.rebuild(documents())
        for some in _pieces(built):
            settle(database, some, refused)
        ask_for_later(database, max(built, default=0))
    finally:
        leases.release(database, LEASE, holder)
    drain(database, index, holder)
    return len(built)


def _hold(database: Database, holder: str) -> None:
    if not leases.take(database, LEASE, holder, LEASE_SECONDS):
        raise Busy("index_busy")


def _pieces(built: Mapping[int, int]) -> Iterator[dict[int, int]]:
    pairs = iter(built.items())
    while piece := dict(islice(pairs, BATCH)):
        yield piece


def _batches(database: Database) -> Iterator[Found]:
    """All records in order of their row ids; no transaction stays open while a batch is indexed."""
    last = 0
    while True:
        with database.read() as connection:
            following = select(records.c.id).where(records.c.id > last).order_by(records.c.id).limit(BATCH)
            ids = connection.scalars(following).all()
            found = read_records(connection, ids)
        if not ids:
            return
        yield found
        last = ids[-1]
