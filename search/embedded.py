"""The index in a folder, by tantivy."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import tantivy

from search.document import Document
from search.embedded_queries import Tiers
from search.embedded_schema import record_of, restored, stored
from search.facets import counted, facets
from search.generations import Generations, translated
from search.hits import by_place, hit_of, in_order
from search.index import Answer, Checked, Hit, Tier
from search.query import Query
from warehouse.rights import Scope

DRAIN_BYTES, REBUILD_BYTES = 64 << 20, 256 << 20  # memory of a writer
DRAIN_THREADS, REBUILD_THREADS = 1, 2


class EmbeddedIndex:
    """Many programs may search; one at a time may write."""

    def __init__(self, root: Path) -> None:
        self._generations = Generations(root)

    def check(self) -> Checked:
        """By opening it, if anything was indexed yet."""
        self._generations.check()
        return Checked(f"tantivy {version('tantivy')}")

    def apply(self, deletes: Collection[str], documents: Iterable[Document]) -> dict[str, str]:
        """The writer is open for this one commit only."""
        with _writer(self._generations.current(), DRAIN_BYTES, DRAIN_THREADS) as writer:
            for record in deletes:
                writer.delete_documents_by_term("record", record)
            for document in documents:
                writer.delete_documents_by_term("record", document.record)
                _add(writer, document)
        return {}

    def rebuild(self, documents: Iterable[Document]) -> dict[str, str]:
        """A new generation; those of the past, and what a broken rebuild left, are removed."""
        name, index = self._generations.new()
        with _writer(index, REBUILD_BYTES, REBUILD_THREADS) as writer:
            for document in documents:
                _add(writer, document)
        self._generations.use(name)
        return {}

    def search(self, query: Query, scope: Scope) -> Answer:
        """One pass counts; then the tiers are asked, best first, until there are enough hits."""
        index = self._generations.current()
        searcher, tiers = index.searcher(), Tiers(index.schema, query, scope)
        counts, asked = _count(searcher, tiers.folded(), query), tiers.best_first()
        if not counts["validity"]:
            counts = _count(searcher, tiers.one_edit(), query)
            asked = iter([("one_edit", tiers.one_edit())])
        total = sum(counts["validity"].values())
        hits = _best(searcher, query, asked, min(total, query.limit))
        return Answer(total=total, hits=hits, facets=counts)

    def matching(self, query: Query, scope: Scope, most: int) -> list[str]:
        """Without the documents' texts, which take longest to read."""
        index = self._generations.current()
        searcher, tiers = index.searcher(), Tiers(index.schema, query, scope)
        return _ids(searcher, tiers.folded(), most) or _ids(searcher, tiers.one_edit(), most)

    def revisions(self) -> dict[str, int]:
        """Read from the documents themselves."""
        searcher = self._generations.current().searcher()
        if not searcher.num_docs:
            return {}
        everything = searcher.search(tantivy.Query.all_query(), searcher.num_docs, count=False)
        documents = (restored(searcher.doc(address)) for _, address in everything.hits)
        return {document.record: document.revision for document in documents}

    def close(self) -> None:
        """Let go of the files."""
        self._generations.close()


def _count(searcher: tantivy.Searcher, wanted: tantivy.Query, query: Query) -> dict[str, dict[str, int]]:
    with translated():
        counts = searcher.aggregate(wanted, counted(query))
    return facets(counts, query)


def _best(
    searcher: tantivy.Searcher, query: Query, asked: Iterable[tuple[Tier, tantivy.Query]], enough: int
) -> list[Hit]:
    """Ask tier after tier until there are hits enough.

    A tier's query finds the better tiers' records again. All of those are known by then, or there would
    be enough; to pass them over is much quicker than to have the engine leave them out.
    """
    hits: dict[str, Hit] = {}
    for tier, wanted in asked:
        if len(hits) >= enough:
            break
        found = [(restored(searcher.doc(place)), score) for score, place in _top(searcher, query, wanted)]
        new = [hit_of(each, query, tier, score) for each, score in found if each.record not in hits]
        hits |= {hit["record"]: hit for hit in in_order(new)}
    return by_place(list(hits.values())[: query.limit])


def _top(
    searcher: tantivy.Searcher, query: Query, wanted: tantivy.Query
) -> list[tuple[float, tantivy.DocAddress]]:
    if not query.clauses:
        return [(0.0, address) for address in _by_record(searcher, wanted, query.limit)]
    with translated():
        return list(searcher.search(wanted, query.limit, count=False).hits)


def _ids(searcher: tantivy.Searcher, wanted: tantivy.Query, most: int) -> list[str]:
    return [record_of(searcher.doc(address)) for address in _by_record(searcher, wanted, most)]


def _by_record(searcher: tantivy.Searcher, wanted: tantivy.Query, most: int) -> list[tantivy.DocAddress]:
    with translated():
        found = searcher.search(wanted, most, count=False, order_by_field="record", order=tantivy.Order.Asc)
    return [address for _, address in found.hits]


@contextmanager
def _writer(index: tantivy.Index, memory: int, threads: int) -> Iterator[tantivy.IndexWriter]:
    """Commits if all went well; gives the lock back either way."""
    with translated():
        writer = index.writer(memory, threads)
    try:
        yield writer
        with translated():
            writer.commit()
    finally:
        with translated():
            writer.wait_merging_threads()


def _add(writer: tantivy.IndexWriter, document: Document) -> None:
    row = stored(document)
    with translated():
        writer.add_document(row)
