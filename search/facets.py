"""What is counted over all that a search matched, in Elasticsearch's words: tantivy takes them too."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from search.query import Query
from search.terms import UNKNOWN_TERM, number_of

MOST_VALUES = 1000  # of one facet


def by_value(names: Iterable[str]) -> dict[str, Any]:
    """The aggregations: the values of each facet."""
    return {name: {"terms": {"field": name, "size": MOST_VALUES}} for name in names}


def counted(query: Query) -> dict[str, Any]:
    """The same, and the facts of validity split at the day."""
    day = number_of(query.on)
    by_end = _split("valid_to", [day])
    by_start = {**_split("valid_from", [UNKNOWN_TERM + 1, day + 1]), "aggs": {"valid_to": by_end}}
    return {
        **by_value(query.facets),
        "ended_on": {**_split("ended_on", [day + 1]), "aggs": {"valid_from": by_start}},
    }


def facets(counts: dict[str, Any], query: Query) -> dict[str, dict[str, int]]:
    """What the buckets of `counted` say."""
    return named(counts, query.facets, _statuses(counts))


def named(
    counts: dict[str, Any], names: Iterable[str], validity: dict[str, int]
) -> dict[str, dict[str, int]]:
    """Values and how often each was met, most frequent first; a value never met is not named."""
    values = {
        name: {bucket["key"]: int(bucket["doc_count"]) for bucket in counts[name]["buckets"]}
        for name in names
    }
    return {name: _sorted(found) for name, found in {**values, "validity": validity}.items()}


def _statuses(counts: dict[str, Any]) -> dict[str, int]:
    """The same order of questions as Validity.status(). An index never written to has no buckets."""
    if not counts["ended_on"]["buckets"]:
        return {}
    ended, going = counts["ended_on"]["buckets"]
    unknown, begun, not_yet = going["valid_from"]["buckets"]
    expired, in_force = begun["valid_to"]["buckets"]
    named = {
        "ended": ended, "unknown": unknown, "not_yet": not_yet, "expired": expired, "in_force": in_force,
    }  # fmt: skip
    return {status: int(bucket["doc_count"]) for status, bucket in named.items()}


def _split(name: str, days: list[int]) -> dict[str, Any]:
    ends: list[int | None] = [None, *days, None]
    ranges = [
        {key: value for key, value in (("from", start), ("to", end)) if value is not None}
        for start, end in pairwise(ends)
    ]
    return {"range": {"field": name, "ranges": ranges}}


def _sorted(found: dict[str, int]) -> dict[str, int]:
    return {key: found[key] for key in sorted(found, key=lambda key: (-found[key], key)) if found[key]}
