"""The index in Elasticsearch, for sites that outgrow one machine."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

from elasticsearch import AuthorizationException
from elasticsearch.helpers import scan

from search.document import Document
from search.elastic_client import connect, failed, reason_of, translated
from search.elastic_generations import Generations
from search.elastic_queries import Asked, Body, Tiers
from search.elastic_requests import counting, facets_of, ids, top, total_of
from search.elastic_schema import restored, stored
from search.elastic_writes import write
from search.hits import by_place, hit_of, in_order
from search.index import Answer, Checked, Hit
from search.query import Query
from warehouse.rights import Scope
from warehouse.settings import Access

SCANNED_AT_ONCE = 5000
SEGMENTS = 4  # after a rebuild: few to ask, but more than one, so that processors share a search
MERGE_SECONDS = 3600


class ElasticIndex:
    """Many programs may search; the SQL lease lets one at a time write."""

    def __init__(self, url: str, access: Access) -> None:
        self._client, alias = connect(url, access)
        self._generations = Generations(self._client, alias)

    def check(self) -> Checked:
        """Accounts that may use our index alone are told neither the engine's version nor its clock."""
        self._generations.check()
        with translated(), suppress(AuthorizationException):
            nodes: Any = self._client.cat.nodes(format="json", h="version")
            health: Any = self._client.cat.health(format="json", h="epoch")
            return Checked(f"Elasticsearch {nodes[0]['version']}", float(health[0]["epoch"]))
        return Checked("Elasticsearch")

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
        with translated():
            self._client.options(request_timeout=MERGE_SECONDS).indices.forcemerge(
                index=name, max_num_segments=SEGMENTS
            )
        self._show(name)
        self._generations.use(name)
        return refused

    def search(self, query: Query, scope: Scope) -> Answer:
        """The count and the best tier in one request; the other tiers in a second, if there are too few hits."""
        tiers = Tiers(query, scope)
        asked = list(tiers.best_first())
        count, *answers = self._ask(counting(tiers.folded(), query), top(asked[0].wanted, query))
        if not total_of(count):
            asked = [tiers.one_edit()]
            count, *answers = self._ask(counting(asked[0].wanted, query), top(asked[0].wanted, query))
        elif len(answers[0]["hits"]["hits"]) < min(total_of(count), query.limit):
            answers += self._ask(*(top(each.wanted, query) for each in asked[1:]))
        return Answer(
            total=total_of(count), hits=_best(asked, answers, query), facets=facets_of(count, query)
        )

    def matching(self, query: Query, scope: Scope, most: int) -> list[str]:
        """Page by page: the engine gives no more than ten thousand at once."""
        tiers = Tiers(query, scope)
        return self._ids(tiers.folded(), most) or self._ids(tiers.one_edit().wanted, most)

    def _ids(self, wanted: Body, most: int) -> list[str]:
        found: list[str] = []
        while len(found) < most:
            size = min(SCANNED_AT_ONCE, most - len(found))
            [answer] = self._ask(ids(wanted, found[-1] if found else None, size))
            page = [hit["_id"] for hit in answer["hits"]["hits"]]
            found += page
            if len(page) < size:
                break
        return found

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

    def _ask(self, *searches: Body) -> list[Body]:
        """All in one request: the engine works at them side by side."""
        alias = self._generations.current()
        pairs = [part for search in searches for part in ({}, search)]
        with translated():
            answers: list[Body] = self._client.msearch(index=alias, searches=pairs)["responses"]
        for answer in answers:
            if "error" in answer:
                raise failed(answer["status"], reason_of(answer["error"]))
        return answers


def _best(asked: Sequence[Asked], answers: Sequence[Body], query: Query) -> list[Hit]:
    """The hits of one tier after the other, until there are enough.

    A tier's query finds the better tiers' records again. All of those are known by then, or there would
    be enough.
    """
    hits: dict[str, Hit] = {}
    for (tier, _), answer in zip(asked, answers, strict=False):  # the first alone may have been enough
        if len(hits) >= query.limit:
            break
        found = [(restored(hit["_source"]), hit["_score"] or 0.0) for hit in answer["hits"]["hits"]]
        new = [hit_of(each, query, tier, score) for each, score in found if each.record not in hits]
        hits |= {hit["record"]: hit for hit in in_order(new)}
    return by_place(list(hits.values())[: query.limit])
