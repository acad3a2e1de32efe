"""The two kinds of search in one request to Elasticsearch: what counts all, and what brings the best hits."""

from datetime import date

from search.elastic_queries import Body
from search.facets import by_value, named
from search.query import Query
from search.terms import UNKNOWN_TERM, number_of


def counting(wanted: Body, query: Query) -> Body:
    """How many, and how many of each facet; nothing is scored."""
    return {
        "query": {"bool": {"filter": wanted}},
        "size": 0,
        "track_total_hits": True,
        "aggs": {**by_value(query.facets), "validity": {"filters": {"filters": _statuses(query.on)}}},
    }


def top(wanted: Body, query: Query) -> Body:
    """The best hits; the engine leaves out what cannot be among them."""
    order = {} if query.clauses else {"sort": [{"record": "asc"}]}
    return {"query": wanted, "size": query.limit, "track_total_hits": False, **order}


def ids(wanted: Body, after: str | None, most: int) -> Body:
    """The next records in the order of their public ids, without anything else."""
    order: Body = {"sort": [{"record": "asc"}], "size": most, "_source": False, "track_total_hits": False}
    return {"query": {"bool": {"filter": wanted}}, **order, **({"search_after": [after]} if after else {})}


def total_of(count: Body) -> int:
    """How many a counting search found."""
    total: int = count["hits"]["total"]["value"]
    return total


def facets_of(count: Body, query: Query) -> dict[str, dict[str, int]]:
    """And of each facet; what is in no other status is in force."""
    counts = count["aggregations"]
    statuses = {status: each["doc_count"] for status, each in counts["validity"]["buckets"].items()}
    return named(counts, query.facets, {**statuses, "in_force": total_of(count) - sum(statuses.values())})


def _statuses(on: date) -> Body:
    """Validity.status() but for in_force: papers in force are the most, and to test each takes longest."""
    day = number_of(on)
    going, begun = _range("ended_on", gt=day), _range("valid_from", gt=UNKNOWN_TERM, lte=day)
    return {
        "ended": _range("ended_on", lte=day),
        "unknown": _all(going, _range("valid_from", lte=UNKNOWN_TERM)),
        "not_yet": _all(going, _range("valid_from", gt=day)),
        "expired": _all(going, begun, _range("valid_to", lt=day)),
    }


def _range(name: str, **bounds: int) -> Body:
    return {"range": {name: bounds}}


def _all(*held: Body) -> Body:
    return {"bool": {"filter": list(held)}}
