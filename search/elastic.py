"""The index in Elasticsearch, for sites that outgrow one machine."""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Any

from elasticsearch.helpers import scan

from search.document import Document
from search.elastic_client import connect, translated
from search.elastic_generations import Generations
from search.elastic_queries import Body, Tiers
from search.elastic_schema import restored, stored
from search.elastic_writes import write
from search.facets import counted, facets
from search.hits import hit_of, in_order
from search.index import Answer, Hit, Tier
from search.query import Query
from warehouse.rights import Scope
from warehouse.settings import Access

SCANNED_AT_ONCE = 5000


class ElasticIndex:
    """Many programs may search; the SQL lease lets one at a time write."""

    def __init__(self, url: str, access: Access) -> None:
        self._client, alias = connect(url, access)
        self._generations = Generations(self._client, alias)

    def apply(self, deletes: Collection[str], documents: Iterable[Document]) -> dict[str, str]:
        """Every item is on the engine's disk when this returns, and found from then on."""
        new = list(documents)
        gone = set(deletes) - {document.record for document in new}
        alias = self._generations.current()
        actions = chain(self._deletions(alias, gone), map(stored, new))
        refused = write(self._client, alias, actions, require_alias=True)
        if refused:  # their older revisions may be whose they are no longer
            write(self._client, alias, self._deletions(alias, refused), require_alias=True)
        self._show(alias)
        return refused

    def rebuild(self, documents: Iterable[Document]) -> dict[str, str]:
        """A new generation; those of the past, and what a broken rebuild left, are removed."""
        name = self._generations.new()
        refused = write(self._client, name, map(stored, documents))
        self._show(name)
        self._generations.use(name)
        return refused

    def search(self, query: Query, scope: Scope) -> Answer:
        """One request counts; then the tiers are asked, best first, until there are enough hits."""
        tiers = Tiers(query, scope)
        total, counts = self._count(tiers.folded(), query)
        asked = tiers.best_first()
        if not total:
            total, counts = self._count(tiers.one_edit(), query)
            asked = iter([("one_edit", tiers.one_edit())])
        hits = self._best(query, asked, min(total, query.limit))
        return Answer(total=total, hits=hits, facets=counts)

    def revisions(self) -> dict[str, int]:
        """The versions of the documents themselves."""
        with translated():
            found = scan(
                self._client, {"version": True, "_source": False}, size=SCANNED_AT_ONCE,
                index=self._generations.current(),
            )  # fmt: skip
            return {hit["_id"]: hit["_version"] for hit in found}

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _show(self, target: str) -> None:
        with translated():
            self._client.indices.refresh(index=target)

    def _deletions(self, alias: str, records: Collection[str]) -> Iterator[dict[str, Any]]:
        """Each at the version that is there: one without would count as a later revision for a minute."""
        if not records:
            return
        with translated():
            there = self._client.mget(index=alias, ids=sorted(records), source=False)["docs"]
        for each in there:
            if each.get("found"):
                version = {"version": each["_version"], "version_type": "external_gte"}
                yield {"_op_type": "delete", "_id": each["_id"], **version}

    def _count(self, wanted: Body, query: Query) -> tuple[int, dict[str, dict[str, int]]]:
        with translated():
            answer = self._client.search(
                index=self._generations.current(), query={"bool": {"filter": wanted}}, size=0,
                track_total_hits=True, aggs=counted(query.on),
            )  # fmt: skip
        return answer["hits"]["total"]["value"], facets(answer["aggregations"])

    def _best(self, query: Query, asked: Iterable[tuple[Tier, Body]], enough: int) -> list[Hit]:
        """Ask tier after tier until there are hits enough.

        A tier's query finds the better tiers' records again. All of those are known by then, or there would
        be enough.
        """
        hits: dict[str, Hit] = {}
        for tier, wanted in asked:
            if len(hits) >= enough:
                break
            found = [(restored(hit["_source"]), hit["_score"] or 0.0) for hit in self._top(query, wanted)]
            new = [hit_of(each, query, tier, score) for each, score in found if each.record not in hits]
            hits |= {hit["record"]: hit for hit in in_order(new)}
        return list(hits.values())[: query.limit]

    def _top(self, query: Query, wanted: Body) -> list[dict[str, Any]]:
        order = None if query.clauses else [{"record": "asc"}]
        with translated():
            answer = self._client.search(
                index=self._generations.current(), query=wanted, size=query.limit, sort=order,
                track_total_hits=False,
            )  # fmt: skip
        hits: list[dict[str, Any]] = answer["hits"]["hits"]
        return hits
